import { staticBuffer } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// An output buffer, or a return area, that is larger than the guest's buffer is not an input.

/** A guest that writes its result, "out", to a buffer of 64 bytes. */
const ANSWERS = `(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "out")
  (func (export "input") (result i32) (i32.const 512))
  (func (export "output") (result i32) (i32.const 1024))
  (func (export "needs") (result i32) (i32.const 100))
  (func (export "answer") (param $out i32) (param $capacity i32) (result i32)
    (if (result i32) (local.get $capacity) (then (i32.const 3)) (else (i32.const 100))))
  (func (export "point") (param $area i32)))`;

/** A guest whose allocator must not be called. */
const ALLOCATES = `(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) unreachable)
  (func (export "free") (param i32))
  (func (export "answer") (param $out i32) (result i32) (i32.const 0)))`;

const place = { kind: "buffer", pointer: "output", capacity: 64 } as const;

const options = (capacity: number | "query" | { readonly export: string }) => ({
  convention: staticBuffer({ pointer: "input", capacity: 64 }),
  symbols: {
    answer: {
      parameters: [],
      result: { type: "string", pointer: "output", length: "result" },
      arguments: ["output", "capacity"],
      output: { capacity, place },
    },
  },
} as const);

const tooLarge = (byteLength: number) =>
  new Thrown(
    "RangeError",
    undefined,
    `Cannot take ${byteLength} bytes for the result of "answer": the guest's buffer holds 64`,
  );

const rows = [0, 120].flatMap((warmUp): Row[] => [
  {
    name: `an output buffer that fits is accepted, after ${warmUp} calls`,
    guest: ANSWERS,
    options: options(64),
    ask: (guest) => guest.symbols.answer!(),
    gives: "out",
    warmUp,
  },
  {
    name: `an output buffer that is too large is not an input, after ${warmUp} calls`,
    guest: ANSWERS,
    options: options(65),
    ask: (guest) => guest.symbols.answer!(),
    gives: tooLarge(65),
    warmUp,
  },
  {
    name: `an output buffer whose size an export states is not an input, after ${warmUp} calls`,
    guest: ANSWERS,
    options: options({ export: "needs" }),
    ask: (guest) => guest.symbols.answer!(),
    gives: tooLarge(100),
    warmUp,
  },
  {
    name: `an output buffer whose size was queried is not an input, after ${warmUp} calls`,
    guest: ANSWERS,
    options: options("query"),
    ask: (guest) => guest.symbols.answer!(),
    gives: tooLarge(100),
    warmUp,
  },
  {
    name: `an allocator is not asked for more than its size can say, after ${warmUp} calls`,
    guest: ALLOCATES,
    options: {
      symbols: {
        answer: {
          parameters: [],
          result: { type: "string", pointer: "output", length: "result" },
          arguments: ["output"],
          output: { capacity: 2 ** 32 + 8 },
        },
      },
    },
    ask: (guest) => guest.symbols.answer!(),
    gives: new Thrown(
      "GuestError",
      "out-of-memory",
      'Cannot allocate 4294967304 bytes for "answer": the guest\'s memory is 32-bit, expected at ' +
        "most 4294967295",
    ),
    warmUp,
  },
]);

testRows(rows);

testRows([{
  name: "a return area that is larger than its buffer is not an input",
  guest: ANSWERS,
  options: {
    convention: {
      ...staticBuffer({ pointer: "input", capacity: 64 }),
      areaPlace: { kind: "buffer", pointer: "output", capacity: 4 },
    },
    symbols: {
      point: {
        parameters: [],
        result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
        arguments: [{ area: 0 }],
      },
    },
  },
  ask: (guest) => guest.symbols.point!(),
  gives: new Thrown(
    "RangeError",
    undefined,
    'Cannot take 8 bytes for the result of "point": the guest\'s buffer holds 4',
  ),
}]);
