import type {
  HostInOut,
  HostListParameter,
  HostListResult,
  HostStruct,
} from "../abi/host_struct.ts";
import type { Counted, HostOut, InOutParameter, OutParameter } from "../abi/out_parameter.ts";
import type {
  ArrayField,
  BytesField,
  ItemsDeclaration,
  ListField,
  ListParameter,
  StructParameter,
  StructResultDeclaration,
  StructType,
  TextField,
} from "../abi/struct.ts";
import { isObject } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import {
  byShape,
  freedByShape,
  lookAtNull,
  passShape,
  placeShape,
  resultFreedByShape,
} from "./block_shapes.ts";
import { dictionary, object, typed } from "./object_shape.ts";
import {
  choice,
  count,
  flag,
  join,
  known,
  lazy,
  type Problems,
  type Shape,
  text,
  word,
} from "./shape.ts";
import { lookAtInvalid, onInvalidShape } from "./data_shapes.ts";
import { variantShapesOf } from "./variant_shape.ts";
import { conditionShape, NUMBER_NAMES, numericType, valueShape } from "./value_shapes.ts";

// The shapes of structs and lists with a C layout.

const field: Shape = lazy("a type", () => fieldShape);

const otherField = object<{ field: unknown }>("{ field }", { field: text }, { needs: ["field"] });

/** Where the length of a field is; `words` are the accepted ones. */
function lengthOf(words: readonly string[]): Shape {
  const named = word(words, {}, ", a number or { field }");
  return choice('a number, "pair" or { field }', (value) => {
    if (typeof value === "string") return named;
    return typeof value === "number" ? count : isObject(value) ? otherField : undefined;
  });
}

const length = lengthOf(["pair"]);

const dataParts = { type: known, nullable: flag, freedBy: resultFreedByShape };

const textField = object<TextField>("a field", {
  ...dataParts,
  length: lengthOf(["nul", "pair"]),
  encoding: word(["utf-8", "utf-16", "latin1", "wtf-8"]),
  onInvalid: onInvalidShape,
}, { look: lookAtInvalid });

const bytesField = object<BytesField>("a field", { ...dataParts, length }, { needs: ["length"] });

const arrayField = object<ArrayField>("a field", {
  ...dataParts,
  element: numericType,
  length,
}, { needs: ["element", "length"] });

const listField = object<ListField>("a field", {
  type: known,
  item: field,
  length,
  freedBy: resultFreedByShape,
}, { needs: ["item", "length"] });

/**
 * The shape of a field that is a function, which `declaration_shapes.ts` sets because the two are
 * mutually recursive.
 */
export const functionField: { shape?: Shape } = {};

/** The shapes of variants: in another value, as a parameter, as a result, and in host functions. */
export const variantShapes: Record<"field" | "parameter" | "result" | "host", Shape> =
  variantShapesOf(field);

const fields = fieldsOf(field);

/** Makes the shape of fields in order, on which the layout depends. */
export function fieldsOf(field: Shape): Shape {
  return {
    expected: "the fields by name",
    read(value, at, problems) {
      const kept = dictionary(field, "the fields by name").read(value, at, problems);
      if (isObject(kept)) checkFields(kept as Record<string, unknown>, at, problems);
      return kept;
    },
  };
}

/** Reports names whose order JavaScript does not keep, and lengths that are not in a number. */
function checkFields(kept: Record<string, unknown>, at: string, problems: Problems): void {
  const names = Object.keys(kept);
  if (names.length === 0) problems.add(at, "is {}, expected at least one field");
  for (const name of names) {
    if (/^(?:0|[1-9]\d*)$/.test(name)) {
      problems.add(join(at, name), "has a number as its name, which would not keep its place");
    }
    const { length } = (kept[name] ?? {}) as { length?: unknown };
    if (!isObject(length) || !("field" in length)) continue;
    const counted = String(length.field);
    const type = Object.hasOwn(kept, counted) ? kept[counted] : undefined;
    if (typeof type === "string" && /^(?:[iu]\d+|pointer)$/.test(type)) continue;
    problems.add(
      `${join(at, name)}.length.field`,
      `is ${quote(counted)}, expected the name of a field with an integer`,
    );
  }
}

/** A struct in memory. */
export const structShape: Shape = object<StructType>("a struct", {
  type: known,
  fields,
  packed: flag,
  pointed: flag,
  nullable: flag,
}, {
  needs: ["fields"],
  look(kept, at, problems) {
    if (kept.nullable === true && kept.pointed !== true) {
      problems.add(join(at, "nullable"), 'has no effect alone, expected "pointed" beside it');
    }
  },
});

