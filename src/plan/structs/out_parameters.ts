import type { CoreArgument } from "../../abi/block_source.ts";
import type { Parameter, SymbolDeclaration } from "../../abi/declaration.ts";
import type { InOutParameter, OutParameter } from "../../abi/out_parameter.ts";
import type { ResultPlan } from "../../abi/plan_parts.ts";
import type { FieldDeclaration, RecordResultDeclaration } from "../../abi/result.ts";
import type { ListParameter, StructField } from "../../abi/struct.ts";
import type { Value } from "../../abi/value.ts";
import { Problem } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { ResolveContext } from "../context.ts";
import type { Flattening } from "../flattening.ts";
import { isWhole, layOut, layOutStruct, layOutWhole, placeFields, scalarOf } from "./lay_out.ts";
import { partOf, recordOf } from "./struct_records.ts";

// Out-parameters are consecutive in the return area. They are not parameters of a plan.

/** A declaration with out-parameters. */
export interface Outs {
  /** The declaration, with in-out parameters replaced by the corresponding plain ones. */
  readonly declaration: SymbolDeclaration;
  /** The values that are part of the result, by name. */
  readonly values: RecordResultDeclaration;
  /** The size of the return area in bytes. */
  readonly areaSize: number;
  /** Removes the out-parameters, so that only parameters with an argument are counted. */
  settle(declaration: SymbolDeclaration): SymbolDeclaration | Problem;
  /** Does the same in a flattening, whose form the declaration may state. */
  moveFlattening(flattening: Flattening, isStated: boolean): Flattening;
  /** Adds the values to the export's own result. */
  addTo(own: ResultPlan, values: ResultPlan): ResultPlan;
}

/**
 * Places the out-parameters of a declaration; absent if it has neither out- nor in-out parameters.
 */
export function expandOuts(
  given: SymbolDeclaration,
  name: string,
  { address64 }: Pick<ResolveContext, "address64">,
): Outs | Problem | undefined {
  if (!given.parameters.some((parameter) => isOut(parameter) || isInOut(parameter))) {
    return undefined;
  }
  if (given.chunked !== undefined) return chunkedProblem(name);
  const word = address64 ? 8 : 4;
  const outs = given.parameters.filter(isOut);
  const fields = Object.fromEntries(outs.map(({ name, value }) => [name, value]));
  const layout = layOutStruct({ fields }, word, word);
  const begin = Math.ceil(areaBefore(given, word) / 8) * 8;
  const kept = given.parameters.flatMap((parameter, index) => isOut(parameter) ? [] : [index]);
  const { offsets } = placeFields({ fields }, word, word);
  const places = new Map(
    given.parameters.flatMap((parameter, index) =>
      isOut(parameter) ? [[index, begin + offsets.get(parameter.name)!.offset] as const] : []
    ),
  );
  let wrong: Problem | undefined;
  const refuse = (index: number, key: string) => wrong ??= indexProblem(name, index, key);
  const numbers: Numbers = { kept, places, parameters: given.parameters, word, refuse };
  const move = <Part>(part: Part): Part => moved(part, numbers);
  const all = recordOf(layout, { at: "area", offset: begin, word });
  const values: Record<string, FieldDeclaration> = {};
  for (const [index, parameter] of given.parameters.entries()) {
    if (isInOut(parameter)) values[parameter.name] = valueOf(parameter, kept.indexOf(index), word);
    else if (isOut(parameter) && Object.hasOwn(all.fields, parameter.name)) {
      const { name, when } = parameter;
      values[name] = { ...all.fields[name]!, ...(when && { when: move(when) }) };
    }
  }
  return {
    declaration: { ...given, parameters: given.parameters.map(plain) },
    values: { type: "record", fields: values },
    areaSize: outs.length === 0 ? 0 : begin + layout.size,
    settle(declaration) {
      const parameters = declaration.parameters.filter((parameter) => !isOut(parameter));
      const settled = move({ ...declaration, parameters });
      return wrong ?? settled;
    },
    moveFlattening: ({ coreArguments, form, ...rest }, isStated) => ({
      ...rest,
      coreArguments: move(coreArguments),
      ...(form && { form: isStated ? move(form) : form }),
    }),
    addTo: (own, values) =>
      own.kind === "void" || values.kind !== "record"
        ? values
        : { ...values, fields: [["result", own], ...values.fields] },
  };
}

function isOut(parameter: Parameter): parameter is OutParameter {
  return typeof parameter === "object" && parameter.type === "out";
}

function isInOut(parameter: Parameter): parameter is InOutParameter {
  return typeof parameter === "object" && parameter.type === "inout";
}

