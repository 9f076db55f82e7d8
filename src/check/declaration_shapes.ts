import type {
  FunctionDeclaration,
  FunctionParameter,
  FunctionResult,
  HostFunctionDeclaration,
  HostFunctionParameter,
  Output,
  SymbolDeclaration,
} from "../abi/declaration.ts";
import type { ArrayResultDeclaration, TextResultDeclaration } from "../abi/result.ts";
import type { FunctionField } from "../abi/struct.ts";
import type { MethodDeclaration } from "../abi/property_declaration.ts";
import { FOREIGN_KEYS, isObject, PARAMETER_NAMES, RESULT_NAMES } from "../base/misnomers.ts";
import { isNumericType } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import { coreArgumentsShape, placeShape } from "./block_shapes.ts";
import { chunkedShape, lookAtSymbol } from "./chunk_shapes.ts";
import {
  arrayParameter,
  hostText,
  lookAtInvalid,
  stringsParameter,
  textParameter,
} from "./data_shapes.ts";
import { classShape, OBJECT_SHAPES } from "./managed_shapes.ts";
import { array, object, typed } from "./object_shape.ts";
import {
  callable,
  choice,
  count,
  exportName,
  flag,
  join,
  known,
  lazy,
  type Problems,
  type Shape,
  word,
} from "./shape.ts";
import { arrayResultParts, fieldForms, statusShape, textResultParts } from "./result_shapes.ts";
import { checkOuts, type LayoutShapes, layoutShapesOf } from "./struct_shapes.ts";
import { valueShape } from "./value_shapes.ts";
import { eitherVariant } from "./variant_shape.ts";

// The shapes of declarations: of symbols, and of host functions.

/** The shapes of values with a C layout. */
export const LAYOUT_SHAPES: LayoutShapes = layoutShapesOf(
  lazy("a function", () => functionField),
);

const { struct, variant, list: laidOut, out, inOut } = LAYOUT_SHAPES;

/** The types that only a result, or only a parameter, can have. */
const RESULTS_ALONE = ["void", "record", "slice"];

/** The types whose parts have their own places. */
const PLACED = ["record", "slice", "strings"];

function ofResults(type: string): string | undefined {
  if (type === "void") return "which only a result can be, expected no parameter";
  return RESULTS_ALONE.includes(type) ? "which only a result can be" : undefined;
}

const parameter = typed(PARAMETER_NAMES, {
  string: textParameter,
  bytes: textParameter,
  array: arrayParameter,
  strings: stringsParameter,
  function: lazy("a function", () => functionParameter),
  struct: struct.parameter,
  variant: variant.parameter,
  list: laidOut.parameter,
  ...OBJECT_SHAPES,
  out: out.parameter,
  inout: inOut.parameter,
}, ofResults);

const hostParameter = typed(PARAMETER_NAMES, {
  string: hostText,
  bytes: hostText,
  array: arrayParameter,
  struct: struct.host,
  variant: variant.host,
  list: laidOut.hostParameter,
  ...OBJECT_SHAPES,
  out: out.host,
  inout: inOut.host,
  function: lazy("a function", () => guestFunction),
}, ofResults);

/** A list whose items have their own places, or a C layout. */
const list: Shape = choice(
  "a list",
  (value) => isPlaced(value as Record<string, unknown>) ? fieldForms.list : laidOut.result,
);

function isPlaced({ item, stride, next }: Record<string, unknown>): boolean {
  if (stride !== undefined || next !== undefined) return true;
  if (!isObject(item)) return typeof item !== "string";
  const { type, tag } = item as { type?: unknown; tag?: unknown };
  return PLACED.includes(type as string) ||
    type === "variant" && !isNumericType(tag) ||
    ["value", "pointer", "form"].some((key) => key in item);
}

const result = typed(RESULT_NAMES, {
  ...fieldForms,
  list,
  struct: struct.result,
  variant: eitherVariant(variant.result, fieldForms.variant),
  ...OBJECT_SHAPES,
  function: lazy("a function", () => functionResult),
}, () => undefined);

// A callback always has a result.
const { when: _ofText, as: _made, ...hostTextParts } = textResultParts;
const { when: _ofArray, ...hostArrayParts } = arrayResultParts;

