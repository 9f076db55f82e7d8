import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  allocator,
  type Chunked,
  load,
  LoadError,
  type Parameter,
  staticBuffer,
} from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { deflateWith, expandWith, ROT13, rot13, ROT13_TEXT } from "../_stream_guests.ts";
import { assemble } from "../_wat.ts";

const chunked = { init: "init", update: "update", final: "final" } as const;
const encoder = new TextEncoder();

/** Lengths around the guests' buffer of 64 bytes. */
const LENGTHS = [0, 1, 63, 64, 65, 127, 128, 129, 1000];

/** CRC-32 as PNG defines it: annex D of its specification. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

Deno.test("bytes of any length go through a small buffer, and a number comes back", async () => {
  using guest = await load(guestPath("c/chunked_number"), {
    symbols: { crc: { parameters: ["bytes"], result: "u32", chunked } },
  });
  // The check value that all lists of CRCs have for these nine bytes.
  assertStrictEquals(guest.symbols.crc(encoder.encode("123456789")), 0xcbf43926);
  for (const length of LENGTHS) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
    assertStrictEquals(guest.symbols.crc(bytes), crc32(bytes), `${length} bytes`);
  }
});

/** Texts whose characters cross the end of a chunk, in every width. */
const TEXTS = ["", "a", "é".repeat(100), "漢".repeat(100), "🚀".repeat(100), "x" + "🚀".repeat(99)];

Deno.test("text goes in chunks that split no pair of surrogates", async () => {
  using guest = await load(guestPath("c/chunked_digest"), {
    symbols: {
      digest: {
        parameters: ["string"],
        result: { type: "bytes", pointer: { export: "get_buffer_pointer" }, length: "result" },
        chunked,
      },
    },
  });
  for (const text of TEXTS) {
    assertEquals(guest.symbols.digest(text), await sha256(encoder.encode(text)), text);
  }
  assertThrows(() => guest.symbols.digest("\ud83d".repeat(100)), TypeError, "lone surrogate");
  assertEquals(guest.symbols.digest("abc"), await sha256(encoder.encode("abc")));
});

for (
  const [encoding, encode] of [
    [
      "utf-16",
      (text: string) => new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer),
    ],
    ["latin1", (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))],
  ] as const
) {
  Deno.test(`text goes in chunks of ${encoding}`, async () => {
    using guest = await load(guestPath("c/chunked_number"), {
      symbols: { crc: { parameters: [{ type: "string", encoding }], result: "u32", chunked } },
    });
    const { crc } = guest.symbols;
    for (const length of LENGTHS) {
      const text = "aé".repeat(length).slice(0, length);
      assertStrictEquals(crc(text), crc32(encode(text)), `${length} units`);
    }
  });
}

Deno.test("an array goes in chunks of whole elements", async () => {
  using guest = await load(guestPath("c/chunked_number"), {
    symbols: {
      // The guest counts bytes.
      crc: {
        parameters: [{ type: "array", element: "f64", unit: "bytes" }],
        result: "u32",
        chunked,
      },
    },
  });
  const numbers = Float64Array.from({ length: 33 }, (_, index) => index / 3);
  assertStrictEquals(guest.symbols.crc(numbers), crc32(new Uint8Array(numbers.buffer)));
});

/** Adds all bytes of its blocks to the argument of `begin`, and multiplies at the end. */
const SUMMING = assemble(`(module
  (memory (export "memory") 2)
  (global $sum (mut i32) (i32.const 0))
  (global $live (mut i32) (i32.const 0))
  (func (export "live") (result i32) (global.get $live))
  (func (export "malloc") (param i32) (result i32)
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (i32.const 64))
  (func (export "free") (param i32)
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "begin") (param i32) (global.set $sum (local.get 0)))
  (func (export "add") (param $at i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (global.set $sum (i32.add (global.get $sum) (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))))
  (func (export "end") (param i32) (result i32) (i32.mul (global.get $sum) (local.get 0)))
  (func (export "end_with_two") (param i32 i32) (result i32) (i32.const 0)))`);

