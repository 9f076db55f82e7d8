// Guests whose memory has 64-bit addresses, in both tiers.
import { assertEquals } from "@std/assert";
import { allocator, hostFunction, load, type LoadOptions, staticBuffer } from "../../mod.ts";
import type { SymbolDeclaration, SymbolDeclarations } from "../../mod.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

/** An allocator whose next block the host can set, and that counts live blocks. */
const ALLOCATOR = `
  (global $next (export "next_block") (mut i64) (i64.const 4096))
  (global $live (export "live") (mut i32) (i32.const 0))
  (func $malloc (export "malloc") (param $size i64) (result i64)
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (global.get $next))
  (func (export "free") (param $block i64)
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))`;

const convention = allocator({ allocate: "malloc", free: "free", result: "multiValue" });

interface Row {
  readonly name: string;
  readonly body: string;
  readonly options?: Partial<LoadOptions<SymbolDeclarations>>;
  readonly symbol: SymbolDeclaration;
  /** The arguments of each call, the allocator's next block, the outcome, and the blocks left. */
  readonly calls: readonly (readonly [
    args: readonly unknown[],
    block: bigint,
    expected: unknown,
    left?: number,
  ])[];
}

const SAME = `(func (export "call") (param i64 i64) (result i64 i64) (local.get 0) (local.get 1))`;
const borrowed = { pointer: { result: 0 }, length: { result: 1 }, freedBy: "guest" } as const;

/** A struct of a text and an i32 at 64, twice. */
const PEOPLE = `
  (data (i64.const 64) "\\00\\01\\00\\00\\00\\00\\00\\00\\03\\00\\00\\00\\00\\00\\00\\00\\07\\00\\00\\00\\00\\00\\00\\00")
  (data (i64.const 88) "\\02\\01\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00\\ff\\ff\\ff\\ff\\00\\00\\00\\00")
  (data (i64.const 256) "abcd")
  (func (export "call") (result i64) (i64.const 64))`;

const PERSON = {
  type: "record",
  fields: {
    name: {
      type: "string",
      pointer: { word: 0, at: "result" },
      length: { word: 1, at: "result" },
      freedBy: "guest",
    },
    age: { type: "i32", value: { load: "i32", at: "result", offset: 16 } },
  },
} as const;

const beyond = (byteLength: number, pointer: string, action = "write") =>
  `MemoryRangeError: Cannot ${action} ${byteLength} bytes at pointer ${pointer}: ` +
  "memory is 65536 bytes";
const NULL =
  'GuestError: Cannot lift the result of "call": the guest gave a null pointer, expected text';
const asIs = (count: number, value: bigint) =>
  `(func (export "call") (param i64 i64) (result i64 i64) (i64.const ${value}) (i64.const ${count}))`;
const host = (imported: string, name: string) =>
  `(import "env" "${name}" (func $host ${imported}))`;