/** Returns the plain parameter for a counted value. */
function plain(parameter: Parameter): Parameter {
  if (!isInOut(parameter)) return parameter;
  const { value } = parameter;
  if (value === "bytes") return value;
  if (typeof value !== "object" || "length" in value) return parameter;
  if (value.type === "array") {
    return { type: value.type, element: value.element, pass: ["pointer", "codeUnits"] };
  }
  return value.type === "list" ? value as Parameter : parameter;
}

/** Returns the size of the return area that the declaration itself may need. */
function areaBefore({ result, area = [], arguments: all = [] }: SymbolDeclaration, word: 4 | 8) {
  const own = isWhole(result) && result.by === "value" && scalarOf(result) === undefined
    ? layOutWhole(result, word).size
    : 0;
  const words = all.map((one) => typeof one === "object" && "area" in one ? one.area + 1 : 0);
  const isText = typeof result === "object" ? !isWhole(result) : /^(?:string|bytes)$/.test(result);
  // A form has at most two words, and a status before them.
  const least = isText || words.some((count) => count > 0) ? 4 : 0;
  return Math.max(own, word * Math.max(least, area.length, ...words));
}

/** Declares the value at the address of argument `index` after the call. */
function valueOf({ value }: InOutParameter, index: number, word: 4 | 8): FieldDeclaration {
  const pointer = { argument: index };
  if (value === "bytes") return { type: value, pointer, length: { byteLengthOf: index } };
  const isAlone = typeof value === "object" && !("length" in value);
  if (isAlone && value.type === "array") {
    return { type: "array", element: value.element, pointer, length: { countOf: index } };
  }
  if (isAlone && value.type === "list") {
    const layout = layOut((value as ListParameter).item, word);
    const item = partOf(layout, { at: "result", offset: 0, word });
    const count = { countOf: index };
    return { type: "list", item, pointer, count, stride: layout.size, freedBy: "guest" };
  }
  const part = partOf(layOut(value as StructField, word), { at: pointer, offset: 0, word });
  // Data to which the struct pointed before the call is in the block of the argument.
  return kept(part);
}

/** Declares that the guest owns the data to which a value points. */
function kept(part: FieldDeclaration): FieldDeclaration {
  return part.type === "slice" || "value" in part ? part : { ...part, freedBy: "guest" };
}

/** The keys that contain the index of a parameter. */
const INDICES = ["argument", "byteLengthOf", "countOf", "indexIn", "text", "parameter"];

/** How parameter indices change without out-parameters. */
interface Numbers {
  /** The indices of parameters that take an argument. */
  readonly kept: readonly number[];
  /** The offsets of out-parameters in the return area, by their indices. */
  readonly places: ReadonlyMap<number, number>;
  readonly parameters: readonly Parameter[];
  readonly word: 4 | 8;
  /** Reports the use of an out-parameter for a property that it does not have. */
  refuse(index: number, key: string): void;
}

/** Replaces the indices of parameters in a part of a declaration. */
function moved<Part>(part: Part, numbers: Numbers): Part {
  if (typeof part !== "object" || part === null) return part;
  const { kept, places, parameters, word, refuse } = numbers;
  const inner = <T>(item: T): T => moved(item, numbers);
  if (Array.isArray(part)) return part.map(inner) as Part;
  const own = part as Readonly<Record<string, unknown>>;
  // A function has its own parameters.
  if (own.type === "function") return part;
  for (const key of INDICES) {
    const index = own[key];
    const offset = typeof index === "number" ? places.get(index) : undefined;
    if (offset === undefined) continue;
    if (key === "argument") return { sum: ["area", offset] } as Value as Part;
    if (key === "text" && own.as === "pointer") {
      return { area: offset / word } as CoreArgument as Part;
    }
    const { value } = parameters[index as number] as OutParameter;
    const layout = layOut(value, word);
    if (key === "parameter" && layout.kind === "number") {
      return { load: layout.store, offset } as Value as Part;
    }
    refuse(index as number, key);
  }
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => {
      const isIndex = typeof value === "number" &&
        (INDICES.includes(key) || (key === "of" && own.type === "slice"));
      return [key, isIndex && kept.includes(value) ? kept.indexOf(value) : inner(value)];
    }),
  ) as Part;
}

function indexProblem(name: string, index: number, key: string): Problem {
  return new Problem({
    code: "signature",
    part: "parameters",
    cannot: `Cannot find { ${key}: ${index} } for ${quote(name)}`,
    found: `parameter ${index} is an out-parameter`,
    expected: `{ argument: ${index} } for its address, or { parameter: ${index} } for its number`,
    export: name,
  });
}

function chunkedProblem(name: string): Problem {
  return new Problem({
    code: "signature",
    part: "parameters",
    cannot: `Cannot pass out-parameters to ${quote(name)}`,
    found: "its text is passed in chunks",
    expected: "no parameters with a name",
    export: name,
  });
}
