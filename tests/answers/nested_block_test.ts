// A call within a call whose allocator hands out a block that the outer call still needs.
import { assertEquals } from "@std/assert";
import { allocator, type Guest, hostFunction, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

/**
 * Makes a guest with these allocators:
 *
 * - `scratch` hands out one block, `near` one that overlaps it, and `apart` one that does not;
 * - `bump` begins anew in each call of `arena`;
 * - `malloc` never hands out a block twice, and `stack` not before `free` has given it back.
 */
const guestOf = (word: "i32" | "i64") => {
  const block = (name: string, value: string) =>
    `(func (export "${name}") (param $size ${word}) (result ${word}) ${value})`;
  const use = (name: string, before: string, after: string) =>
    `(func (export "${name}") (param $at ${word}) (param $length ${word}) (result i32)
      ${before} (call $tick) (call $hash (local.get $at) (local.get $length)) ${after})`;
  return assemble(`(module
    (import "env" "tick" (func $tick))
    (memory (export "memory") ${word === "i64" ? "i64" : ""} 4)
    (global $top (mut ${word}) (${word}.const 8192))
    (global $fresh (mut ${word}) (${word}.const 65536))
    (global (export "__stack_pointer") (mut ${word}) (${word}.const 4096))
    ${block("scratch", `(${word}.const 1024)`)}
    ${block("near", `(${word}.const 1026)`)}
    ${block("apart", `(${word}.const 1152)`)}
    ${
    block(
      "bump",
      `(global.get $top) (global.set $top (${word}.add (global.get $top) (local.get $size)))`,
    )
  }
    ${
    block(
      "malloc",
      `(global.get $fresh) (global.set $fresh (${word}.add (global.get $fresh) (${word}.const 128)))`,
    )
  }
    ${
    block(
      "calling",
      `(call $tick) (global.get $top)
      (global.set $top (${word}.add (global.get $top) (local.get $size)))`,
    )
  }
    (func $free (export "free") (param ${word}) (global.set $top (local.get 0)))
    (func (export "keep") (param ${word}))
    (func $hash (param $at ${word}) (param $length ${word}) (result i32) (local $hash i32)
      (block $end (loop $next
        (br_if $end (${word}.eqz (local.get $length)))
        (local.set $hash (i32.add (i32.mul (local.get $hash) (i32.const 31))
          (i32.load8_u (local.get $at))))
        (local.set $at (${word}.add (local.get $at) (${word}.const 1)))
        (local.set $length (${word}.sub (local.get $length) (${word}.const 1)))
        (br $next)))
      (local.get $hash))
    ${use("late", "", "")}
    ${use("arena", `(global.set $top (${word}.const 8192))`, "")}
    (func (export "early") (param $at ${word}) (param $length ${word}) (result i32)
      (call $hash (local.get $at) (local.get $length))
      (call $free (local.get $at))
      (call $tick))
    (func (export "both") (param ${word} ${word} ${word} ${word}) (result i32)
      (call $tick)
      (i32.sub (call $hash (local.get 0) (local.get 1)) (call $hash (local.get 2) (local.get 3))))
    (func (export "write") (param $at ${word}) (param $size ${word})
      (i32.store8 (local.get $at) (i32.const 33)) (call $tick))
    (func (export "begin"))
    (func (export "end") (result i32) (call $tick) (i32.const 7))
    (func (export "quiet") (param $at ${word}) (param $length ${word}) (result i32)
      (call $hash (local.get $at) (local.get $length))))`);
};

/** The results of the functions for bytes. */
function hashOf(bytes: Iterable<number>): number {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) >>> 0;
  return hash;
}

const hash8 = (text: string) => hashOf(new TextEncoder().encode(text));
const hash16 = (text: string) =>
  hashOf(Array.from(text, (unit) => [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >> 8]).flat());

/** An allocator, and who frees its blocks: `free`, an export that keeps them, or nobody. */
const from = (allocate: string, free?: string) =>
  ({ kind: "allocator", allocate, ...(free !== undefined && { free }) }) as const;
