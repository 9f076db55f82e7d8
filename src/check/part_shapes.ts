import type { BlockCall, BlockSource, CoreArgument, Room } from "../abi/block_source.ts";
import type { TextResult } from "../abi/result.ts";
import type { Value } from "../abi/value.ts";
import { expectedType } from "../base/misnomers.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { show } from "../base/show.ts";
import {
  array,
  choice,
  count,
  dictionary,
  exportName,
  finite,
  flag,
  integer,
  isObject,
  keyed,
  lazy,
  object,
  one,
  type Shape,
  tagged,
  text,
  word,
} from "./shape.ts";

// The shapes of a convention's parts: places of values, core arguments, owners of blocks.

const NUMERIC_NAMES = Object.keys(NUMERIC_TYPES);

/** One of the types that are only a name. */
export function typeName(known: readonly string[]): Shape {
  return {
    expected: "a type",
    read(value, at, problems) {
      if (typeof value !== "string") return problems.wrong(at, value, "a type");
      if (known.includes(value)) return value;
      return problems.add(at, `is ${show(value)}, ${expectedType(value, known)}`);
    },
  };
}

/** A type of numbers in memory. */
export const numericType: Shape = typeName(NUMERIC_NAMES);

/** One form of {@linkcode Value} or of {@linkcode CoreArgument}. */
type Form<Union, Key extends PropertyKey> = Extract<Union, { readonly [K in Key]: unknown }>;

/** An object whose first part distinguishes it from the other forms, so that part is required. */
function form<T>(
  expected: string,
  parts: { readonly [Key in keyof Required<T>]: Shape },
  needs: readonly string[] = [],
): Shape {
  return object<T>(expected, parts, { needs: [...Object.keys(parts).slice(0, 1), ...needs] });
}

/** The place of a number. */
export const valueShape: Shape = choice(
  '"result", a number or its place, such as { word: 0 }',
  (value) => {
    if (typeof value === "string") return valueWord;
    return typeof value === "number" ? finite : isObject(value) ? valueForms : undefined;
  },
);

const valueWord = word(["result", "output"], {}, " or its place, such as { word: 0 }");

const nestedValue = lazy("the place of a number", () => valueShape);

const values = array(nestedValue, "an array of numbers or their places");

const difference: Shape = {
  expected: "two values",
  read(value, at, problems) {
    const found = values.read(value, at, problems);
    if (!Array.isArray(found) || found.length === 2) return found;
    return problems.add(at, `has ${found.length} values, expected two`);
  },
};

const valueForms: Shape = keyed("the place of a number, such as { word: 0 }", {
  result: form<Form<Value, "result">>("{ result }", { result: count }),
  low: form<Form<Value, "low">>("{ low }", { low: nestedValue }),
  high: form<Form<Value, "high">>("{ high }", { high: nestedValue }),
  argument: form<Form<Value, "argument">>("{ argument }", { argument: count }),
  byteLengthOf: form<Form<Value, "byteLengthOf">>("{ byteLengthOf }", { byteLengthOf: count }),
  parameter: form<Form<Value, "parameter">>("{ parameter }", { parameter: count }),
  word: form<Form<Value, "word">>("{ word, at }", { word: count, at: nestedValue }),
  load: form<Form<Value, "load">>("{ load, at, offset }", {
    load: numericType,
    at: nestedValue,
    offset: integer,
  }),
  export: form<Form<Value, "export">>("{ export }", { export: exportName }),
  call: form<Form<Value, "call">>("{ call, with }", { call: exportName, with: values }, ["with"]),
  product: form<Form<Value, "product">>("{ product }", { product: values }),
  sum: form<Form<Value, "sum">>("{ sum }", { sum: values }),
  difference: form<Form<Value, "difference">>("{ difference }", { difference }),
  indexIn: form<Form<Value, "indexIn">>("{ indexIn, of }", { indexIn: count, of: nestedValue }, [
    "of",
  ]),
}, explainValue);

/** Core arguments that have another name where a place of a number is expected. */
function explainValue(key: string, value: unknown): string | undefined {
  if (key === "area") return "expected { word } for what the return area holds";
  if (key !== "text") return undefined;
  return `expected { argument: ${value} } for its address or { byteLengthOf: ${value} } for its ` +
    "length";
}