const ROWS: readonly Row[] = [
  {
    name: "text in and out",
    body: SAME,
    symbol: { parameters: ["string"], result: { type: "string", ...borrowed } },
    calls: [
      [["Grüße"], 4096n, "Grüße"],
      [[""], 4096n, ""],
      [["a".repeat(61440)], 4096n, "a".repeat(61440)],
      [["a".repeat(61441)], 4096n, beyond(61441, "0x1000"), 1],
      [
        ["a"],
        0n,
        'GuestError: Cannot allocate 1 bytes for "call": "malloc" returned 0, expected a pointer',
        1,
      ],
      [["a"], -1n, beyond(1, "0xffffffffffffffff"), 1],
      // Only the address is known to be wrong.
      [["ab"], 2n ** 53n, beyond(1, "0x20000000000000"), 1],
      [[5], 4096n, 'TypeError: Cannot pass argument 0 to "call": it is 5, expected a string'],
    ],
  },
  {
    name: "an empty value whose block has an address that no number holds",
    body: `(func (export "call") (param i64 i64) (result i64) (local.get 0))`,
    symbol: { parameters: ["string"], result: "i64" },
    calls: [[[""], -1n, 1n, 1], [[""], 8n, 8n], [[""], 0n, 0n, 1]],
  },
  {
    name: "bytes",
    body: SAME,
    symbol: { parameters: ["bytes"], result: { type: "bytes", ...borrowed } },
    calls: [
      [[Uint8Array.of(1, 2, 255)], 4096n, Uint8Array.of(1, 2, 255)],
      [[new Uint8Array()], 4096n, new Uint8Array()],
    ],
  },
  {
    name: "a text that ends with a NUL",
    body: `(func (export "call") (param i64) (result i64) (local.get 0))`,
    options: {
      convention: allocator({
        allocate: "malloc",
        free: "free",
        result: "terminated",
        terminated: true,
      }),
    },
    symbol: {
      parameters: [{ type: "string", pass: ["pointer"] }],
      result: { type: "string", pointer: "result", length: "nul", freedBy: "guest" },
    },
    calls: [[["Grüße"], 4096n, "Grüße"], [[""], 4096n, ""]],
  },
  ...([[0, -1n, ""], [0, 0n, NULL], [2, 4096n, "\0\0"]] as const).map((
    [count, value, expected],
  ): Row => ({
    name: `a result of ${count} bytes at ${value}`,
    body: asIs(count, value),
    symbol: { parameters: ["string"], result: { type: "string", ...borrowed } },
    calls: [[["a"], 8192n, expected]],
  })),
  {
    name: "a result beyond memory",
    body: asIs(3, -16n),
    symbol: { parameters: ["string"], result: { type: "string", ...borrowed } },
    calls: [[["a"], 8192n, beyond(1, "0xfffffffffffffff0", "read")]],
  },
  {
    name: "a result that the host frees",
    body: `(func (export "call") (result i64 i64) (call $malloc (i64.const 3)) (i64.const 3))
      (data (i64.const 4096) "abc")`,
    symbol: {
      parameters: [],
      result: {
        type: "string",
        pointer: { result: 0 },
        length: { result: 1 },
        freedBy: { call: "free" },
      },
    },
    calls: [[[], 4096n, "abc"]],
  },
  {
    name: "a text in a buffer whose getter returns 64 bits",
    body: `(func (export "buffer") (result i64) (i64.const 1024))
      (func (export "call") (param i64) (result i64) (local.get 0))`,
    options: { convention: staticBuffer({ pointer: "buffer", capacity: 8 }) },
    symbol: { parameters: ["string"], result: "string" },
    calls: [
      [["Grüße"], 0n, "Grüße"],
      [["123456789"], 0n, 'RangeError: Cannot pass 9 bytes to "call": the guest\'s buffer holds 8'],
    ],
  },
  {
    name: "a record",
    body: PEOPLE,
    symbol: { parameters: [], result: PERSON },
    calls: [[[], 0n, { name: "abc", age: 7 }]],
  },
  {
    name: "a list of records",
    body: PEOPLE,
    symbol: {
      parameters: [],
      result: {
        type: "list",
        item: PERSON,
        pointer: "result",
        count: 2,
        stride: 24,
        freedBy: "guest",
      },
    },
    calls: [[[], 0n, [{ name: "abc", age: 7 }, { name: "cd", age: -1 }]]],
  },
  {
    name: "a list without items, at an address that no number holds",
    body: `(func (export "call") (result i64) (i64.const -1))`,
    symbol: {
      parameters: [],
      result: {
        type: "list",
        item: PERSON,
        pointer: "result",
        count: 0,
        stride: 24,
        freedBy: "guest",
      },
    },
    calls: [[[], 0n, []]],
  },
  {
    name: "a list without items that the host frees, at an address that no number holds",
    body: `(func (export "call") (result i64) (i64.const -1))`,
    symbol: {
      parameters: [],
      result: {
        type: "list",
        item: PERSON,
        pointer: "result",
        count: 0,
        stride: 24,
        freedBy: { call: "free" },
      },
    },
    calls: [[[], 0n, []]],
  },
  {
    name: "an output buffer",
    body: `(func (export "call") (param $out i64) (param $capacity i64) (result i64)
      (i32.store16 (local.get $out) (i32.const 0x6261)) (local.get $capacity))`,
    symbol: {
      parameters: [],
      arguments: ["output", "capacity"],
      output: { capacity: 2 },
      result: { type: "string", pointer: "output", length: "result" },
    },
    calls: [[[], 4096n, "ab"]],
  },
];

const HOSTS: readonly Row[] = [
  {
    name: "a host function whose answer lies where an area says",
    body: `${host("(param i64)", "host")}
      (func (export "call") (result i64 i64) (call $host (i64.const 64))
        (i64.load (i64.const 64)) (i64.load (i64.const 72)))`,
    options: {
      imports: {
        env: {
          host: hostFunction(
            { parameters: [], result: { type: "string", form: "areaAfter" } },
            () => "Grüße",
          ),
        },
      },
    },
    symbol: { parameters: [], result: { type: "string", ...borrowed } },
    calls: [[[], 4096n, "Grüße", 1], [[], 65530n, beyond(7, "0xfffa"), 1]],
  },
  {
    name: "a host function of a text",
    body: `${host("(param i64 i64) (result i32)", "host")}
      (data (i64.const 64) "Hello") (func (export "call") (param i64) (result i32)
      (call $host (i64.const 64) (local.get 0)))`,
    options: {
      imports: {
        env: {
          host: hostFunction({ parameters: ["string"], result: "i32" }, (text) => text.length),
        },
      },
    },
    symbol: { parameters: ["i64"], result: "i32" },
    calls: [[[5n], 0n, 5], [[0n], 0n, 0], [[2n ** 20n], 0n, beyond(1048576, "0x40", "read")]],
  },
  {
    name: "a host function that fills the guest's buffer",
    body: `${host("(param i64 i64) (result i64)", "host")}
      (func (export "call") (param i64) (result i64 i64)
        (i64.const 64) (call $host (i64.const 64) (local.get 0)))`,
    options: {
      imports: {
        env: {
          host: hostFunction(
            { parameters: [], arguments: ["output", "capacity"], result: "string" },
            () => "Hello",
          ),
        },
      },
    },
    symbol: { parameters: ["i64"], result: { type: "string", ...borrowed } },
    calls: [[[8n], 0n, "Hello"]],
  },
];

/** Returns the result of a call, or its error. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

for (const { name, body, options, symbol, calls } of [...ROWS, ...HOSTS]) {
  testTiers(`64-bit addresses: ${name}`, async () => {
    const [imports] = /^\(import[^\n]*/.exec(body) ?? [""];
    const bytes = assemble(
      `(module ${imports} (memory (export "memory") i64 1) ${ALLOCATOR} ${
        body.slice(imports.length)
      })`,
    );
    for (const [args, block, expected, left = 0] of calls) {
      using guest = await load(bytes, { convention, ...options, symbols: { call: symbol } });
      const exports = guest.exports as Record<string, WebAssembly.Global>;
      exports.next_block!.value = block as never;
      const call = guest.symbols.call as (...args: unknown[]) => unknown;
      assertEquals(outcome(() => call(...args)), expected);
      assertEquals(exports.live!.value, left);
    }
  });
}
