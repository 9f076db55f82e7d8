import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, inPlace, load } from "../../mod.ts";
import { xxhashWasm } from "./_bytes.ts";

/** The guest has no buffer, allocator or data, so pages are added for the arguments. */
const options = {
  convention: inPlace({ pointer: "reserve", byteLength: 1 << 20 }),
  symbols: {
    xxh32: { parameters: ["string", "u32"], result: "u32" },
    xxh64: { parameters: ["string", "u64"], result: "u64" },
    init32: { parameters: ["pointer", "u32"], result: "void" },
    update32: { parameters: ["pointer", "bytes"], result: "void" },
    digest32: { parameters: ["pointer"], result: "u32" },
    init64: { parameters: ["pointer", "u64"], result: "void" },
    update64: { parameters: ["pointer", "string"], result: "void" },
    digest64: { parameters: ["pointer"], result: "u64" },
  },
} as const;

const BYTES = await xxhashWasm();
const { default: makeGlue } = await import("npm:xxhash-wasm@1.1.0");
const glue = await makeGlue();

// https://github.com/Cyan4973/xxHash: the output of its own `xxhsum` for these texts.
const KNOWN: readonly (readonly [text: string, xxh32: number, xxh64: bigint])[] = [
  ["", 0x02cc5d05, 0xef46db3751d8e999n],
  ["abc", 0x32d153ff, 0x44bc2cf5ad770999n],
];

Deno.test("xxhash-wasm: a text's hash agrees with xxHash", async () => {
  using guest = await load(BYTES, options);
  for (const [text, xxh32, xxh64] of KNOWN) {
    assertEquals(guest.symbols.xxh32(text, 0), xxh32);
    assertEquals(guest.symbols.xxh64(text, 0n), xxh64);
  }
  for (const text of ["a", "grüß dich 🌍", "x".repeat(500_000)]) {
    assertEquals(guest.symbols.xxh32(text, 7), glue.h32(text, 7));
    assertEquals(guest.symbols.xxh64(text, 1n << 63n), glue.h64(text, 1n << 63n));
  }
});

Deno.test("xxhash-wasm: the guest can have the states of several hashes at a time", async () => {
  using guest = await load(BYTES, options);
  const { init32, update32, digest32, init64, update64, digest64 } = guest.symbols;
  const texts = ["first", "", "grüß dich 🌍", "x".repeat(1000)];
  using state32 = guest.allocate(48);
  using state64 = guest.allocate(88);
  const glue32 = glue.create32(3), glue64 = glue.create64(5n);
  init32(state32, 3);
  init64(state64, 5n);
  for (const text of texts) {
    update32(state32, new TextEncoder().encode(text));
    update64(state64, text);
    glue32.update(text);
    glue64.update(text);
  }
  assertEquals(digest32(state32), glue32.digest());
  assertEquals(digest64(state64), glue64.digest());
  assertEquals(guest.symbols.xxh64("abc", 0n), 0x44bc2cf5ad770999n);
});

Deno.test("xxhash-wasm: a state is invalid after its instance was replaced", async () => {
  using guest = await load(BYTES, options);
  const state = guest.allocate(88);
  guest.reset();
  assertThrows(
    () => guest.symbols.digest64(state),
    GuestError,
    "Cannot use a block of 88 bytes: the guest it was taken from was reset or restored",
  );
});
