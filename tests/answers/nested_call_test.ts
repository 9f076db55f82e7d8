// A call within a call: it is refused if it would overwrite data that the outer one still needs.
import { assertEquals } from "@std/assert";
import { type Guest, hostFunction, inPlace, load, staticBuffer } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

/** Shouts in its buffer at 1024 after it has called the host; it also has an allocator. */
const GUEST = assemble(`(module
  (import "env" "tick" (func $tick))
  (memory (export "memory") 1)
  (global $at (mut i32) (i32.const 1024))
  (global (export "__stack_pointer") (mut i32) (i32.const 65536))
  (func (export "buffer") (result i32) (global.get $at))
  (func (export "move") (param i32) (global.set $at (local.get 0)))
  (func (export "other") (result i32) (i32.const 2048))
  (func (export "alias") (result i32) (i32.const 1025))
  (func (export "malloc") (param i32) (result i32)
    (call $tick)
    (i32.const 4096))
  (func (export "free") (param i32) (call $tick))
  (func $shout (param $at i32) (param $length i32) (result i32)
    (local $i i32)
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $length)))
      (i32.store8 (i32.add (local.get $at) (local.get $i))
        (i32.sub (i32.load8_u (i32.add (local.get $at) (local.get $i))) (i32.const 32)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (local.get $length))
  (func (export "early") (param $length i32) (result i32)
    (call $tick)
    (call $shout (global.get $at) (local.get $length)))
  (data (i32.const 3000) "moved")
  (func (export "late") (param $length i32) (result i32)
    (drop (call $shout (global.get $at) (local.get $length)))
    (call $tick)
    (local.get $length))
  (func (export "quiet") (param $length i32) (result i32)
    (call $shout (global.get $at) (local.get $length)))
  (func (export "quiet_other") (param $length i32) (result i32)
    (call $shout (i32.const 2048) (local.get $length)))
  (func (export "block") (param $at i32) (param $length i32) (result i64)
    (call $tick)
    (drop (call $shout (local.get $at) (local.get $length)))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length))))
  (func (export "name") (result i32)
    (i32.store (global.get $at) (i32.const 0x79656b))
    (call $tick)
    (i32.const 3))
  (func (export "sum") (param $a i32) (param $b i32) (result i32)
    (call $tick)
    (i32.add (local.get $a) (local.get $b)))
  (func (export "size") (param $length i32) (result i32) (local.get $length))
  (func (export "begin"))
  (func (export "add") (param $at i32) (param $length i32) (call $tick))
  (func (export "end") (result i32)
    (i32.store (global.get $at) (i32.const 0x646e65))
    (call $tick)
    (i32.const 3)))`);

const convention = staticBuffer({ pointer: "buffer", capacity: 64 });
const at = (pointer: string | number) => ({ kind: "buffer", pointer, capacity: 64 }) as const;
const resultAt = (pointer: string) =>
  ({ type: "string", pointer: { export: pointer }, length: "result" }) as const;

const symbols = {
  early: { parameters: ["string"], result: "string" },
  late: { parameters: ["string"], result: "string" },
  quiet: { parameters: ["string"], result: "string" },
  size: { parameters: ["string"], result: "u32" },
  other: {
    name: "quiet_other",
    parameters: [{ type: "string", place: at("other"), pass: ["byteLength"] }],
    result: resultAt("other"),
  },
  alias: {
    name: "size",
    parameters: [{ type: "string", place: at("alias"), pass: ["byteLength"] }],
    result: "u32",
  },
  fixed: {
    name: "size",
    parameters: [{ type: "string", place: at(1020), pass: ["byteLength"] }],
    result: "u32",
  },
  before: {
    name: "size",
    parameters: [{
      type: "string",
      place: { kind: "buffer", pointer: 1000, capacity: 24 },
      pass: ["byteLength"],
    }],
    result: "u32",
  },
  block: {
    parameters: [{
      type: "string",
      place: { kind: "allocator", allocate: "malloc", free: "free" },
      pass: ["pointer", "byteLength"],
    }],
    result: { type: "string", form: "packedPointerHigh", freedBy: "guest" },
  },
  name: { parameters: [], result: resultAt("buffer") },
  sum: { parameters: ["i32", "i32"], result: "i32" },
  chunks: {
    parameters: ["bytes"],
    result: resultAt("buffer"),
    chunked: { init: "begin", update: "add", final: "end" },
  },
  move: { parameters: ["i32"], result: "void" },
} as const;

