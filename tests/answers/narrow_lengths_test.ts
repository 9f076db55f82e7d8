import { allocator } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Guests with a 64-bit memory whose lengths are `int`s, which have 32 bits there as well.

const withBuffer = (functions: string) =>
  `(module (memory (export "memory") i64 1)
    (func (export "get_buffer") (result i64) (i64.const 4096)) ${functions})`;

const withAllocator = (functions: string) =>
  `(module (memory (export "memory") i64 1)
    (func (export "malloc") (param i64) (result i64) (i64.const 4096)) ${functions})`;

/** A row whose guest transforms the text in its buffer. */
const transforms = (name: string, functions: string, gives: unknown = "ab"): Row => ({
  name,
  guest: withBuffer(functions),
  ask: (guest) => guest.passString("abc"),
  gives,
  warmUp: 120,
});

/** A pointer, a length, an error and its flag, as a `Result` comes. */
const fails = (flag: number) =>
  withAllocator(`(func (export "f") (param i64 i64) (result i64 i64 i32 i32)
    (local.get 0) (local.get 1) (i32.const 7) (i32.const ${flag}))`);

testRows([
  transforms(
    "a length of 32 bits is passed and returned",
    `(func (export "transform") (param i32) (result i32) (i32.sub (local.get 0) (i32.const 1)))`,
  ),
  transforms(
    "a length of 64 bits is passed, and one of 32 bits returned",
    `(func (export "transform") (param i64) (result i32)
      (i32.wrap_i64 (i64.sub (local.get 0) (i64.const 1))))`,
  ),
  transforms(
    "a pointer and a length of 32 bits are passed",
    `(func (export "transform") (param i64 i32) (result i32) (i32.sub (local.get 1) (i32.const 1)))`,
  ),
  transforms(
    "nothing is passed, and a length of 32 bits returned",
    `(func (export "transform") (result i32) (i32.const 2))`,
  ),
  transforms(
    "a negative length of 32 bits is the guest's error",
    `(func (export "f") (param i32) (result i32) (i32.const -1))`,
    new Thrown("GuestError", "guest-error", 'Cannot complete "f": the guest returned -1'),
  ),
  {
    name: "a pointer of 64 bits and a length of 32 bits are returned",
    guest: withAllocator(`(func (export "f") (param i64 i32) (result i64 i32)
      (local.get 0) (i32.sub (local.get 1) (i32.const 1)))`),
    options: { convention: allocator({ allocate: "malloc", resultsFreedBy: "guest" }) },
    ask: (guest) => guest.passString("abc"),
    gives: "ab",
    warmUp: 120,
  },
  {
    name: "an error of 32 bits is thrown",
    guest: fails(1),
    ask: (guest) => guest.passString("abc"),
    gives: new Thrown("GuestError", "guest-error", 'Cannot complete "f": the guest\'s code is 7'),
    warmUp: 120,
  },
  {
    name: "a text beside no error is returned",
    guest: fails(0),
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
    warmUp: 120,
  },
  {
    name: "a number of 32 bits is not taken for a length beside an allocator",
    guest: withAllocator(
      `(func (export "checksum") (param i64 i64) (result i32) (i32.const 2))`,
    ),
    ask: (guest) => guest.passString("abc", "checksum"),
    gives: new Thrown(
      "GuestError",
      "signature",
      'Cannot pass ("string") -> "string" to "checksum": it is (i64, i64) -> i32, expected ' +
        'symbols: { checksum: { parameters: ["string"], result: "i32" } } if it returns a number ' +
        "or (i64, i64) -> i64 or (i64, i64) -> (i64, i64) or (i64, i64) -> (i64, i64, i64, i64) or " +
        "(i64, i64, i64) -> () or (i64) -> i64 or (i64) -> (i64, i64) or " +
        "(i64) -> (i64, i64, i64, i64) or (i64, i64) -> ()",
    ),
  },
]);
