import type { Value } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Counts and lengths are unsigned: 2 ** 31 must not become a negative number.

const GUEST = `(module
  (memory (export "memory") 1)
  (data (i32.const 16) "\\00\\00\\00\\80\\02\\00\\00\\00abcd")
  (func (export "same") (param i32) (result i32) (local.get 0))
  (func (export "both") (param i64) (result i64) (local.get 0)))`;

const HALF = 0x80000000;

const u8 = { type: "u8", value: { load: "u8", at: "result" } } as const;

function listOf(count: Value, stride: number) {
  return {
    symbols: {
      same: {
        parameters: ["u32"],
        result: { type: "list", pointer: 16, count, stride, item: u8 },
      },
    },
  } as const;
}

/** The result of an export as the length of bytes. */
function bytesOf(length: Value) {
  return {
    symbols: {
      same: {
        parameters: ["u32"],
        result: { type: "bytes", pointer: 24, length, freedBy: "guest" },
      },
    },
  } as const;
}

function bytesIn(value: unknown): number[] {
  return [...value as Uint8Array];
}

function beyond(byteLength: number, pointer = "0x10"): Thrown {
  return new Thrown(
    "MemoryRangeError",
    "memory-range",
    `Cannot read ${byteLength} bytes at pointer ${pointer}: memory is 65536 bytes`,
  );
}

testRows([
  ...[1, 3, 8].map((stride) => ({
    name: `a count of 2 ** 31 items of ${stride} bytes is more than memory has`,
    guest: GUEST,
    options: listOf("result", stride),
    ask: (guest) => guest.symbols.same!(HALF),
    gives: beyond(HALF * stride),
  } satisfies Row)),
  {
    name: "a count of 2 ** 32 - 1 items is more than memory has",
    guest: GUEST,
    options: listOf("result", 4),
    ask: (guest) => guest.symbols.same!(0xffffffff),
    gives: beyond(0xffffffff * 4),
  },
  {
    name: "a count of 2 ** 31 in memory is the same for every type that it is read as",
    guest: GUEST,
    options: listOf({ load: "i32", at: 16 }, 2),
    ask: (guest) => guest.symbols.same!(0),
    gives: beyond(HALF * 2),
  },
  {
    name: "2 ** 31 items at one address are refused at once",
    guest: GUEST,
    options: listOf("result", 0),
    ask: (guest) => guest.symbols.same!(HALF),
    gives: new Thrown(
      "GuestError",
      "result-too-large",
      `Cannot lift the result of "same": it takes at least ${HALF * 8} bytes of host memory, ` +
        "expected at most 1048576 or a higher limits: { results }",
    ),
  },
  {
    name: "2 ** 31 items at one address are refused at once, even if the count is in memory",
    guest: GUEST,
    options: listOf({ load: "u32", at: 16 }, 0),
    ask: (guest) => guest.symbols.same!(0),
    gives: new Thrown(
      "GuestError",
      "result-too-large",
      `Cannot lift the result of "same": it takes at least ${HALF * 8} bytes of host memory, ` +
        "expected at most 1048576 or a higher limits: { results }",
    ),
  },
  {
    name: "a length that is a product is unsigned",
    guest: GUEST,
    options: bytesOf({ product: ["result", 2] }),
    ask: (guest) => [bytesIn(guest.symbols.same!(2)), guest.symbols.same!(HALF)],
    gives: beyond(HALF * 2, "0x18"),
  },
  {
    name: "a length that is a product of a sum and of another product is unsigned",
    guest: GUEST,
    options: bytesOf({ sum: [{ product: ["result", 4] }, 1] }),
    ask: (guest) => [bytesIn(guest.symbols.same!(0)), guest.symbols.same!(HALF)],
    gives: beyond(HALF * 4 + 1, "0x18"),
  },
  {
    name: "a difference of two addresses around 2 GiB is the bytes between them",
    guest: GUEST,
    options: bytesOf({ difference: ["result", 0x7ffffffe] }),
    ask: (guest) => bytesIn(guest.symbols.same!(HALF + 1)),
    gives: [0x61, 0x62, 0x63],
  },
  {
    name: "a difference of addresses whose second is greater is more than memory has",
    guest: GUEST,
    options: bytesOf({ difference: ["result", 24] }),
    ask: (guest) => guest.symbols.same!(22),
    gives: beyond(2 ** 32 - 2, "0x18"),
  },
  {
    name: "an address that is a sum wraps at 4 GiB, as the guest's do",
    guest: GUEST,
    options: {
      symbols: {
        same: {
          parameters: ["u32"],
          result: { type: "bytes", pointer: { sum: ["result", 32] }, length: 2, freedBy: "guest" },
        },
      },
    },
    ask: (guest) => bytesIn(guest.symbols.same!(2 ** 32 - 8)),
    gives: [0x61, 0x62],
  },
  {
    name: "a distance that is negative leads back",
    guest: GUEST,
    options: {
      symbols: {
        same: {
          parameters: ["u32"],
          result: {
            type: "bytes",
            pointer: { sum: ["result", { difference: [16, 24] }] },
            length: 2,
            freedBy: "guest",
          },
        },
      },
    },
    ask: (guest) => bytesIn(guest.symbols.same!(32)),
    gives: [0x61, 0x62],
  },
  {
    name: "a product that is a number keeps its sign",
    guest: GUEST,
    options: {
      symbols: {
        same: {
          parameters: ["i32"],
          result: { type: "f64", value: { product: ["result", 2] } },
        },
      },
    },
    ask: (guest) => guest.symbols.same!(-3),
    gives: -6,
  },
  {
    name: "a negative status stays a failure",
    guest: GUEST,
    options: {
      symbols: {
        same: {
          parameters: ["u32"],
          result: { type: "bytes", pointer: 24, length: "result", freedBy: "guest" },
          status: { value: "result", fails: "negative" },
        },
      },
    },
    ask: (guest) => guest.symbols.same!(0xfffffffe),
    gives: new Thrown(
      "GuestError",
      "guest-error",
      'Cannot complete "same": the guest returned -2',
    ),
  },
  ...[0, 120].map((warmUp) => ({
    name: `a half of a packed result is a length of 2 ** 31, after ${warmUp} calls`,
    guest: GUEST,
    options: {
      symbols: {
        both: {
          parameters: ["u64"],
          result: {
            type: "bytes",
            pointer: { high: "result" },
            length: { low: "result" },
            freedBy: "guest",
          },
        },
      },
    },
    ask: (
      guest,
    ) => [
      bytesIn(guest.symbols.both!(24n << 32n | 2n)),
      guest.symbols.both!(24n << 32n | 0x80000000n),
    ],
    gives: beyond(HALF, "0x18"),
    warmUp,
  } satisfies Row)),
]);
