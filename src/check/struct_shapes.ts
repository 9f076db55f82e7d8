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

/** The shapes of values with a C layout. */
export interface LayoutShapes {
  readonly struct: UseShapes;
  readonly variant: UseShapes;
  readonly list: ListShapes;
  readonly out: ParameterShapes;
  readonly inOut: ParameterShapes;
}

/** The shapes of a value in another value, as a parameter, as a result, and in host functions. */
type UseShapes = Readonly<Record<"field" | "parameter" | "result" | "host", Shape>>;

/** The shapes of a list as a parameter and as a result, of exports and of host functions. */
type ListShapes = Readonly<
  Record<"parameter" | "result" | "hostParameter" | "hostResult", Shape>
>;

/** The shapes of a parameter of exports and of host functions. */
type ParameterShapes = Readonly<Record<"parameter" | "host", Shape>>;

/**
 * Makes the shapes of values with a C layout.
 *
 * @param functionField The shape of a field that is a function.
 */
export function layoutShapesOf(functionField: Shape): LayoutShapes {
  const field: Shape = lazy("a type", () => fieldShape);
  const struct = structShapesOf(fieldsOf(field));
  const variant = variantShapesOf(field);
  const listField = object<ListField>("a field", {
    type: known,
    item: field,
    length,
    freedBy: resultFreedByShape,
  }, { needs: ["item", "length"] });
  const fieldShape = typed([...NUMBER_NAMES, "string"], {
    string: textField,
    bytes: bytesField,
    array: arrayField,
    list: listField,
    struct: struct.field,
    function: functionField,
    variant: variant.field,
  }, (type) => {
    if (type === "bytes") return `expected an object: { type: "bytes", length: … }`;
    return type === "void" || type === "externref" ? "which memory cannot hold" : undefined;
  });
  return { struct, variant, list: listShapesOf(field), ...outShapesOf(field) };
}

function structShapesOf(fields: Shape): UseShapes {
  const parts = { type: known, fields, packed: flag };
  const rest = { needs: ["fields"], look: lookAtNull } as const;
  return {
    field: object<StructType>("a struct", { ...parts, pointed: flag, nullable: flag }, {
      needs: ["fields"],
      look(kept, at, problems) {
        if (kept.nullable === true && kept.pointed !== true) {
          problems.add(join(at, "nullable"), 'has no effect alone, expected "pointed" beside it');
        }
      },
    }),
    parameter: object<StructParameter>("a struct", {
      ...parts,
      by: byShape,
      place: placeShape,
      freedBy: freedByShape,
      nullable: flag,
    }, rest),
    result: object<StructResultDeclaration>("a struct", {
      ...parts,
      by: byShape,
      pointer: valueShape,
      freedBy: resultFreedByShape,
      nullable: flag,
    }, rest),
    host: object<HostStruct>("a struct", { ...parts, by: byShape, nullable: flag }, rest),
  };
}

/** Makes the shapes of a list. As a result of exports it has no place of its own. */
function listShapesOf(item: Shape): ListShapes {
  const returned = { type: known, item, pointer: valueShape, count: valueShape };
  const needs = ["item", "pointer", "count"] as const;
  return {
    parameter: object<ListParameter>("a list", {
      type: known,
      item,
      pass: passShape,
      place: placeShape,
      freedBy: freedByShape,
      nullable: flag,
    }, { needs: ["item"] }),
    result: object<ItemsDeclaration>("a list", { ...returned, freedBy: resultFreedByShape }, {
      needs,
    }),
    hostParameter: object<HostListParameter>("a list", {
      type: known,
      item,
      pass: passShape,
      count,
    }, { needs: ["item"] }),
    hostResult: object<HostListResult>("a list", returned, { needs }),
  };
}

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

const countedBytes = word(["bytes"]);

const countedArray = object<Counted & { type: "array" }>("an array", {
  type: known,
  element: numericType,
}, { needs: ["element"] });

/**
 * Makes the shapes of a parameter that is only part of the result, and of one whose value may be
 * changed. A host function returns the values of both.
 */
function outShapesOf(value: Shape): Pick<LayoutShapes, "out" | "inOut"> {
  const parts = { type: known, name, value };
  const rest = { needs: ["name", "value"] } as const;
  const countedList = object<Counted & { type: "list" }>("a list", { type: known, item: value }, {
    needs: ["item"],
  });
  const changed = choice("a type", (given) => {
    if (given === "bytes") return countedBytes;
    const { type, length } = (isObject(given) ? given : {}) as { type?: unknown; length?: unknown };
    if (length !== undefined) return value;
    return type === "list" ? countedList : type === "array" ? countedArray : value;
  });
  return {
    out: {
      parameter: object<OutParameter>("an out-parameter", { ...parts, when: conditionShape }, rest),
      host: object<HostOut>("an out-parameter", parts, rest),
    },
    inOut: {
      parameter: object<InOutParameter>(
        "an in-out parameter",
        { ...parts, value: changed },
        rest,
      ),
      host: object<HostInOut>("an in-out parameter", parts, rest),
    },
  };
}

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