Deno.test("chunks can be passed in blocks, each of which is freed, with numbers beside them", async () => {
  using guest = await load(SUMMING, {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: {
      sum: {
        parameters: ["bytes", "u32"],
        result: "u32",
        chunked: { init: "begin", update: "add", final: "end" },
      },
      plain: {
        parameters: ["bytes", "u32"],
        result: "u32",
        chunked: {
          init: { export: "begin", arguments: [100] },
          update: "add",
          final: { export: "end", arguments: [{ parameter: 1 }] },
        },
      },
      live: { parameters: [], result: "u32" },
    },
  });
  const bytes = new Uint8Array(150_000).fill(1);
  assertEquals([guest.symbols.sum(bytes, 2), guest.symbols.live()], [(2 + 150_000) * 2, 0]);
  assertEquals([guest.symbols.plain(bytes, 3), guest.symbols.live()], [(100 + 150_000) * 3, 0]);
});

Deno.test("values that cannot be chunked are reported when the guest is loaded", async () => {
  const declare = (parameters: Parameter[], final: string) =>
    load(SUMMING, {
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: { sum: { parameters, result: "u32", chunked: { update: "add", final } } },
    });
  const two = await assertRejects(() => declare(["bytes", "bytes"], "end"), LoadError);
  assertEquals(two.problems, [
    'symbol "sum": Cannot pass input in chunks to "add": the declaration has 2 texts, expected one ' +
    'text, or "parameter" to say which it is',
  ]);
  const many = await assertRejects(() => declare(["bytes"], "end_with_two"), LoadError);
  assertEquals(many.problems, [
    'symbol "sum": Cannot pass chunks to "end_with_two": it takes 2 arguments, expected 0, ' +
    "or { export, arguments } to say which",
  ]);
});

Deno.test("a character that is larger than the buffer is refused with that reason", async () => {
  using guest = await load(guestPath("c/chunked_number"), {
    symbols: {
      crc: {
        parameters: [{
          type: "string",
          place: { kind: "buffer", pointer: "get_buffer_pointer", capacity: 3 },
        }],
        result: "u32",
        chunked,
      },
    },
  });
  assertStrictEquals(guest.symbols.crc("漢字"), crc32(encoder.encode("漢字")));
  assertThrows(
    () => guest.symbols.crc("🚀"),
    RangeError,
    'Cannot pass 4 bytes to "update": the guest\'s buffer holds 3',
  );
});

const NUMBER = await guestBytes("c/chunked_number");

const withNumber = staticBuffer({ pointer: "get_buffer_pointer", capacity: 64 });

/**
 * Adds the bytes of a key to the sum of all bytes, and of the key again at the end if it gets it.
 */
const KEYED = assemble(`(module
  (memory (export "memory") 1)
  (global $sum (mut i32) (i32.const 0))
  (global $top (mut i32) (i32.const 1024))
  (func (export "malloc") (param i32) (result i32)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get 0))))
  (func (export "free") (param i32) (global.set $top (i32.const 1024)))
  (func $add (param $at i32) (param $length i32)
    (loop $next
      (if (local.get $length) (then
        (global.set $sum (i32.add (global.get $sum) (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))))
  (func (export "begin") (param i32 i32)
    (global.set $sum (i32.const 0))
    (call $add (local.get 0) (local.get 1)))
  (func (export "add") (param i32 i32) (call $add (local.get 0) (local.get 1)))
  (func (export "end") (result i32) (global.get $sum))
  (func (export "end_with") (param i32 i32) (result i32)
    (call $add (local.get 0) (local.get 1))
    (global.get $sum)))`);

/** The core arguments of parameter `text`. */
const range = (text: number) => [{ text, as: "pointer" }, { text, as: "byteLength" }] as const;

Deno.test("one of several texts is chunked; the others are passed whole to the calls that take them", async () => {
  const chunked = { parameter: 1, init: { export: "begin", arguments: range(0) }, update: "add" };
  using guest = await load(KEYED, {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: {
      once: {
        parameters: ["bytes", "bytes"],
        result: "u32",
        chunked: { ...chunked, final: "end" },
      },
      twice: {
        parameters: ["bytes", "bytes"],
        result: "u32",
        chunked: { ...chunked, final: { export: "end_with", arguments: range(0) } },
      },
    },
  });
  const key = Uint8Array.of(100, 20);
  for (let count = 0; count < 120; count++) {
    assertEquals(guest.symbols.once(key, Uint8Array.of(1, 2)), 123);
    assertEquals(guest.symbols.twice(key, Uint8Array.of(1, 2)), 243);
  }
});