const text = (allocate: string, free?: string) =>
  ({ type: "string", place: from(allocate, free) }) as const;
const bytes = (allocate: string) => ({ type: "bytes", place: from(allocate) }) as const;
const wide = (allocate: string) =>
  ({
    type: "string",
    encoding: "utf-16",
    place: from(allocate),
    pass: ["pointer", "byteLength"],
  }) as const;
const given = (allocate: string) => ({ ...text(allocate), freedBy: "guest" }) as const;
const symbol = (name: string, ...parameters: unknown[]) => ({ name, parameters, result: "u32" });

const symbols = {
  late: symbol("late", text("scratch")),
  kept: symbol("late", text("scratch", "keep")),
  quiet: symbol("quiet", text("scratch")),
  near: symbol("quiet", text("near")),
  apart: symbol("quiet", text("apart")),
  lateBytes: symbol("late", bytes("scratch")),
  quietBytes: symbol("quiet", bytes("scratch")),
  lateWide: symbol("late", wide("scratch")),
  quietWide: symbol("quiet", wide("scratch")),
  array: symbol("quiet", { type: "array", element: "u8", place: from("scratch") }),
  arena: symbol("arena", text("bump")),
  bump: symbol("quiet", text("bump")),
  lateFresh: symbol("late", text("malloc")),
  quietFresh: symbol("quiet", text("malloc")),
  lateStack: symbol("late", text("calling", "free")),
  quietStack: symbol("quiet", text("bump", "free")),
  early: symbol("early", given("bump")),
  lateGiven: symbol("late", given("scratch")),
  quietGiven: symbol("quiet", given("bump")),
  both: symbol("both", text("malloc"), text("scratch")),
  quietBoth: symbol("quiet", text("scratch")),
  fill: {
    name: "write",
    parameters: [],
    result: { type: "string", pointer: "output", length: 1 },
    output: { capacity: 4, place: from("scratch") },
    arguments: ["output", "capacity"],
  },
  chunks: {
    parameters: [text("scratch", "keep")],
    result: "u32",
    chunked: { init: "begin", update: "late", final: "end" },
  },
  list: symbol("late", {
    type: "strings",
    place: from("scratch", "keep"),
    layout: "pairs",
    pass: ["pointer", "count"],
  }),
  buffer: symbol("quiet", {
    type: "string",
    place: { kind: "buffer", pointer: 1000, capacity: 64 },
    pass: ["pointer", "byteLength"],
  }),
};

// deno-lint-ignore no-explicit-any
type Any = Record<string, any>;

async function loadNesting(
  word: "i32" | "i64",
  more: Any = {},
): Promise<{ guest: Guest; lib: Any; nest: (call: () => unknown) => void; seen: unknown[] }> {
  const seen: unknown[] = [];
  let nested: (() => unknown) | undefined;
  function tick() {
    const call = nested;
    nested = undefined;
    if (call === undefined) return;
    try {
      seen.push(call());
    } catch (error) {
      const { name, code, message } = error as Error & { code?: string };
      seen.push(new Thrown(name, code, message));
    }
  }
  const options = {
    convention: allocator({ allocate: "malloc", pass: ["pointer", "byteLength"] }),
    symbols: symbols as never,
    imports: { env: { tick } },
    ...more,
  };
  const guest = await load(guestOf(word), options) as Guest;
  return { guest, lib: guest.symbols as Any, nest: (call) => nested = call, seen };
}

const CURE = ', or "guest" as what frees the arguments of ';

const busy = (
  inner: string,
  outer: string,
  { size = 3, allocate = "scratch", at = 0x400, cure = CURE + JSON.stringify(outer) } = {},
) =>
  new Thrown(
    "GuestError",
    "busy",
    `Cannot allocate ${size} bytes for "${inner}": "${allocate}" returned 0x${at.toString(16)}, ` +
      `where the call of "${outer}" in progress still uses a block, expected one of its own, or a ` +
      `call after that one has ended${cure}`,
  );

