import type { FunctionType } from "../binary/types.ts";
import type { Length, Value } from "../conventions/convention.ts";
import type { TextResultRecipe } from "../conventions/recipe.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { unitOf } from "./content.ts";
import { writeDecode } from "./direct_text.ts";
import { writeBounds } from "./direct_value.ts";
import type { Realm } from "./realm.ts";
import type { Source } from "./source.ts";

/** What lifting an argument is written with. */
export interface Lifting {
  readonly source: Source;
  readonly realm: Realm;
  /** The import's type: its arguments are `a0`, `a1` and so on. */
  readonly type: FunctionType;
  /** What hands the call to the steps. */
  readonly otherwise: string;
}

/** Writes lifting text into `v` and the index of its parameter. */
export function writeText(
  recipe: TextResultRecipe,
  index: number,
  { source, realm, type, otherwise }: Lifting,
): string | undefined {
  const { content, encoding, text, free, trailingNul } = recipe;
  if (content !== "string" || encoding === "latin1+utf16" || free || trailingNul === "trim") return;
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
  const from = `f${index}`, length = `n${index}`;
  return `const ${at} = ${pointer};
    if (${at} === 0${check}) ${otherwise}
    const ${from} = ${at} + ${found.head};
    const ${length} = ${found.length}${scale};
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
  const { prefix, offset = 0 } = length;
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