const hostTextResult = object<Omit<TextResultDeclaration, "as" | "when">>(
  "a result",
  hostTextParts,
  { look: lookAtInvalid },
);

const hostResult = typed(RESULT_NAMES, {
  string: hostTextResult,
  bytes: hostTextResult,
  array: object<Omit<ArrayResultDeclaration, "when">>("a result", hostArrayParts, {
    needs: ["element"],
  }),
  struct: struct.host,
  variant: variant.host,
  list: laidOut.hostResult,
  ...OBJECT_SHAPES,
  function: lazy("a function", () => functionParameter),
}, (type) => PLACED.includes(type) ? "which only the result of a symbol can be" : undefined);

const outputCapacity: Shape = choice(
  'a number, its place, a function or "query"',
  (value) => {
    if (typeof value === "function") return callable;
    if (typeof value === "number") return count;
    if (typeof value === "string") return value === "query" ? queryWord : capacityWord;
    return isObject(value) ? valueShape : undefined;
  },
);

const queryWord = word(["query"]);

const capacityWord = word(["query", "result"]);

const output = object<Output>("{ capacity }", {
  capacity: outputCapacity,
  status: statusShape,
  place: placeShape,
}, { needs: ["capacity"] });

/** Explains a key from a declaration for `Deno.dlopen`. */
function explainKey(key: string): string | undefined {
  if (key === "optional") return "expected none: every declared symbol must exist";
  if (key === "nonblocking") return "expected none: guest code runs on the thread that calls it";
  return undefined;
}

const parameters = array(parameter, 'an array of types such as ["string", "u32"]');

const pointedParts = {
  parameters,
  result,
  arguments: coreArgumentsShape,
  area: coreArgumentsShape,
  output,
  status: statusShape,
  async: flag,
};

const rest = {
  needs: ["parameters", "result"],
  foreign: FOREIGN_KEYS,
  explain: explainKey,
  look: (kept: Record<string, unknown>, at: string, problems: Problems) => {
    checkOuts(kept.parameters, join(at, "parameters"), problems);
    lookAtSymbol(kept, at, problems);
  },
} as const;

/** The shape of a symbol's declaration. */
export const symbolShape: Shape = object<SymbolDeclaration>("{ parameters, result }", {
  ...pointedParts,
  name: exportName,
  chunked: chunkedShape,
}, rest);

/** The shape of a key that is only valid in the declaration of an export. */
function ofExports(key: string): Shape {
  const expected = `none: ${quote(key)} is for exports`;
  return { expected, read: (value, at, problems) => problems.wrong(at, value, expected) };
}

const pointedFunction = {
  ...pointedParts,
  name: ofExports("name"),
  chunked: ofExports("chunked"),
};

/** The shape of the declaration of a function pointer. */
export const functionShape: Shape = object<FunctionDeclaration>(
  "{ parameters, result }",
  pointedFunction,
  rest,
);

const guestFunction = object<HostFunctionParameter>("a parameter", {
  ...pointedFunction,
  type: known,
  nullable: flag,
}, rest);

const functionResult = object<FunctionResult>("a result", {
  ...pointedFunction,
  type: known,
  nullable: flag,
  value: valueShape,
}, rest);

const method = object<MethodDeclaration>("{ parameters, result }", {
  parameters,
  result,
  name: exportName,
}, { needs: ["parameters", "result"], foreign: FOREIGN_KEYS, explain: explainKey });

/** The shape of a symbol that is a class. */
export const declaredClass: Shape = classShape(method, parameters);

const hostParameters = array(hostParameter, 'an array of types such as ["string", "u32"]');

const functionParameter: Shape = object<FunctionParameter>("a parameter", {
  type: known,
  parameters: hostParameters,
  result: hostResult,
  arguments: coreArgumentsShape,
  async: flag,
  nullable: flag,
}, rest);

const functionField = object<FunctionField>("a field", {
  type: known,
  parameters: hostParameters,
  result: hostResult,
  arguments: coreArgumentsShape,
  nullable: flag,
}, rest);

/** The shape of a host function's declaration. */
export const hostFunctionShape: Shape = object<HostFunctionDeclaration>("{ parameters, result }", {
  parameters: hostParameters,
  result: hostResult,
  arguments: coreArgumentsShape,
  async: flag,
}, rest);