// deno-lint-ignore no-explicit-any
type Any = Guest<any>["symbols"] & Record<string, any>;

/** Loads a guest that runs `nested` at the first callback of a call. */
async function loadNesting(): Promise<
  { guest: Guest; lib: Any; nest: (call: () => unknown) => void; seen: unknown[] }
> {
  const seen: unknown[] = [];
  let nested: (() => unknown) | undefined;
  const tick = () => {
    const call = nested;
    nested = undefined;
    if (call === undefined) return;
    try {
      seen.push(call());
    } catch (error) {
      const { name, code, message } = error as Error & { code?: string };
      seen.push(new Thrown(name, code, message));
    }
  };
  const guest = await load(GUEST, { convention, symbols, imports: { env: { tick } } });
  return { guest, lib: guest.symbols as Any, nest: (call) => nested = call, seen };
}

const busy = (symbol: string, outer: string, buffer = 'buffer "buffer"') =>
  new Thrown(
    "GuestError",
    "busy",
    `Cannot pass argument 0 to "${symbol}": the guest's ${buffer} holds what the call of ` +
      `"${outer}" in progress still needs, expected a place of its own for one of them, or a call ` +
      "after that one has ended",
  );

/** The outer call, the inner one, and the results of both. */
type Nesting = [
  name: string,
  outer: (lib: Any) => unknown,
  inner: (lib: Any) => unknown,
  answers: [inner: unknown, outer: unknown],
];

const bytes = new Uint8Array(100).fill(1);

const ROWS: Nesting[] = [
  [
    "its own buffer, before the guest has read it",
    (lib) => lib.early("outer"),
    (lib) => lib.quiet("nested"),
    [busy("quiet", "early"), "OUTER"],
  ],
  [
    "its own buffer, when the result is there",
    (lib) => lib.late("outer"),
    (lib) => lib.quiet("nested"),
    [busy("quiet", "late"), "OUTER"],
  ],
  ["the same export", (lib) => lib.late("outer"), (lib) => lib.late("nested"), [
    busy("late", "late"),
    "OUTER",
  ]],
  ["a text of one byte", (lib) => lib.late("outer"), (lib) => lib.size("x"), [
    busy("size", "late"),
    "OUTER",
  ]],
  ["no text, which a NUL would follow", (lib) => lib.late("outer"), (lib) => lib.size(""), [
    busy("size", "late"),
    "OUTER",
  ]],
  ["a buffer that begins within the text", (lib) => lib.late("outer"), (lib) => lib.alias("x"), [
    busy("size", "late", 'buffer "alias"'),
    "OUTER",
  ]],
  [
    "an address before it, and a text that reaches into it",
    (lib) => lib.late("outer"),
    (lib) => lib.fixed("12345"),
    [busy("size", "late", "buffer at 0x3fc"), "OUTER"],
  ],
  [
    "an address before it, and a text that ends there",
    (lib) => lib.late("outer"),
    (lib) => lib.before("x".repeat(24)),
    [24, "OUTER"],
  ],
  ["another buffer", (lib) => lib.late("outer"), (lib) => lib.other("nested"), ["NESTED", "OUTER"]],
  ["an allocator's block", (lib) => lib.late("outer"), (lib) => lib.block("nested"), [
    "NESTED",
    "OUTER",
  ]],
  ["numbers", (lib) => lib.late("outer"), (lib) => lib.sum(1, 2), [3, "OUTER"]],
  [
    "a buffer within a call with a block",
    (lib) => lib.block("outer"),
    (lib) => lib.quiet("nested"),
    ["NESTED", "OUTER"],
  ],
  ["a buffer within a call with numbers", (lib) => lib.sum(1, 2), (lib) => lib.quiet("nested"), [
    "NESTED",
    3,
  ]],
  [
    "where the result will be read, though no argument is there",
    (lib) => lib.name(),
    (lib) => lib.quiet("nested"),
    [busy("quiet", "name"), "key"],
  ],
  ["where the buffer has moved to, and the result will be read", (lib) => lib.late("outer"), (
    lib,
  ) => {
    lib.move(3000);
    return lib.quiet("nested");
  }, [busy("quiet", "late"), "moved"]],
  ["a chunk that the guest is reading", (lib) => lib.chunks(bytes), (lib) => lib.quiet("nested"), [
    busy("quiet", "add"),
    "end",
  ]],
  ["the result of chunks", (lib) => lib.chunks(new Uint8Array()), (lib) => lib.quiet("nested"), [
    busy("quiet", "end"),
    "end",
  ]],
  [
    "a text that is too large all the same",
    (lib) => lib.late("outer"),
    (lib) => lib.quiet("x".repeat(65)),
    [
      new Thrown(
        "RangeError",
        undefined,
        'Cannot pass 65 bytes to "quiet": the guest\'s buffer holds 64',
      ),
      "OUTER",
    ],
  ],
];

