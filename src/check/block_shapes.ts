import type { BlockCall, BlockSource, CoreArgument, Room } from "../abi/block_source.ts";
import { isObject, WORDS } from "../base/misnomers.ts";
import { array, dictionary, keyed, object, tagged } from "./object_shape.ts";
import {
  choice,
  count,
  exportName,
  finite,
  flag,
  integer,
  join,
  known,
  type Problems,
  type Shape,
  text,
  word,
} from "./shape.ts";
import { type Form, form, valueShape } from "./value_shapes.ts";

const blockValue: Shape = choice(
  '"pointer", "byteLength", "codeUnits", "align", "result", a number or its place',
  (value) => {
    if (typeof value === "number") return integer;
    if (typeof value === "string") return blockWord;
    return isObject(value) || typeof value === "function" ? valueShape : undefined;
  },
);

const blockWord = word(
  ["pointer", "byteLength", "codeUnits", "align", "result", "allocated", "area", "output"],
  { length: "byteLength", size: "byteLength" },
);

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

const resultFreedByWord = word(WORDS.freedBy, {}, " or { call } or { calls }");

const freedByCalls = object<{ calls: unknown }>("{ calls }", {
  calls: array(blockCall, 'an array such as ["free"]'),
}, { needs: ["calls"] });

const freedByWord = word(WORDS.freedBy, {}, " or { call }");

const freedByCall = object<{ call: unknown }>("{ call }", { call: blockCall }, {
  needs: ["call"],
});

const room = object<Room>("{ above, perByte }", {
  above: exportName,
  perByte: finite,
  plus: count,
}, { needs: ["above", "perByte"] });

const capacity: Shape = choice("a number of bytes, its place or { export }", (value) => {
  if (typeof value === "number") return count;
  if (typeof value === "function") return valueShape;
  if (!isObject(value)) return undefined;
  return "export" in value || "holds" in value ? capacityExport : valueShape;
});

const capacityExport = object<{ export: unknown; holds: unknown }>("{ export }", {
  export: exportName,
  holds: word(["value", "address"]),
}, { needs: ["export"] });

const bufferPointer: Shape = choice(
  "the name of an export, an address, its place, { reserve } or { layout }",
  (value) => {
    if (typeof value === "string") return exportName;
    if (typeof value === "number") return count;
    if (typeof value === "function") return valueShape;
    if (!isObject(value)) return undefined;
    return "reserve" in value ? reserved : valueShape;
  },
);

const reserved = object<{ reserve: unknown }>("{ reserve }", { reserve: count }, {
  needs: ["reserve"],
});

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
    pointer: valueShape,
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

/** The unit of a length. */
export const unitShape: Shape = word(["bytes", "codeUnits"], { elements: "codeUnits" });

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

/** Whether C passes or returns a struct or a variant by value or by pointer. */
export const byShape: Shape = word(["pointer", "value"], {
  reference: "pointer",
  address: "pointer",
  copy: "value",
});

/** Reports that a value which is passed by value cannot be `null`. */
export function lookAtNull(kept: Record<string, unknown>, at: string, problems: Problems): void {
  if (kept.nullable === true && kept.by === "value") {
    const found = `has no effect on a ${kept.type} that is passed by value`;
    problems.add(join(at, "nullable"), found);
  }
}

const CORE_ARGUMENT =
  'a core argument: a number, { parameter }, { text, as }, { area }, "output" or "capacity"';

/** One core argument. */
const coreArgumentShape: Shape = choice(CORE_ARGUMENT, (value) => {
  if (typeof value === "string") return coreArgumentWord;
  return typeof value === "number" ? integer : isObject(value) ? coreArgumentForms : undefined;
});

/** One core argument of a call for chunked input. */
const chunkArgumentShape: Shape = choice(
  CORE_ARGUMENT,
  (value) => value === "handle" ? known : coreArgumentShape,
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
  text: form<Form<CoreArgument, "text">>(
    "{ text, as }",
    { text: count, as: passName, unit: unitShape },
    ["as"],
  ),
  area: form<Form<CoreArgument, "area">>("{ area }", { area: count }),
}, (key, value) => {
  if (key === "argument") return `did you mean { text: ${value}, as: "pointer" }?`;
  return key === "byteLengthOf" ? `did you mean { text: ${value}, as: "byteLength" }?` : undefined;
});

/** All core arguments of a call for chunked input, in order. */
export const chunkArgumentsShape: Shape = array(chunkArgumentShape, "an array of core arguments");

/** All core arguments in order. */
export const coreArgumentsShape: Shape = array(coreArgumentShape, "an array of core arguments");
