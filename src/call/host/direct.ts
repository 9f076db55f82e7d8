import type { CoreFunction } from "../../abi/core_value.ts";
import type { TextResultRecipe } from "../../abi/recipe.ts";
import type { Length, Value } from "../../abi/value.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType } from "../../binary/types.ts";
import type { KnownForm } from "../../instance/known_form.ts";
import type { Realm } from "../../instance/realm.ts";
import type { HostParameterRecipe, HostRecipe } from "../../plan/host_plan.ts";
import { hasNoMore, Source, writeBounds, writeDecode } from "../code/source.ts";
import { unitOf } from "../content.ts";
import { liftNumber } from "../lower.ts";
import { mostHeld } from "../result_limit.ts";
import { writeAnswer } from "./direct_answer.ts";
import type { HostSteps } from "./host_steps.ts";

/** What the direct form of a host function is made of. */
export interface DirectHostCall {
  readonly recipe: HostRecipe;
  readonly callback: CoreFunction;
  readonly realm: Realm;
  readonly steps: HostSteps;
  /** The call that the steps make, for arguments that are out of the ordinary. */
  readonly slow: CoreFunction;
  /** What the steps make of an answer that is out of the ordinary, to these arguments. */
  readonly answer: (value: unknown, args: unknown[]) => unknown;
}

/**
 * Compiles the direct form of a host function that gets numbers and text and gives a number or text:
 * what somebody would write by hand for this one import, with every check in it. Whatever is out of
 * the ordinary is handed to the steps, which know it all.
 *
 * @param known What was made for an instance before this one, and takes what is made.
 * @returns nothing where the recipe has other parts than this knows to write.
 */
export function compileDirectHostCall(
  { recipe, callback, realm, steps, slow, answer }: DirectHostCall,
  known?: KnownForm,
): CoreFunction | undefined {
  // What is left of a record is a part that is not known here: the steps take it.
  const { name, type, parameters, arity: _arity, result: _result, ...others } = recipe;
  if (type === undefined || !hasNoMore(others)) return undefined;
  const source = new Source(known);
  const args = type.parameters.map((_, index) => `a${index}`).join(", ");
  const lifting: Lifting = {
    source,
    realm,
    type,
    mostHeld: realm.resultLimit / parameters.filter(({ kind }) => kind === "text").length,
    otherwise: `{ inside = true; return ${source.bind(slow)}(${args}); }`,
  };
  const lifts = parameters.map((parameter, index) => writeLift(parameter, index, lifting));
  if (lifts.includes(undefined)) return undefined;
  const to = source.bind(realm);
  const otherwise = `{ inside = true; return ${source.bind(answer)}(value, [${args}]); }`;
  const values = parameters.map((_, index) => `v${index}`).join(", ");
  source.add(`return (${args}) => {
  const before = ${to}.hostDepth++;
  let inside = false;
  try {
    if (!${to}.callable) throw ${to}.refuse(${source.bind(`call import ${quote(name)}`)}, ${
    source.bind(name)
  });
    ${lifts.join("\n    ")}
    const value = ${source.bind(callback)}(${values});
    if (!${to}.callable) ${otherwise}
    ${writeAnswer({ source, recipe, realm, lower: steps.lower, otherwise })}
  } catch (error) {
    if (!inside) ${to}.thrown = error;
    throw error;
  } finally {
    ${to}.hostDepth = before;
  }
};`);
  return source.make<CoreFunction>();
}

/** Writes lifting a parameter into `v` and its index. */
function writeLift(
  parameter: HostParameterRecipe,
  index: number,
  lifting: Lifting,
): string | undefined {
  switch (parameter.kind) {
    case "number": {
      const { kind: _kind, type, at, ...others } = parameter;
      if (!hasNoMore(others)) return undefined;
      const isPlain = type === "f64" || type === "f32" || type === "i32" || type === "i64";
      const lifted = isPlain
        ? `a${at}`
        : type === "u32"
        ? `a${at} >>> 0`
        : `${lifting.source.bind(liftNumber)}("${type}", a${at})`;
      return `const v${index} = ${lifted};`;
    }
    case "reference": {
      // What may be null is no string: it is left to the steps.
      const { kind: _kind, content, nullable: _nullable, at, ...others } = parameter;
      if (!hasNoMore(others)) return undefined;
      const value = `const v${index} = a${at};`;
      return content === "any"
        ? value
        : `if (typeof a${at} !== "string") ${lifting.otherwise}\n    ${value}`;
    }
    case "text":
      return writeText(parameter, index, lifting);
  }
}