const fieldShape: Shape = typed([...NUMBER_NAMES, "string"], {
  string: textField,
  bytes: bytesField,
  array: arrayField,
  list: listField,
  struct: structShape,
  function: lazy("a function", () => functionField.shape!),
  variant: variantShapes.field,
}, (type) => {
  if (type === "bytes") return `expected an object: { type: "bytes", length: … }`;
  return type === "void" || type === "externref" ? "which memory cannot hold" : undefined;
});

/** A parameter that is a struct. */
export const structParameter: Shape = object<StructParameter>("a struct", {
  type: known,
  fields,
  packed: flag,
  by: byShape,
  place: placeShape,
  freedBy: freedByShape,
  nullable: flag,
}, { needs: ["fields"], look: lookAtNull });

/** A parameter that is a list. */
export const listParameter: Shape = object<ListParameter>("a list", {
  type: known,
  item: field,
  pass: passShape,
  place: placeShape,
  freedBy: freedByShape,
  nullable: flag,
}, { needs: ["item"] });

/** A result that is a struct. */
export const structResult: Shape = object<StructResultDeclaration>("a struct", {
  type: known,
  fields,
  packed: flag,
  by: byShape,
  pointer: valueShape,
  freedBy: resultFreedByShape,
  nullable: flag,
}, { needs: ["fields"], look: lookAtNull });

/** A result that is a list of items without a place of their own. */
export const itemsResult: Shape = object<ItemsDeclaration>("a list", {
  type: known,
  item: field,
  pointer: valueShape,
  count: valueShape,
  freedBy: resultFreedByShape,
}, { needs: ["item", "pointer", "count"] });

const name: Shape = {
  expected: "a name",
  read(value, at, problems) {
    const kept = text.read(value, at, problems);
    if (kept !== "result" && kept !== "") return kept;
    return problems.add(
      at,
      `is ${quote(kept)}, expected a name other than what the export returns`,
    );
  },
};

/** A parameter that is only part of the result. */
export const outParameter: Shape = object<OutParameter>("an out-parameter", {
  type: known,
  name,
  value: field,
  when: conditionShape,
}, { needs: ["name", "value"] });

/** A parameter whose value a host function returns. */
export const hostOut: Shape = object<HostOut>("an out-parameter", {
  type: known,
  name,
  value: field,
}, { needs: ["name", "value"] });

/** A parameter whose value a host function takes and returns. */
export const hostInOut: Shape = object<HostInOut>("an in-out parameter", {
  type: known,
  name,
  value: field,
}, { needs: ["name", "value"] });

const countedBytes = word(["bytes"]);

const countedArray = object<Counted & { type: "array" }>("an array", {
  type: known,
  element: numericType,
}, { needs: ["element"] });

const countedList = object<Counted & { type: "list" }>("a list", {
  type: known,
  item: field,
}, { needs: ["item"] });

/** A parameter whose value the export may change. */
export const inOutParameter: Shape = object<InOutParameter>("an in-out parameter", {
  type: known,
  name,
  value: choice("a type", (value) => {
    if (value === "bytes") return countedBytes;
    const { type, length } = (isObject(value) ? value : {}) as { type?: unknown; length?: unknown };
    if (length !== undefined) return field;
    return type === "list" ? countedList : type === "array" ? countedArray : field;
  }),
}, { needs: ["name", "value"] });

/** Reports values with the same name, and lengths that are not in an out-parameter. */
export function checkOuts(parameters: unknown, at: string, problems: Problems): void {
  if (!Array.isArray(parameters)) return;
  const outs: Record<string, unknown> = {}, seen = new Set<unknown>();
  for (const [index, parameter] of parameters.entries()) {
    if (!isObject(parameter) || (parameter.type !== "out" && parameter.type !== "inout")) continue;
    const { type, name, value } = parameter as { type: string; name?: unknown; value?: unknown };
    if (typeof name !== "string") continue;
    if (seen.has(name)) {
      problems.add(`${join(at, index)}.name`, `is ${quote(name)}, which another parameter has`);
    }
    seen.add(name);
    if (type === "out") outs[name] = value;
  }
  if (Object.keys(outs).length > 0) checkFields(outs, at, problems);
}

/** A struct that a host function takes or returns. */
export const hostStruct: Shape = object<HostStruct>("a struct", {
  type: known,
  fields,
  packed: flag,
  by: byShape,
  nullable: flag,
}, { needs: ["fields"], look: lookAtNull });

/** A list that a host function takes. */
export const hostListParameter: Shape = object<HostListParameter>("a list", {
  type: known,
  item: field,
  pass: passShape,
  count,
}, { needs: ["item"] });

/** A list that a host function returns. */
export const hostListResult: Shape = object<HostListResult>("a list", {
  type: known,
  item: field,
  pointer: valueShape,
  count: valueShape,
}, { needs: ["item", "pointer", "count"] });
