// Text that is invalid in UTF-8, in each place of a text: refused, replaced by U+FFFD, or passed in
// WTF-8. Each call is made often enough to be compiled.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  allocator,
  GuestError,
  hostFunction,
  load,
  type LoadOptions,
  staticBuffer,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";

const CALLS = 120;

const GUEST = assemble(`(module
  (import "env" "log" (func $log (param i32 i32)))
  (import "env" "ask" (func $ask (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "a\\ffb")
  (data (i32.const 32) "a\\ed\\a0\\bdb")
  (data (i32.const 48) "\\ed\\a0\\bd\\ed\\b2\\a9")
  (data (i32.const 64) "\\10\\00\\00\\00") (data (i32.const 68) "\\20\\00\\00\\00")
  (global $next (mut i32) (i32.const 8192))
  (global $end (mut i32) (i32.const 4096))
  (func (export "malloc") (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $next))
    (global.set $next (i32.add (global.get $next)
      (i32.and (i32.add (local.get $size) (i32.const 15)) (i32.const -8))))
    (if (i32.gt_u (global.get $next) (i32.const 60000)) (then (global.set $next (i32.const 8192))))
    (local.get $block))
  (func (export "free") (param i32))
  (func (export "buffer") (result i32) (i32.const 1024))
  (func $pack (export "packed") (param i32 i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
      (i64.extend_i32_u (local.get 1))))
  (func (export "echo") (param i32 i32) (result i64) (call $pack (local.get 0) (local.get 1)))
  (func (export "in_place") (param i32) (result i32) (local.get 0))
  (func (export "say") (param i32 i32) (call $log (local.get 0) (local.get 1)))
  (func (export "hear") (result i64)
    (call $pack (i32.const 2048) (call $ask (i32.const 2048) (i32.const 64))))
  (func (export "first") (param i32) (result i64)
    (call $pack (i32.load (local.get 0)) (i32.load offset=4 (local.get 0))))
  (func (export "same") (param i32) (result i32) (local.get 0))
  (func (export "init") (global.set $end (i32.const 4096)))
  (func (export "update") (param i32 i32)
    (memory.copy (global.get $end) (local.get 0) (local.get 1))
    (global.set $end (i32.add (global.get $end) (local.get 1))))
  (func (export "final") (result i64)
    (call $pack (i32.const 4096) (i32.sub (global.get $end) (i32.const 4096)))))`);

const CONVENTION = { allocate: "malloc", free: "free", result: "packedPointerHigh" } as const;
const LONE = "a\ud83db";

/**
 * How invalid text is handled, and the outcome for a lone surrogate, bad bytes and a split pair.
 */
const WAYS = [
  {
    name: "replaced in UTF-8",
    text: { encoding: "utf-8", onInvalid: "replace" },
    lone: "a\ufffdb",
    bad: "a\ufffdb",
    stored: "a\ufffd\ufffd\ufffdb",
  },
  { name: "carried in WTF-8", text: { encoding: "wtf-8" }, lone: LONE, stored: LONE },
  {
    name: "carried or replaced in WTF-8",
    text: { encoding: "wtf-8", onInvalid: "replace" },
    lone: LONE,
    bad: "a\ufffdb",
    stored: LONE,
  },
] as const;