/** The outer call, the inner one, and the results of both. */
type Nesting = [
  name: string,
  outer: (lib: Any) => unknown,
  inner: (lib: Any) => unknown,
  answers: [inner: unknown, outer: unknown],
];

const hey = Uint8Array.of(104, 101, 121), nes = Uint8Array.of(110, 101, 115);

const ROWS: Nesting[] = [
  // The guest reads its argument after the nested call has written another one there.
  ["the same block", (lib) => lib.late("hey"), (lib) => lib.quiet("nes"), [
    busy("quiet", "late"),
    hash8("hey"),
  ]],
  ["the same symbol", (lib) => lib.late("hey"), (lib) => lib.late("nes"), [
    busy("late", "late"),
    hash8("hey"),
  ]],
  ["a block that the host frees later", (lib) => lib.kept("hey"), (lib) => lib.kept("nes"), [
    busy("late", "late", { cure: "" }),
    hash8("hey"),
  ]],
  ["bytes", (lib) => lib.lateBytes(hey), (lib) => lib.quietBytes(nes), [
    busy("quiet", "late"),
    hashOf(hey),
  ]],
  ["an array", (lib) => lib.lateBytes(hey), (lib) => lib.array(nes), [
    busy("quiet", "late"),
    hashOf(hey),
  ]],
  ["UTF-16", (lib) => lib.lateWide("hey"), (lib) => lib.quietWide("nes"), [
    busy("quiet", "late", { size: 6 }),
    hash16("hey"),
  ]],
  ["UTF-16 within UTF-8", (lib) => lib.late("hey"), (lib) => lib.quietWide("n"), [
    busy("quiet", "late", { size: 2 }),
    hash8("hey"),
  ]],
  ["a block that begins within it", (lib) => lib.late("hey"), (lib) => lib.near("nes"), [
    busy("quiet", "late", { allocate: "near", at: 0x402 }),
    hash8("hey"),
  ]],
  ["the second of two arguments", (lib) => lib.both("one", "hey"), (lib) => lib.quiet("nes"), [
    busy("quiet", "both"),
    (hash8("one") - hash8("hey")) >>> 0,
  ]],
  ["a second argument", (lib) => lib.late("hey"), (lib) => lib.both("one", "nes"), [
    busy("both", "late"),
    hash8("hey"),
  ]],
  // The guest begins its heap anew in each call, but it reads its argument all the same.
  ["a heap that begins anew", (lib) => lib.arena("hey"), (lib) => lib.bump("nes"), [
    busy("quiet", "arena", { allocate: "bump", at: 0x2000 }),
    hash8("hey"),
  ]],
  // The host reads the output after the call.
  ["where the output lies", (lib) => lib.fill(), (lib) => lib.quiet("nes"), [
    busy("quiet", "write", { cure: "" }),
    "!",
  ]],
  // The texts lie behind their table, in the same block.
  ["a list of texts", (lib) => (lib.list(["hey"]), 0), (lib) => lib.quiet("nes"), [
    busy("quiet", "late", { cure: "" }),
    0,
  ]],
  ["a chunk that the guest is reading", (lib) => lib.chunks("hey"), (lib) => lib.quiet("nes"), [
    busy("quiet", "late", { cure: "" }),
    7,
  ]],
  // All chunks are read.
  ["the end of no chunks", (lib) => lib.chunks(""), (lib) => lib.quiet("nes"), [hash8("nes"), 7]],
  ["a buffer that reaches into it", (lib) => lib.late("hey"), (lib) => lib.buffer("x".repeat(25)), [
    new Thrown(
      "GuestError",
      "busy",
      'Cannot pass argument 0 to "quiet": the guest\'s buffer at 0x3e8 holds what the call of ' +
        '"late" in progress still needs, expected a place of its own for one of them, or a call ' +
        "after that one has ended",
    ),
    hash8("hey"),
  ]],
  ["a buffer that ends before it", (lib) => lib.late("hey"), (lib) => lib.buffer("x".repeat(23)), [
    hash8("x".repeat(23)),
    hash8("hey"),
  ]],
  ["a block behind it", (lib) => lib.late("hey"), (lib) => lib.apart("nes"), [
    hash8("nes"),
    hash8("hey"),
  ]],
  // Nothing is written.
  ["an empty block", (lib) => lib.late("hey"), (lib) => lib.quiet(""), [0, hash8("hey")]],
  ["within an empty block", (lib) => lib.late(""), (lib) => lib.quiet("nes"), [hash8("nes"), 0]],
  ["blocks that are always new", (lib) => lib.lateFresh("hey"), (lib) => lib.lateFresh("nes"), [
    hash8("nes"),
    hash8("hey"),
  ]],
  // The nested call has ended and given its block back when the outer call gets its own.
  ["in the allocator itself", (lib) => lib.lateStack("hey"), (lib) => lib.quietStack("nes"), [
    hash8("nes"),
    hash8("hey"),
  ]],
  // The guest has read and freed its argument, so its allocator may hand out the block again.
  ["a block that the guest has freed", (lib) => lib.early("hey"), (lib) => lib.quietGiven("nes"), [
    hash8("nes"),
    hash8("hey"),
  ]],
  // Whether the guest has freed it cannot be known, so the guest's allocator is believed.
  ["a block that the guest frees", (lib) => lib.lateGiven("hey"), (lib) => lib.quiet("hey"), [
    hash8("hey"),
    hash8("hey"),
  ]],
];