for (const warmUp of [0, 120]) {
  for (const [name, outer, inner, expected] of ROWS) {
    Deno.test(`a call within a call, after ${warmUp}: ${name}`, async () => {
      const { guest, lib, nest, seen } = await loadNesting();
      using _guest = guest;
      for (let count = 0; count < warmUp; count++) {
        // The row reads this itself, so it is left as it is.
        if (!inner.toString().includes("move")) await outcome(() => inner(lib));
        await outcome(() => outer(lib));
      }
      nest(() => inner(lib));
      const answer = await outcome(() => outer(lib));
      assertEquals([...seen, answer], expected);
      assertEquals(guest.state, "ready");
      // Nothing is left of it.
      lib.move(1024);
      assertEquals(lib.quiet("after"), "AFTER");
    });
  }
}

Deno.test("a call within a call: a freeing export may pass any data, because the outer call needs none any more", async () => {
  const guest = await load(GUEST, {
    convention,
    symbols: {
      ...symbols,
      given: {
        name: "block",
        parameters: [{
          type: "string",
          place: { kind: "allocator", allocate: "malloc", free: "free" },
          pass: ["pointer"],
          freedBy: "host",
        }, { type: "string", place: at("buffer"), pass: ["byteLength"] }],
        result: { type: "string", form: "packedPointerHigh", freedBy: "guest" },
      },
    },
    imports: {
      env: {
        tick() {
          ticks++;
          try {
            seen.push((guest.symbols.quiet as (text: string) => string)("x"));
          } catch (error) {
            seen.push((error as { code?: string }).code);
          }
        },
      },
    },
  });
  using _guest = guest;
  let ticks = 0;
  const seen: unknown[] = [];
  // In malloc the buffer is still empty; in the call it is in use; in free it is no longer needed.
  assertEquals(guest.symbols.given("abc", "xyz"), "ABC");
  assertEquals([ticks, seen], [3, ["X", "busy", "X"]]);
});

Deno.test("a call within a call: a range that the caller chose", async () => {
  const seen: unknown[] = [];
  let nested = false;
  const guest = await load(GUEST, {
    convention: inPlace({ pointer: 1024, byteLength: 64 }),
    imports: {
      env: {
        tick() {
          if (nested) return;
          nested = true;
          try {
            guest.passString("nested", "quiet");
          } catch (error) {
            seen.push((error as Error).message);
          }
        },
      },
    },
  });
  using _guest = guest;
  assertEquals(guest.passString("outer", "late"), "OUTER");
  assertEquals(seen, [busy("quiet", "late", "buffer at 0x400").message]);
});

Deno.test("a call within a call: the data of an asynchronous call are kept while it waits", async () => {
  const seen: unknown[] = [];
  const tick = hostFunction(
    { parameters: [], result: "void", async: true },
    async () => {
      seen.push(await outcome(() => lib.quiet("nested")));
    },
  );
  const late = { parameters: ["string"], result: "string", async: true } as const;
  const options = { convention, symbols: { ...symbols, late }, imports: { env: { tick } } };
  using guest = await load(GUEST, options);
  const lib = guest.symbols as Any;
  assertEquals(await lib.late("outer"), "OUTER");
  assertEquals(seen, [busy("quiet", "late")]);
  assertEquals(lib.quiet("after"), "AFTER");
});