/** The place of a length, or the end of text. */
export const lengthShape: Shape = choice(
  '"nul", "result", a number or the place of a length, such as { word: 1 }',
  (value) => {
    if (typeof value === "string") return lengthWord;
    if (typeof value === "number") return count;
    if (!isObject(value)) return undefined;
    if ("object" in value) return objectLength;
    return "prefix" in value ? prefix : "end" in value ? end : valueForms;
  },
);

const lengthWord = word(
  ["nul", "result", "output"],
  { null: "nul", zero: "nul" },
  " or its place, such as { word: 1 }",
);

const prefix = form<{ prefix: unknown; offset: unknown }>("{ prefix, offset }", {
  prefix: word(["u8", "u16", "u32", "u64"]),
  offset: integer,
});

const end = form<{ end: unknown }>("{ end }", { end: nestedValue });

const objectLength = form<{ object: unknown }>("{ object }", {
  object: word(["managed", "arc"]),
});

/** The core arguments for a text. */
const passName: Shape = word([
  "pointer",
  "byteLength",
  "codeUnits",
  "count",
  "lengths",
  "packedPointerHigh",
  "packedPointerLow",
], { length: "byteLength", size: "byteLength", len: "byteLength", ptr: "pointer" });

/** All core arguments for a text. */
export const passShape: Shape = array(passName, 'an array such as ["pointer", "byteLength"]');

/** One core argument. */
const coreArgumentShape: Shape = choice(
  'a core argument: a number, { parameter }, { text, as }, { area }, "output" or "capacity"',
  (value) => {
    if (typeof value === "string") return coreArgumentWord;
    return typeof value === "number" ? integer : isObject(value) ? coreArgumentForms : undefined;
  },
);

const coreArgumentWord: Shape = {
  expected: '"output" or "capacity"',
  read(value, at, problems) {
    if (value === "area") return problems.add(at, 'is "area", did you mean { area: 0 }?');
    if (value !== "pointer" && value !== "byteLength") {
      return coreArgumentWords.read(value, at, problems);
    }
    return problems.add(at, `is "${value}", did you mean { text: 0, as: "${value}" }?`);
  },
};

const coreArgumentWords = word(["output", "capacity"], {}, " or one such as { parameter: 0 }");

const coreArgumentForms: Shape = keyed("{ parameter }, { text, as } or { area }", {
  parameter: form<Form<CoreArgument, "parameter">>("{ parameter }", { parameter: count }),
  text: form<Form<CoreArgument, "text">>("{ text, as }", { text: count, as: passName }, ["as"]),
  area: form<Form<CoreArgument, "area">>("{ area }", { area: count }),
}, (key, value) => {
  if (key === "argument") return `did you mean { text: ${value}, as: "pointer" }?`;
  return key === "byteLengthOf" ? `did you mean { text: ${value}, as: "byteLength" }?` : undefined;
});

/** All core arguments in order. */
export const coreArgumentsShape: Shape = array(coreArgumentShape, "an array of core arguments");

const blockValue: Shape = choice(
  '"pointer", "byteLength", "codeUnits", "align", "result" or a number',
  (value) =>
    typeof value === "number" ? integer : typeof value === "string" ? blockWord : undefined,
);

const blockWord = word(["pointer", "byteLength", "codeUnits", "align", "result"], {
  length: "byteLength",
  size: "byteLength",
});

/** A call of an export that allocates or frees. */
const blockCall: Shape = choice(
  "the name of an export or { export, pass }",
  (value) => typeof value === "string" ? exportName : isObject(value) ? blockCallObject : undefined,
);

const blockCallObject = object<Exclude<BlockCall, string>>("{ export, pass }", {
  export: exportName,
  pass: array(blockValue, 'an array such as ["pointer"]'),
  optional: flag,
}, { needs: ["export", "pass"] });

/** The owner of a block. */
export const freedByShape: Shape = choice('"host", "guest" or { call }', (value) => {
  if (typeof value === "string") return freedByWord;
  return isObject(value) ? freedByCall : undefined;
});

