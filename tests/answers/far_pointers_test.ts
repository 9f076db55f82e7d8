import { assertEquals } from "@std/assert";
import { allocator, cString, GuestMemory, hostFunction, staticBuffer } from "../../mod.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";

// Pointers that need 64 bits: a number cannot hold most of them exactly, and no memory is that
// large. The error has the exact pointer.

const FAR: readonly [instruction: string, shown: string][] = [
  ["-1", "0xffffffffffffffff"],
  ["-2", "0xfffffffffffffffe"],
  ["0x8000000000000000", "0x8000000000000000"],
  ["0x8000000000000001", "0x8000000000000001"],
  ["0x20000000000001", "0x20000000000001"],
  ["0x1fffffffffffff", "0x1fffffffffffff"],
];

/** Makes a guest whose every pointer is `pointer`. */
const far = (pointer: string) =>
  `(module
  (import "env" "log" (func $log (param i64 i64)))
  (import "env" "name" (func $name (param i64)))
  (import "env" "point" (func $point (param i64)))
  (memory (export "memory") i64 1)
  (global (export "__stack_pointer") (mut i64) (i64.const ${pointer}))
  (func (export "malloc") (param i64) (result i64) (i64.const ${pointer}))
  (func (export "free") (param i64))
  (func (export "get") (result i64) (i64.const ${pointer}))
  (func (export "pair") (result i64 i64) (i64.const ${pointer}) (i64.const 4))
  (func (export "echo") (param i64 i64) (result i64) (local.get 1))
  (func (export "log_it") (call $log (i64.const ${pointer}) (i64.const 4)))
  (func (export "name_it") (call $name (i64.const ${pointer})))
  (func (export "point_it") (call $point (i64.const ${pointer}))))`;

const ignore = () => {};
const imports = {
  env: {
    log: hostFunction({ parameters: ["string"], result: "void" }, ignore),
    name: hostFunction({
      parameters: [{ type: "string", pass: ["pointer"], length: "nul" }],
      result: "void",
    }, ignore),
    point: hostFunction({ parameters: ["pointer"], result: "void" }, ignore),
  },
};

const viaMalloc = {
  imports,
  convention: allocator({ allocate: "malloc", free: "free", result: "multiValue" }),
  symbols: {
    pair: { parameters: [], result: "string" },
    bytes: { parameters: [], result: "bytes", name: "pair" },
    floats: { parameters: [], result: { type: "array", element: "f32" }, name: "pair" },
    get: { parameters: [], result: "pointer" },
    exact: { parameters: [], result: "u64", name: "get" },
    put: { parameters: ["string"], result: "i64", name: "echo" },
    log_it: { parameters: [], result: "void" },
    point_it: { parameters: [], result: "void" },
  },
} as const;

const terminated = {
  convention: cString({ allocate: "malloc", free: "free" }),
  imports,
  symbols: {
    get: { parameters: [], result: "string" },
    name_it: { parameters: [], result: "void" },
  },
} as const;

const outside = (action: string, byteLength: number, shown: string) =>
  new Thrown(
    "MemoryRangeError",
    "memory-range",
    `Cannot ${action} ${byteLength} bytes at pointer ${shown}: memory is 65536 bytes`,
  );

testRows(FAR.flatMap(([pointer, shown]): Row[] => {
  const guest = far(pointer);
  // A pointer that a number holds exactly is compared with the size of memory like any other.
  const isExact = shown === "0x1fffffffffffff";
  const row = (
    symbol: string,
    options: Row["options"],
    gives: unknown,
    ...args: unknown[]
  ): Row[] =>
    [0, 120].map((warmUp) => ({
      name: `${symbol}() of a guest whose pointers are ${shown}, after ${warmUp} calls`,
      guest,
      options,
      ask: (guest) => (guest.symbols[symbol] as (...args: unknown[]) => unknown)(...args),
      gives,
      warmUp,
    }));
  const inexact = new Thrown(
    "GuestError",
    "signature",
    `Cannot lift a pointer: it is ${shown}, expected at most 0x1fffffffffffff, or "u64" as its type`,
  );
  return [
    ...row("pair", viaMalloc, outside("read", 1, shown)),
    ...row("bytes", viaMalloc, outside("read", 1, shown)),
    ...row("floats", viaMalloc, outside("read", 1, shown)),
    ...row("put", viaMalloc, outside("write", 1, shown), "abc"),
    ...row("log_it", viaMalloc, outside("read", 1, shown)),
    ...row("get", viaMalloc, isExact ? Number.MAX_SAFE_INTEGER : inexact),
    ...row("exact", viaMalloc, BigInt(shown)),
    ...row("point_it", viaMalloc, isExact ? undefined : inexact),
    {
      name: `a C string at ${shown}`,
      guest,
      options: terminated,
      ask: (guest) => guest.symbols.get!(),
      gives: outside("read", 1, shown),
    },
    {
      name: `a C string at ${shown} for the host`,
      guest,
      options: terminated,
      ask: (guest) => guest.symbols.name_it!(),
      gives: outside("read", 1, shown),
    },
    {
      name: `a buffer at ${shown}`,
      guest,
      options: { imports, convention: staticBuffer({ pointer: "get" }) },
      ask: (guest) => guest.passString("abc", "echo"),
      gives: outside("write", 1, shown),
    },
    {
      name: `a buffer of a known size at ${shown}`,
      guest,
      options: { imports, convention: staticBuffer({ pointer: "get", capacity: 64 }) },
      ask: (guest) => guest.passString("abc", "echo"),
      gives: outside("write", 1, shown),
    },
  ];
}));

const POINTERS = {
  narrow: '(module (func (export "narrow") (param i32) (result i32) (local.get 0)))',
  wide: `(module
    (memory (export "memory") i64 1)
    (func (export "wide") (param i64) (result i64) (local.get 0)))`,
} as const;

const ROWS: readonly [symbol: "narrow" | "wide", pointer: number | bigint, gives: unknown][] = [
  ["wide", 2n ** 64n - 1n, 2n ** 64n - 1n],
  ["wide", -1n, 2n ** 64n - 1n],
  ["wide", 2n ** 63n + 1n, 2n ** 63n + 1n],
  ["wide", 0xffffffff, 0xffffffffn],
  ["wide", -1, 0xffffffffn],
  ["narrow", 0xffffffff, 0xffffffff],
  ["narrow", -1, 0xffffffff],
  ["narrow", 0xffffffffn, 0xffffffff],
  ["narrow", 0x100000000, tooWide("0x100000000")],
  ["narrow", 0x100000000n, tooWide("0x100000000")],
  ["narrow", -1n, tooWide("-0x1")],
];

function tooWide(shown: string): Thrown {
  return new Thrown(
    "RangeError",
    undefined,
    `Cannot pass argument 0 to "narrow": it is ${shown}, expected a pointer of 32 bits`,
  );
}

testRows(ROWS.map(([symbol, pointer, gives]) => ({
  name: `${symbol}(${Deno.inspect(pointer)}) gets the exact pointer, or none`,
  guest: POINTERS[symbol],
  options: {
    symbols: { [symbol]: { parameters: ["pointer"], result: symbol === "wide" ? "u64" : "u32" } },
  },
  ask: (guest) => (guest.symbols[symbol] as (pointer: number | bigint) => unknown)(pointer),
  gives,
})));

Deno.test("GuestMemory shows far pointers exactly", async () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  for (const pointer of [2n ** 64n - 1n, -1n]) {
    assertEquals(
      await outcome(() => memory.readString(pointer, 4)),
      outside("read", 4, "0xffffffffffffffff"),
    );
  }
});
