// A call is refused if its parameters, output buffer or return area would overlap.
import { allocator, inPlace, staticBuffer } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

/** Sums the bytes of up to two inputs; `buffer` and `other` are 64 bytes each. */
const GUEST = `(module
  (memory (export "memory") 1)
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "other") (result i32) (i32.const 1088))
  (func (export "alias") (result i32) (i32.const 1040))
  (global $top (mut i32) (i32.const 4096))
  (func (export "malloc") (param i32) (result i32)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get 0))))
  (func (export "free") (param i32))
  (func (export "first") (param $a i32) (param $m i32) (param $b i32) (param $n i32) (result i32)
    (i32.add
      (i32.mul (i32.load8_u (local.get $a)) (i32.const 100)) (i32.load8_u (local.get $b))))
  (func (export "fill") (param $a i32) (param $m i32) (param $out i32) (result i32)
    (i32.store8 (local.get $out) (i32.const 7))
    (i32.load8_u (local.get $a))))`;

const convention = staticBuffer({ pointer: "buffer", capacity: 64 });
const at = (pointer: string | number, more: object = {}) =>
  ({ kind: "buffer", pointer, capacity: 64, ...more }) as const;

/** Returns the error for one symbol `f` that does not fit. */
const refused = (message: string) =>
  new Thrown("LoadError", "symbols", `Cannot bind the declared symbols:\nsymbol "f": ${message}`);

const OWN = 'a place of its own for one of them: { type: "bytes", place: { kind: "buffer", ' +
  'pointer: "…" } }';

/** A declared `f` that `load` refuses. */
const refuses = (name: string, f: object, message: string, given: unknown = convention) => ({
  name,
  guest: GUEST,
  options: { convention: given, symbols: { f } } as Row["options"],
  ask: () => "nothing was refused",
  gives: refused(message),
});

const bytes = (...values: number[]) => Uint8Array.from(values);