for (const { name, text, lone, stored, ...rest } of WAYS) {
  const bad = "bad" in rest ? rest.bad : undefined;
  const string = { type: "string", ...text } as const;
  const at = {
    type: "string",
    pointer: { parameter: 0 },
    length: { parameter: 1 },
    ...text,
  } as const;
  const heard: string[] = [];
  const imports = {
    env: {
      log: hostFunction({ parameters: [string], result: "void" }, (line) => {
        heard[0] = line;
      }),
      ask: hostFunction(
        { parameters: [], result: string, arguments: ["output", "capacity"] },
        () => LONE,
      ),
    },
  };
  const symbols = {
    echo: { parameters: [string], result: string },
    stored: { name: "packed", parameters: ["u32", "u32"], result: at },
    say: { parameters: ["u32", "u32"], result: "void" },
    tell: { name: "say", parameters: [string], result: "void" },
    hear: { parameters: [], result: string },
    first: {
      parameters: [{ type: "struct", fields: { text: { ...string, length: "pair" } } }],
      result: string,
    },
    same: {
      parameters: [{ type: "struct", fields: { text: { ...string, length: "pair" } } }],
      result: { type: "struct", fields: { text: { ...string, length: "pair" } } },
    },
    inStruct: {
      name: "same",
      parameters: ["pointer"],
      result: { type: "struct", fields: { text: string } },
    },
    chunked: {
      name: "final",
      parameters: [string],
      result: string,
      chunked: { init: "init", update: "update", final: "final" },
    },
    strings: {
      name: "first",
      parameters: [{ type: "strings", layout: "pairs", pass: ["pointer"], ...text }],
      result: string,
    },
  } as const;

  Deno.test(`invalid text is ${name} in arguments, results, host functions, structs and chunks`, async () => {
    using guest = await load(GUEST, { convention: allocator(CONVENTION), imports, symbols });
    const { echo, stored: read, say, tell, hear, first, same, inStruct, chunked, strings } =
      guest.symbols;
    for (let count = 0; count < CALLS; count++) {
      assertStrictEquals(echo(LONE), lone);
      assertStrictEquals(echo("é漢🚀"), "é漢🚀");
      assertStrictEquals(read(32, 5), stored);
      say(32, 5);
      assertStrictEquals(heard[0], stored);
      tell(LONE);
      assertStrictEquals(heard[0], lone);
      assertStrictEquals(hear(), lone);
      assertStrictEquals(first({ text: LONE }), lone);
      assertEquals(same({ text: LONE }), { text: lone });
      assertEquals(inStruct(68), { text: stored });
      assertStrictEquals(chunked(LONE), lone);
      assertStrictEquals(strings([LONE]), lone);
      if (bad === undefined) {
        const error = assertThrows(() => read(16, 3), GuestError);
        assertStrictEquals(error.code, "invalid-text");
        assertStrictEquals(error.offset, 1);
        assertThrows(() => read(48, 6), GuestError, "a surrogate pair in two sequences");
      } else {
        assertStrictEquals(read(16, 3), bad);
        assertEquals(inStruct(64), { text: bad });
        assertStrictEquals(read(48, 6).length, text.encoding === "utf-8" ? 6 : 2);
      }
    }
    const { steps } = await guest.plan("echo");
    const written = steps.find(({ step }) => step === "write")!;
    assertEquals([written.encoding, written.onInvalid], [
      text.encoding,
      "onInvalid" in text ? text.onInvalid : undefined,
    ]);
  });

  Deno.test(`invalid text is ${name} if the convention says so`, async () => {
    const options = { ...CONVENTION, ...text };
    using guest = await load(GUEST, { convention: allocator(options), missing: "trap" });
    for (let count = 0; count < CALLS; count++) {
      assertStrictEquals(guest.passString(LONE, "echo"), lone);
    }
    using buffered = await load(GUEST, {
      convention: staticBuffer({ pointer: "buffer", capacity: 64, ...text }),
      missing: "trap",
    });
    for (let count = 0; count < CALLS; count++) {
      assertStrictEquals(buffered.passString(LONE, "in_place"), lone);
    }
  });
}

Deno.test("load sets how invalid text is handled, and a declaration can refuse it", async () => {
  const at = { type: "string", pointer: { parameter: 0 }, length: { parameter: 1 } } as const;
  const options = {
    onInvalid: "replace",
    convention: allocator(CONVENTION),
    missing: "trap",
    symbols: {
      echo: { parameters: ["string"], result: "string" },
      read: { name: "packed", parameters: ["u32", "u32"], result: at },
      strict: {
        name: "packed",
        parameters: ["u32", "u32"],
        result: { ...at, onInvalid: "refuse" },
      },
      inStruct: {
        name: "same",
        parameters: ["pointer"],
        result: { type: "struct", fields: { text: "string" } },
      },
    },
  } as const;
  using guest = await load(GUEST, options);
  const { echo, read, strict, inStruct } = guest.symbols;
  for (let count = 0; count < CALLS; count++) {
    assertStrictEquals(echo(LONE), "a\ufffdb");
    assertStrictEquals(read(16, 3), "a\ufffdb");
    assertEquals(inStruct(64), { text: "a\ufffdb" });
    assertStrictEquals(guest.passString(LONE, "echo"), "a\ufffdb");
    assertThrows(() => strict(16, 3), GuestError, "byte 0xff at offset 1, expected valid UTF-8");
  }
  assertStrictEquals(guest.memory.readString(16, 3), "a\ufffdb");
  assertThrows(() => guest.memory.readString(16, 3, { onInvalid: "refuse" }), GuestError);
  const { steps } = await guest.plan("echo");
  assertStrictEquals(
    steps.find(({ step }) => step === "write")!.text,
    "write the text there as UTF-8 with U+FFFD for what is invalid",
  );
  guest.reset();
  assertStrictEquals(guest.symbols.echo(LONE), "a\ufffdb");
});

Deno.test("impossible combinations of options are refused before the guest is made", async () => {
  const rows: [LoadOptions, string][] = [
    [
      { onInvalid: "ignore" as "replace" },
      'Cannot load the guest: option onInvalid is "ignore", expected "refuse" or "replace"',
    ],
    [
      {
        symbols: {
          echo: {
            parameters: [{ type: "string", encoding: "latin1", onInvalid: "replace" }],
            result: { type: "string", onInvalid: "fatal" as "refuse" },
          },
        },
      },
      'symbol "echo": parameters[0].onInvalid is "replace", but latin1 has no U+FFFD, expected ' +
      '"refuse" or another encoding\n' +
      'symbol "echo": result.onInvalid is "fatal", did you mean "refuse"?',
    ],
    [
      { convention: { ...allocator(CONVENTION), encoding: "latin1", onInvalid: "replace" } },
      "option convention.onInvalid is",
    ],
  ];
  for (const [options, message] of rows) {
    let found = "";
    try {
      await load(GUEST, { missing: "trap", ...options });
    } catch (error) {
      found = (error as Error).message;
    }
    assertEquals(found.includes(message), true, found);
  }
});
