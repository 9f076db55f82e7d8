import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { load, staticBuffer } from "../../mod.ts";
import { hashWasm } from "./_bytes.ts";

const CAPACITY = 16384; // no export says so: it is `main_buffer` in the package's C sources
const convention = staticBuffer({ pointer: "Hash_GetBuffer", capacity: CAPACITY });
const digest = <N extends number>(length: N) => ({
  type: "bytes",
  pointer: { export: "Hash_GetBuffer" },
  length,
} as const);
const pieces = { init: "Hash_Init", update: "Hash_Update", final: "Hash_Final" } as const;

const INPUTS = ["", "abc", "Hello there, grüß dich 🌍", "x".repeat(CAPACITY)]
  .map((text) => new TextEncoder().encode(text));
const LARGE = Uint8Array.from({ length: 3 * CAPACITY + 7 }, (_, index) => index * 7);

const byNode = (algorithm: string, data: Uint8Array) =>
  new Uint8Array(createHash(algorithm).update(data).digest());

Deno.test("hash-wasm: MD5 at once and in pieces is that of node:crypto", async () => {
  using guest = await load(await hashWasm("md5"), {
    convention,
    symbols: {
      md5: { name: "Hash_Calculate", parameters: ["bytes"], result: digest(16) },
      ofText: { name: "Hash_Calculate", parameters: ["string"], result: digest(16) },
      inPieces: { parameters: ["bytes"], result: digest(16), pieces },
    },
  });
  const { md5, ofText, inPieces } = guest.symbols;
  for (const data of INPUTS) {
    assertEquals(md5(data), byNode("md5", data));
    assertEquals(inPieces(data), byNode("md5", data));
  }
  assertEquals(inPieces(LARGE), byNode("md5", LARGE));
  const text = "grüß dich";
  assertEquals(ofText(text), byNode("md5", new TextEncoder().encode(text)));
});

Deno.test("hash-wasm: SHA-224 and SHA-256 take their size as a number", async () => {
  using guest = await load(await hashWasm("sha256"), {
    convention,
    symbols: {
      sha224: {
        name: "Hash_Calculate",
        parameters: ["bytes"],
        arguments: [{ text: 0, as: "byteLength" }, 224],
        result: digest(28),
      },
      sha256: {
        parameters: ["bytes"],
        result: digest(32),
        pieces: { ...pieces, init: { export: "Hash_Init", arguments: [256] } },
      },
    },
  });
  for (const data of INPUTS) assertEquals(guest.symbols.sha224(data), byNode("sha224", data));
  for (const data of [...INPUTS, LARGE]) {
    assertEquals(guest.symbols.sha256(data), byNode("sha256", data));
  }
});

Deno.test("hash-wasm: SHA-3 begins with one number and ends with another", async () => {
  using guest = await load(await hashWasm("sha3"), {
    convention,
    symbols: {
      sha3: {
        parameters: ["bytes"],
        result: digest(64),
        pieces: {
          init: { export: "Hash_Init", arguments: [512] },
          update: "Hash_Update",
          final: { export: "Hash_Final", arguments: [6] },
        },
      },
    },
  });
  for (const data of [...INPUTS, LARGE]) {
    assertEquals(guest.symbols.sha3(data), byNode("sha3-512", data));
  }
});