for (const word of ["i32", "i64"] as const) {
  for (const warmUp of [0, 120]) {
    for (const [name, outer, inner, expected] of ROWS) {
      Deno.test(`blocks of a call within a call, ${word}, after ${warmUp}: ${name}`, async () => {
        const { guest, lib, nest, seen } = await loadNesting(word);
        using _guest = guest;
        for (let count = 0; count < warmUp; count++) {
          await outcome(() => inner(lib));
          await outcome(() => outer(lib));
        }
        lib.early("");
        nest(() => inner(lib));
        const answer = await outcome(() => outer(lib));
        assertEquals([...seen, answer], expected);
        assertEquals(guest.state, "ready");
        // Nothing is left of it.
        assertEquals(lib.quiet("after"), hash8("after"));
      });
    }
  }
}

Deno.test("blocks of a call within a call: the block of a chunk can be handed out once the guest has taken it", async () => {
  const { guest, lib, nest, seen } = await loadNesting("i32");
  using _guest = guest;
  let ticks = 0;
  const text = "x".repeat(65536 + 1);
  // The second call of the host is in the second chunk, the third one is at the end.
  const count = () => {
    ticks++;
    return ticks === 3 ? lib.quiet("nes") : nest(count);
  };
  nest(count);
  assertEquals(lib.chunks(text), 7);
  assertEquals([ticks, seen.at(-1)], [3, hash8("nes")]);
});

Deno.test("blocks of a call within a call: the host's own block is not cleared where a call needs what is there", async () => {
  const convention = allocator({ allocate: "scratch", pass: ["pointer", "byteLength"] });
  const { guest, lib, nest, seen } = await loadNesting("i32", { convention });
  using _guest = guest;
  nest(() => guest.allocate(3));
  assertEquals([lib.late("hey"), ...seen], [hash8("hey"), busy("allocate", "late")]);
  nest(() => lib.quiet("nes"));
  using block = guest.allocate(3);
  assertEquals([block.pointer, lib.quiet("nes")], [1024, hash8("nes")]);
});

Deno.test("blocks of a call within a call: the block of an asynchronous call is kept while it waits", async () => {
  const seen: unknown[] = [];
  const tick = hostFunction({ parameters: [], result: "void", async: true }, async () => {
    seen.push(await outcome(() => lib.quiet("nes")));
  });
  const late = { ...symbols.late, async: true };
  const { guest, lib } = await loadNesting("i32", {
    symbols: { quiet: symbols.quiet, late },
    imports: { env: { tick } },
  });
  using _guest = guest;
  assertEquals(await lib.late("hey"), hash8("hey"));
  assertEquals(seen, [busy("quiet", "late")]);
  assertEquals(lib.quiet("after"), hash8("after"));
});