/** A text that the guest never gets. */
const aside = {
  type: "bytes",
  place: { kind: "buffer", pointer: "get_buffer_pointer", offset: 60, capacity: 4 },
  terminated: false,
} as const;

Deno.test("a declaration has to name which of several texts is chunked", async () => {
  const rows: [parameters: Parameter[], chunked: Chunked, message: string][] = [
    [
      [aside, "string"],
      chunked,
      'Cannot pass input in chunks to "update": the declaration has 2 texts, expected one text, or ' +
      '"parameter" to say which it is',
    ],
    [
      ["u32"],
      chunked,
      'Cannot pass input in chunks to "update": the declaration has 0 texts, expected one text, or ' +
      '"parameter" to say which it is',
    ],
    [
      ["u32", "string"],
      { ...chunked, parameter: 0 },
      'Cannot pass input in chunks to "update": parameter 0 is no text, expected one text',
    ],
  ];
  for (const [parameters, chunked, message] of rows) {
    const error = await load(NUMBER, {
      convention: withNumber,
      symbols: { crc32: { parameters, result: "u32", chunked } },
    }).then(() => undefined, (error) => error);
    assertEquals(
      error?.message,
      `Cannot bind the declared symbols:\nsymbol "crc32": ${message}`,
    );
  }
});

Deno.test("each part of a result is returned, and all of them together", async () => {
  using guest = await load(guestPath("c/stream_rot13"), { symbols: { rot13: ROT13 } });
  for (const length of LENGTHS) {
    const text = "Hello, World! ".repeat(length).slice(0, length);
    const bytes = guest.symbols.rot13(encoder.encode(text));
    assertEquals(new TextDecoder().decode(bytes), `${rot13(text)}[${length}]`);
  }
});

Deno.test("text comes back in parts, none of which ends within a character", async () => {
  using guest = await load(guestPath("c/stream_rot13_text"), { symbols: { rot13: ROT13_TEXT } });
  for (const text of TEXTS) {
    const { length } = encoder.encode(text);
    assertEquals(guest.symbols.rot13(text), `${rot13(text)}[${length}]`);
  }
});

const withMalloc = allocator({ allocate: "malloc", free: "free" });

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function liveAllocations(guest: { exports: WebAssembly.Exports }): number {
  return (guest.exports.live_allocations as () => number)();
}

Deno.test("a guest with handles is called until it has returned all of its output", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention: withMalloc,
    symbols: { small: deflateWith(3), large: deflateWith(65536) },
  });
  const texts = [
    "",
    "a",
    "abc".repeat(30_000),
    crypto.getRandomValues(new Uint8Array(65536)).toHex(),
  ];
  for (const text of texts) {
    for (const level of [0, 1]) {
      const bytes = encoder.encode(text);
      const small = guest.symbols.small(bytes, level);
      assertEquals(await inflate(small), bytes);
      assertEquals(guest.symbols.large(bytes, level), small);
    }
  }
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("a handle of 0 is a failure, and a wrong number is refused before the guest is called", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention: withMalloc,
    symbols: { deflate: deflateWith(10) },
  });
  assertEquals(guestErrorOf(() => guest.symbols.deflate(Uint8Array.of(1), 10)), [
    "guest-error",
    'Cannot complete "create": the guest returned 0',
  ]);
  assertThrows(() => guest.symbols.deflate(Uint8Array.of(1), -1), RangeError, "argument 1");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("the handle is given back after an error of the guest, but not after a trap", async () => {
  using guest = await load(guestPath("c/stream_expand"), {
    convention: withMalloc,
    symbols: { expand: expandWith(16) },
  });
  assertThrows(() => guest.symbols.expand(Uint8Array.of(0, 0)));
  assertEquals(guest.state, "poisoned");
  guest.reset();
  assertEquals(guest.symbols.expand(Uint8Array.of(2, 7)), Uint8Array.of(7, 7));
  // The output buffer cannot be allocated while the compressor has its handle.
  using other = await load(guestPath("c/stream_deflate"), {
    convention: withMalloc,
    symbols: { deflate: deflateWith(16) },
  });
  (other.exports.fail_after as (count: number) => void)(3);
  const [code] = guestErrorOf(() => other.symbols.deflate(Uint8Array.of(1), 1));
  assertEquals([code, liveAllocations(other), other.state], ["out-of-memory", 0, "ready"]);
});

