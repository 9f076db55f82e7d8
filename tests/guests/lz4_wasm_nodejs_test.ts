import { assertEquals, assertThrows } from "@std/assert";
import * as glue from "npm:lz4-wasm-nodejs@0.9.2";
import { GuestError, hostFunction, load } from "../../mod.ts";
import { lz4Wasm } from "./_bytes.ts";

/** The guest's errors are the host's strings, by their number. */
async function loadLz4() {
  const errors: string[] = [];
  const __wbindgen_string_new = hostFunction(
    { parameters: ["string"], result: "u32" },
    (text) => errors.push(text) - 1,
  );
  return await load(await lz4Wasm(), {
    imports: { __wbindgen_placeholder__: { __wbindgen_string_new } },
    symbols: {
      compress: { parameters: ["bytes"], result: "bytes" },
      decompress: {
        parameters: ["bytes"],
        result: "bytes",
        status: {
          value: { word: 3 },
          fails: "nonzero",
          code: { word: 2 },
          message: (index: number | bigint) => errors[Number(index)],
        },
      },
    },
  });
}

// A block by hand: the size in 32 bits, a token for 5 literals, the literals.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
const HELLO = Uint8Array.of(5, 0, 0, 0, 0x50, ...new TextEncoder().encode("hello"));

Deno.test("lz4-wasm-nodejs: a handmade block is decompressed", async () => {
  using guest = await loadLz4();
  assertEquals(guest.convention.name, "wasm-bindgen");
  assertEquals(new TextDecoder().decode(guest.symbols.decompress(HELLO)), "hello");
});

Deno.test("lz4-wasm-nodejs: the compressed data equal the package's own, and are decompressed", async () => {
  using guest = await loadLz4();
  const { compress, decompress } = guest.symbols;
  for (const text of ["", "a", "hello ".repeat(20_000), "grüß dich 🌍"]) {
    const data = new TextEncoder().encode(text);
    const compressed = compress(data);
    assertEquals(compressed, new Uint8Array(glue.compress(data)));
    assertEquals(decompress(compressed), data);
  }
});

Deno.test("lz4-wasm-nodejs: the guest's error has its text", async () => {
  using guest = await loadLz4();
  const rows: [bytes: number[], message: string][] = [
    [[], "expected another byte, found none"],
    [
      [5, 0, 0, 0, 0x10, 65, 9, 9],
      "the offset to copy is not contained in the decompressed buffer",
    ],
  ];
  for (const [bytes, message] of rows) {
    const input = Uint8Array.from(bytes);
    assertThrows(() => guest.symbols.decompress(input), GuestError, message);
    assertEquals(String(assertThrows(() => glue.decompress(input))), message);
  }
  assertEquals(guest.state, "ready");
});

Deno.test("lz4-wasm-nodejs: an error is detected without a declared status", async () => {
  const errors: string[] = [];
  const __wbindgen_string_new = hostFunction(
    { parameters: ["string"], result: "u32" },
    (text) => errors.push(text) - 1,
  );
  using guest = await load(await lz4Wasm(), {
    imports: { __wbindgen_placeholder__: { __wbindgen_string_new } },
  });
  assertEquals(guest.passBytes(HELLO, "decompress"), new TextEncoder().encode("hello"));
  const error = assertThrows(() => guest.passBytes(new Uint8Array(), "decompress"), GuestError);
  assertEquals([error.code, error.message, errors[Number(error.status)]], [
    "guest-error",
    'Cannot complete "decompress": the guest\'s code is 0',
    "expected another byte, found none",
  ]);
});

Deno.test("lz4-wasm-nodejs: nothing leaks, even from calls that fail", async () => {
  using guest = await loadLz4();
  const { compress, decompress } = guest.symbols;
  const data = new Uint8Array(10_000).fill(65);
  decompress(compress(data));
  const before = guest.memory.size;
  for (let times = 0; times < 1000; times++) {
    decompress(compress(data));
    assertThrows(() => decompress(Uint8Array.of(5, 0, 0, 0, 0xf0)), GuestError);
  }
  assertEquals(guest.memory.size, before);
});