testRows([
  refuses(
    "two parameters in the guest's one buffer",
    { name: "first", parameters: ["bytes", "bytes"], result: "i32" },
    'Cannot pass arguments 0 and 1 to "first": both go into the guest\'s buffer "buffer", ' +
      `expected ${OWN}`,
  ),
  refuses(
    "two parameters in a range that the caller names",
    { name: "first", parameters: ["bytes", "string"], result: "i32" },
    'Cannot pass arguments 0 and 1 to "first": both go into the range at 0x400, ' +
      `expected ${OWN.replace("bytes", "string")}`,
    inPlace({ pointer: 1024, byteLength: 64 }),
  ),
  refuses(
    "several strings beside a text",
    {
      name: "first",
      parameters: ["string", { type: "strings", layout: "pairs" }],
      result: "i32",
    },
    'Cannot pass arguments 0 and 1 to "first": both go into the guest\'s buffer "buffer", ' +
      `expected ${OWN.replace("bytes", "strings")}`,
  ),
  refuses(
    "an array beside bytes",
    { name: "first", parameters: ["bytes", { type: "array", element: "u8" }], result: "i32" },
    'Cannot pass arguments 0 and 1 to "first": both go into the guest\'s buffer "buffer", ' +
      `expected ${OWN.replace('"bytes"', '"array", element: "u8"')}`,
  ),
  refuses(
    "a place of a parameter's own that is the convention's",
    {
      name: "first",
      parameters: ["bytes", { type: "bytes", place: at("buffer") }],
      result: "i32",
    },
    'Cannot pass arguments 0 and 1 to "first": both go into the guest\'s buffer "buffer", ' +
      `expected ${OWN}`,
  ),
  refuses(
    "two ranges of one buffer that meet",
    {
      name: "first",
      parameters: [{ type: "bytes", place: at("buffer", { capacity: undefined }) }, {
        type: "bytes",
        place: at("buffer", { offset: 32 }),
      }],
      result: "i32",
    },
    'Cannot pass arguments 0 and 1 to "first": the place of one reaches into that of the other ' +
      'in the guest\'s buffer "buffer", expected a capacity of at most 32 bytes for argument 0',
  ),
  refuses(
    "two ranges of memory that meet",
    {
      name: "first",
      parameters: [{ type: "bytes", place: at(2048) }, { type: "bytes", place: at(2000) }],
      result: "i32",
    },
    'Cannot pass arguments 1 and 0 to "first": the place of one reaches into that of the other ' +
      "in the range at 0x7d0, expected a capacity of at most 48 bytes for argument 1",
  ),
  refuses(
    "an output buffer without a place",
    {
      name: "fill",
      parameters: ["bytes"],
      result: { type: "bytes", pointer: "output", length: 1 },
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output"],
      output: { capacity: 1 },
    },
    'Cannot take an output buffer for "fill": it would lie in the guest\'s buffer "buffer", which ' +
      "argument 0 goes into, expected a place of its own: " +
      'output: { capacity: …, place: { kind: "buffer", pointer: "…" } }',
  ),
  refuses(
    "a return area in the buffer",
    {
      name: "fill",
      parameters: ["bytes"],
      result: { type: "u32", value: { word: 0 } },
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
    },
    'Cannot take a return area for "fill": it would lie in the guest\'s buffer "buffer", which ' +
      "argument 0 goes into, expected a place of its own: the option areaPlace of the convention, " +
      'such as { kind: "buffer", pointer: "…" }',
    staticBuffer({ pointer: "buffer", capacity: 64, areaPlace: at("buffer") }),
  ),
  {
    name: "two parameters, each in a buffer of its own, pass",
    guest: GUEST,
    options: {
      convention,
      symbols: {
        f: {
          name: "first",
          parameters: ["bytes", { type: "bytes", place: at("other") }],
          result: "i32",
        },
      },
    },
    ask: (guest) => guest.symbols.f!(bytes(2), bytes(5)),
    gives: 205,
    warmUp: 120,
  },
  {
    name: "two parameters in one buffer pass if they do not overlap",
    guest: GUEST,
    options: {
      symbols: {
        f: {
          name: "first",
          parameters: [{ type: "bytes", place: at("buffer", { capacity: 32 }) }, {
            type: "bytes",
            place: at("buffer", { offset: 32, capacity: 32 }),
          }],
          result: "i32",
        },
      },
    },
    ask: (guest) => guest.symbols.f!(bytes(2), bytes(5)),
    gives: 205,
  },
  {
    name: "an output buffer of its own passes beside an input in the guest's buffer",
    guest: GUEST,
    options: {
      convention,
      symbols: {
        f: {
          name: "fill",
          parameters: ["bytes"],
          result: { type: "bytes", pointer: "output", length: 1 },
          arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output"],
          output: { capacity: 1, place: at("other") },
        },
      },
    },
    ask: (guest) => guest.symbols.f!(bytes(2)),
    gives: bytes(7),
  },
  {
    name: "an allocator's blocks pass in any number",
    guest: GUEST,
    options: {
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: { f: { name: "first", parameters: ["bytes", "bytes"], result: "i32" } },
    },
    ask: (guest) => guest.symbols.f!(bytes(2), bytes(5)),
    gives: 205,
  },
  {
    name: "names of overlapping buffers are compared by their addresses before the call",
    guest: GUEST,
    options: {
      convention,
      symbols: {
        f: {
          name: "first",
          parameters: ["bytes", { type: "bytes", place: at("alias") }],
          result: "i32",
        },
      },
    },
    ask: (guest) => guest.symbols.f!(new Uint8Array(20).fill(2), bytes(5)),
    gives: new Thrown(
      "GuestError",
      "signature",
      'Cannot pass argument 1 to "first": it would lie at 0x410, and argument 0 lies from 0x400 ' +
        "to 0x414, expected places that do not overlap",
    ),
    warmUp: 120,
  },
]);