/** What lifting an argument is written with. */
interface Lifting {
  readonly source: Source;
  readonly realm: Realm;
  /** The import's type: its arguments are `a0`, `a1` and so on. */
  readonly type: FunctionType;
  /** How many bytes the host can surely hold for each text. */
  readonly mostHeld: number;
  /** What hands the call to the steps. */
  readonly otherwise: string;
}

/** Writes lifting text into `v` and the index of its parameter. */
function writeText(
  recipe: TextResultRecipe,
  index: number,
  { source, realm, type, mostHeld: most, otherwise }: Lifting,
): string | undefined {
  const {
    kind: _kind,
    content,
    encoding,
    text,
    free,
    whole,
    trailingNul,
    unfreed,
    nullable: _nullable,
    nullIs: _nullIs,
    ...others
  } = recipe;
  if (
    content !== "string" || encoding === "latin1+utf16" || free || whole || trailingNul === "trim"
  ) return;
  const {
    call,
    pointer: _pointer,
    length: _length,
    unit: _unit,
    freedBy: _freedBy,
    nullIs: _nullIsOfText,
    check: _check,
    ...othersOfText
  } = text;
  if (unfreed || call !== undefined) return undefined;
  if (!hasNoMore(others) || !hasNoMore(othersOfText)) return undefined;
  const memory = source.bind(realm.memory);
  const argument = (value: Value | Length) => {
    if (typeof value !== "object" || !("result" in value)) return undefined;
    return type.parameters[value.result] === "i32" ? `(a${value.result} >>> 0)` : undefined;
  };
  const pointer = argument(text.pointer);
  const at = `p${index}`;
  const found = writeLength(text.length, at, memory, argument);
  const check = writeCheck(text.check, at, memory, text.pointer);
  if (pointer === undefined || found === undefined || check === undefined) return undefined;
  const scale = text.unit === "codeUnits" ? ` * ${unitOf(content, encoding)}` : "";
  // A length that is passed can be that of a text of nothing, which can be anywhere.
  const lowest = argument(text.length) === undefined ? realm.lowest : 1;
  const from = `f${index}`, length = `n${index}`;
  return `const ${at} = ${pointer};
    if (${at} < ${lowest}${check}) ${otherwise}
    const ${from} = ${at} + ${found.head};
    const ${length} = ${found.length}${scale};
    if (${length} > ${Math.floor(most / mostHeld(recipe))}) ${otherwise}
    ${writeBounds(memory, "read", from, length)}
    const v${index} = ${writeDecode(source, realm.memory, encoding, { pointer: from, length })};`;
}

/** Writes the length that an argument has, or that is found at the pointer. */
function writeLength(
  length: Length,
  at: string,
  memory: string,
  argument: (value: Length) => string | undefined,
): { length: string; head: number } | undefined {
  const passed = argument(length);
  if (passed !== undefined) return { length: passed, head: 0 };
  if (typeof length !== "object" || !("prefix" in length) || length.prefix === "u64") return;
  const { prefix, offset = 0, ...others } = length;
  if (!hasNoMore(others)) return undefined;
  return {
    length: `${memory}.read("${prefix}", ${at} + ${offset})`,
    head: offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0,
  };
}

/** Writes the condition for an object that is not what the guest says. */
function writeCheck(
  check: TextResultRecipe["text"]["check"],
  at: string,
  memory: string,
  pointer: Value,
): string | undefined {
  if (check === undefined) return "";
  const { value, is } = check;
  const isRead = typeof value === "object" && "load" in value &&
    JSON.stringify(value.at) === JSON.stringify(pointer);
  return isRead
    ? ` || ${memory}.read("${value.load}", ${at} + ${value.offset ?? 0}) !== ${is}`
    : undefined;
}
