import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  allocator,
  type Chunked,
  load,
  LoadError,
  type Parameter,
  staticBuffer,
} from "../../mod.ts";
import { guestBytes, guestPath } from "../_guests.ts";
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
  // The check value in every list of CRCs for these nine bytes.
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
      crc: { parameters: [{ type: "array", element: "f64" }], result: "u32", chunked },
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

Deno.test("chunks also go into blocks, each of which is freed, and numbers go where they fit", async () => {
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
    'Cannot pass 4 bytes to "final": the guest\'s buffer holds 3',
  );
});

const NUMBER = await guestBytes("c/chunked_number");

const withNumber = staticBuffer({ pointer: "get_buffer_pointer", capacity: 64 });

/** A second place in the guest's buffer, which is never read. */
const aside = {
  type: "bytes",
  place: { kind: "buffer", pointer: "get_buffer_pointer", offset: 60, capacity: 4 },
  terminated: false,
} as const;

Deno.test("one of several texts is chunked, the others are in memory before", async () => {
  using guest = await load(NUMBER, {
    convention: withNumber,
    symbols: {
      crc32: {
        parameters: [aside, "string"],
        result: "u32",
        chunked: { ...chunked, parameter: 1 },
      },
    },
  });
  const text = "123456789";
  // The check value of CRC-32/ISO-HDLC, https://reveng.sourceforge.io/crc-catalogue/all.htm
  assertEquals(guest.symbols.crc32(new Uint8Array(4), text), 0xcbf43926);
  assertEquals(new TextDecoder().decode(guest.memory.readBytes(pointerOf(guest), 9)), text);
});

function pointerOf(guest: { exports: WebAssembly.Exports }): number {
  return (guest.exports.get_buffer_pointer as () => number)();
}

Deno.test("the chunked one of several texts has to be named", async () => {
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
