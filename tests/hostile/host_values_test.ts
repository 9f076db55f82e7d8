// Values of the host that throw or change while they are read: none of them reaches the guest in
// part.
import { allocator } from "../../mod.ts";
import { textStream } from "../../src/stream.ts";
import { FREE, MALLOC } from "./_guests.ts";
import { type HostileRow, testHostile } from "./_rows.ts";

const functions = `${MALLOC}${FREE}
  (func (export "text") (param i32 i32) (result i32) (enter text) (local.get 1))
  (func (export "bytes") (param i32 i32) (result i32) (enter bytes) (local.get 1))
  (func (export "pair") (param i32) (result i32) (enter pair)
    (i32.add (i32.load (local.get 0)) (i32.mul (i32.const 100) (i32.load offset=4 (local.get 0)))))
  (func (export "number") (param i32) (result i32) (enter number) (local.get 0))`;

const options = {
  convention: allocator({ allocate: "malloc", free: "free" }),
  symbols: {
    text: { parameters: ["string"], result: "u32" },
    bytes: { parameters: ["bytes"], result: "u32" },
    number: { parameters: ["u32"], result: "u32" },
    latin1: { name: "text", parameters: [{ type: "string", encoding: "latin1" }], result: "u32" },
    pair: {
      parameters: [{ type: "struct", fields: { left: "u32", right: "u32" } }],
      result: "u32",
    },
  },
} as const;

/** A proxy's error passes as it is. */
const OWN = "the proxy's own";

const refuse = new Proxy({}, {
  get: () => {
    throw new Error(OWN);
  },
});

function detached(): Uint8Array {
  const bytes = Uint8Array.of(1, 2);
  bytes.buffer.transfer();
  return bytes;
}

const ROWS: readonly (readonly [string, "text" | "bytes" | "number", () => unknown, string])[] = [
  [
    "an object that becomes a text",
    "text",
    () => ({ toString: () => "text" }),
    "it is an object of class Object, expected a string",
  ],
  [
    "a proxy that throws, for a text",
    "text",
    () => refuse,
    "it is an object of class unknown, expected a string",
  ],
  [
    "a proxy of bytes",
    "bytes",
    () => new Proxy(Uint8Array.of(1), {}),
    "it is an object that only claims to be of class Uint8Array, expected a Uint8Array",
  ],
  ["a proxy that throws, for bytes", "bytes", () => refuse, OWN],
  [
    "bytes whose buffer was transferred",
    "bytes",
    detached,
    "Cannot pass bytes: their buffer is detached, expected a live one",
  ],
  [
    "an object with a length",
    "bytes",
    () => ({ length: 2 ** 31, byteLength: 2 ** 31 }),
    "it is an object of class Object, expected a Uint8Array",
  ],
  [
    "an object that becomes a number",
    "number",
    () => ({ valueOf: () => 5 }),
    "it is an object of class Object, expected a number for u32",
  ],
  [
    "a proxy that throws, for a number",
    "number",
    () => refuse,
    "it is an object of class unknown, expected a number for u32",
  ],
  ["a symbol", "number", () => Symbol("s"), "it is Symbol(s), expected a number for u32"],
  [
    "a lone surrogate",
    "text",
    () => "a\ud800",
    "Cannot encode text as UTF-8: lone surrogate 0xd800 at index 1, expected well-formed text",
  ],
];

testHostile(ROWS.map(([what, name, make, message]): HostileRow => ({
  name: `the host passes ${what}`,
  functions,
  options,
  ask: (guest) => guest.symbols[name]!(make()),
  throws: message === OWN ? ["Error", undefined, OWN] : [
    "TypeError",
    undefined,
    message.startsWith("Cannot") ? message : `Cannot pass argument 0 to "${name}": ${message}`,
  ],
  state: "ready",
  entered: "",
})));

/** A struct whose field `right` is 7 at the first read and `later` at all others. */
function changing(later: unknown): unknown {
  let reads = 0;
  return {
    left: 5,
    get right() {
      return reads++ === 0 ? 7 : later;
    },
  };
}

/** Has its field as an accessor, like objects of some classes. */
class Note {
  get text(): string {
    return "n".repeat(1000);
  }
}

/**
 * Exports, each with a function that passes it a text of 1,000 bytes, and with the number of bytes
 * that it allocates.
 */
const LARGE: readonly (readonly [name: string, ask: HostileRow["ask"], bytes: number])[] = [
  ["text", (guest) => guest.symbols.text!("n".repeat(1000)), 1000],
  ["pair", (guest) => guest.symbols.note!(new Note()), 1008],
  [
    "echo",
    (guest) => {
      const chunks = ReadableStream.from(["n".repeat(1000)]);
      return Array.fromAsync<unknown>(chunks.pipeThrough(textStream(guest, "echo")));
    },
    1000,
  ],
];

const MEASURED = {
  ...options.symbols,
  note: {
    name: "pair",
    parameters: [{ type: "struct", fields: { text: "string" } }],
    result: "u32",
  },
  echo: {
    parameters: ["string"],
    result: { type: "string", pointer: { result: 0 }, length: { result: 1 } },
  },
} as const;

const WHERE = ["as it is", "as an accessor of a class", "as a chunk of a stream"];

const unwanted = LARGE.map(([name, ask, bytes], at): HostileRow => ({
  name: `the host passes more than limits.input, ${WHERE[at]}`,
  functions: `${functions}
    (func (export "echo") (param i32 i32) (result i32 i32) (enter echo)
      (local.get 0) (local.get 1))`,
  options: { ...options, limits: { input: 100 }, symbols: MEASURED },
  ask,
  throws: [
    "GuestError",
    "input-too-large",
    `Cannot pass arguments to "${name}": it takes at least ${bytes} bytes, expected at most 100 ` +
    "or a higher limits: { input }",
  ],
  state: "ready",
  entered: "",
}));

testHostile([
  ...unwanted,
  {
    name: "the host passes a struct with a getter that throws",
    functions,
    options,
    ask: (guest) =>
      guest.symbols.pair!({
        left: 5,
        get right() {
          throw new Error(OWN);
        },
      }),
    throws: ["Error", undefined, OWN],
    state: "ready",
    entered: "",
  },
  ...[2 ** 32, "text", undefined].map((later): HostileRow => ({
    name: `the host passes a struct with a getter that gives ${later} when it is read again`,
    functions,
    options,
    ask: (guest) => guest.symbols.pair!(changing(later)),
    gives: 705,
    state: "ready",
    entered: "malloc pair free",
  })),
  {
    name: "the host passes a struct with a getter that calls the guest",
    functions,
    options,
    ask: (guest) =>
      guest.symbols.pair!({
        left: 5,
        get right() {
          return guest.symbols.number!(7);
        },
      }),
    gives: 705,
    state: "ready",
    entered: "number malloc pair free",
  },
  {
    name: "the host passes a text to latin1 that it does not have",
    functions,
    options,
    ask: (guest) => guest.symbols.latin1!("\u00ff\u0100"),
    throws: [
      "TypeError",
      undefined,
      "Cannot encode text as latin1: code unit 0x100 at index 1, expected at most 0xff",
    ],
    state: "ready",
    entered: "",
  },
]);