for (const warmUp of [0, 120]) {
  Deno.test(`after ${warmUp} calls: input that the guest leaves is passed again`, async () => {
    using guest = await load(guestPath("c/stream_expand"), {
      convention: withMalloc,
      symbols: { expand: expandWith(7) },
    });
    for (let count = 0; count < warmUp; count++) guest.symbols.expand(Uint8Array.of(1, 1));
    const expanded = guest.symbols.expand(Uint8Array.of(3, 65, 20, 66, 1, 67));
    assertEquals(new TextDecoder().decode(expanded), `AAA${"B".repeat(20)}C`);
    assertEquals(liveAllocations(guest), 0);
  });
}

/** Reports that it has taken as many bytes as its first byte says. */
const TAKING = assemble(`(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "update") (param i32 i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "more") (param i32 i32 i32) (result i32) (i32.const 0)))`);

Deno.test("a guest that reports more input than it got, or never takes any, is refused", async () => {
  using guest = await load(TAKING, {
    convention: withMalloc,
    symbols: {
      take: {
        parameters: ["bytes"],
        result: { type: "bytes", pointer: 4096, length: 0 },
        chunked: { update: "update", parts: true, taken: "result" },
      },
    },
  });
  assertEquals(guest.symbols.take(Uint8Array.of(2, 0, 1)), new Uint8Array());
  assertEquals(guestErrorOf(() => guest.symbols.take(Uint8Array.of(4, 0, 0))), [
    "overrun",
    'Cannot continue after "update": it reports that it has taken 4 bytes, expected at most 3',
  ]);
  assertEquals(guestErrorOf(() => guest.symbols.take(Uint8Array.of(0, 0, 0))), [
    "guest-error",
    'Cannot continue after "update": it has taken none of 3 bytes and returned nothing, expected one ' +
    "of both",
  ]);
});

Deno.test("the parts of one call take no more memory than its limit", async () => {
  using guest = await load(guestPath("c/stream_expand"), {
    convention: withMalloc,
    symbols: { expand: expandWith(64) },
    limits: { results: 1000 },
  });
  const bomb = new Uint8Array(1000).fill(255);
  assertEquals(guestErrorOf(() => guest.symbols.expand(bomb))[0], "result-too-large");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

/** A hash whose `update` calls the host. */
const CALLING = assemble(`(module
  (import "env" "tick" (func $tick))
  (memory (export "memory") 1)
  (global $sum (mut i32) (i32.const 0))
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "init") (global.set $sum (i32.const 0)))
  (func (export "update") (param i32)
    (call $tick)
    (global.set $sum (i32.add (global.get $sum) (local.get 0))))
  (func (export "final") (result i32) (global.get $sum)))`);

Deno.test("a guest with one state takes no other input in the middle of one", async () => {
  const seen: unknown[] = [];
  using guest = await load(CALLING, {
    convention: staticBuffer({ pointer: "buffer", capacity: 4 }),
    symbols: { sum: { parameters: ["bytes"], result: "u32", chunked } },
    imports: {
      env: { tick: () => seen.push(guestErrorOf(() => guest.symbols.sum(new Uint8Array(3)))) },
    },
  });
  assertEquals(guest.symbols.sum(new Uint8Array(4)), 4);
  assertEquals(seen, [[
    "busy",
    'Cannot call "update": it is in the middle of other input, for which the guest has one state, ' +
    "expected the end of that, a guest for each, or exports with a handle",
  ]]);
  assertEquals(guest.symbols.sum(new Uint8Array(1)), 1);
});

Deno.test("the wrong number of arguments is refused, and the handle does not count as one", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention: withMalloc,
    symbols: { deflate: deflateWith(10) },
  });
  const deflate = guest.symbols.deflate as (...args: unknown[]) => unknown;
  assertThrows(
    () => deflate(Uint8Array.of(1), 1, 1),
    TypeError,
    'Cannot call "update": it is given 3 arguments, expected 2',
  );
});