/** The owner of a result. */
export const resultFreedByShape: Shape = choice(
  '"host", "guest", { call } or { calls }',
  (value) => {
    if (typeof value === "string") return resultFreedByWord;
    return isObject(value) ? "calls" in value ? freedByCalls : freedByCall : undefined;
  },
);

const resultFreedByWord = word(["host", "guest"], {}, " or { call } or { calls }");

const freedByCalls = object<{ calls: unknown }>("{ calls }", {
  calls: array(blockCall, 'an array such as ["free"]'),
}, { needs: ["calls"] });

const freedByWord = word(["host", "guest"], {}, " or { call }");

const freedByCall = object<{ call: unknown }>("{ call }", { call: blockCall }, {
  needs: ["call"],
});

const located = object<{ export: unknown }>("{ export }", { export: exportName }, {
  needs: ["export"],
});

const room = object<Room>("{ above, perByte }", {
  above: exportName,
  perByte: finite,
  plus: count,
}, { needs: ["above", "perByte"] });

const capacity: Shape = choice("a number of bytes or { export }", (value) => {
  if (typeof value === "number") return count;
  return isObject(value) ? capacityExport : undefined;
});

const capacityExport = object<{ export: unknown; holds: unknown }>("{ export }", {
  export: exportName,
  holds: word(["value", "address"]),
}, { needs: ["export"] });

const bufferPointer: Shape = choice(
  "the name of an export, an address or { reserve }",
  (value) => {
    if (typeof value === "string") return exportName;
    return typeof value === "number" ? count : isObject(value) ? reserved : undefined;
  },
);

const reserved = object<{ reserve: unknown }>("{ reserve }", { reserve: count }, {
  needs: ["reserve"],
});

/** Any word, because the word has already chosen the object's shape. */
export const known: Shape = one("a word", () => true);

/** One form of {@linkcode BlockSource}. */
type PlaceOf<Kind> = Extract<BlockSource, { readonly kind: Kind }>;

/** The block source of text. */
export const placeShape: Shape = tagged('a place such as { kind: "stack" }', "kind", {
  buffer: object<PlaceOf<"buffer">>("a buffer", {
    kind: known,
    pointer: bufferPointer,
    offset: count,
    capacity,
  }, { needs: ["pointer"] }),
  allocator: object<PlaceOf<"allocator">>("an allocator", {
    kind: known,
    allocate: blockCall,
    pointer: located,
    free: blockCall,
    empty: word(["block", "none"]),
    room,
    pin: exportName,
    unpin: exportName,
  }, { needs: ["allocate"] }),
  managedArray: object<PlaceOf<"managedArray">>("a managed array", {
    kind: known,
    class: text,
    classIds: dictionary(count, "class ids by name"),
    runtime: word(["managed", "arc"]),
  }),
  stack: object<PlaceOf<"stack">>("the stack", { kind: known }),
  reference: object<PlaceOf<"reference">>("a reference", { kind: known }),
});

/** The encodings of text. */
export const encodingShape: Shape = word(["utf-8", "utf-16", "latin1", "latin1+utf16"], {
  utf8: "utf-8",
  utf16: "utf-16",
  "utf-16le": "utf-16",
  ucs2: "utf-16",
  ascii: "latin1",
  "latin-1": "latin1",
});

/** The unit of a length. */
export const unitShape: Shape = word(["bytes", "codeUnits"]);

/** The treatment of trailing NULs. */
export const trailingNulShape: Shape = word(["keep", "trim"], { drop: "trim", strip: "trim" });

const check = object<NonNullable<TextResult["check"]>>("{ value, is, what }", {
  value: nestedValue,
  is: finite,
  what: text,
}, { needs: ["value", "is", "what"] });

/** The place of text or bytes. */
export const textResultShape: Shape = object<TextResult & { type: "string" }>(
  "{ pointer, length }",
  {
    type: word(["string"]),
    call: exportName,
    pointer: nestedValue,
    length: lengthShape,
    unit: unitShape,
    freedBy: resultFreedByShape,
    nullIs: word(["empty", "error"]),
    check,
  },
  { needs: ["pointer", "length"] },
);
