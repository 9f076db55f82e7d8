import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { load, staticBuffer } from "../../mod.ts";
import { hashWasm } from "./_bytes.ts";

const MD5 = await hashWasm("md5");

const CAPACITY = 16384; // no export states it: it is `main_buffer` in the package's C sources
const convention = staticBuffer({ pointer: "Hash_GetBuffer", capacity: CAPACITY });
const digest = <N extends number>(length: N) => ({
  type: "bytes",
  pointer: { export: "Hash_GetBuffer" },
  length,
} as const);
const chunked = { init: "Hash_Init", update: "Hash_Update", final: "Hash_Final" } as const;

const INPUTS = ["", "abc", "Hello there, grüß dich 🌍", "x".repeat(CAPACITY)]
  .map((text) => new TextEncoder().encode(text));
const LARGE = Uint8Array.from({ length: 3 * CAPACITY + 7 }, (_, index) => index * 7);

const hex = (bytes: Uint8Array) => bytes.toHex();

const byNode = (algorithm: string, data: Uint8Array) =>
  new Uint8Array(createHash(algorithm).update(data).digest());

Deno.test("hash-wasm: MD5 at once and in chunks agrees with node:crypto", async () => {
  using guest = await load(MD5, {
    convention,
    symbols: {
      md5: { name: "Hash_Calculate", parameters: ["bytes"], result: digest(16) },
      ofText: { name: "Hash_Calculate", parameters: ["string"], result: digest(16) },
      inChunks: { parameters: ["bytes"], result: digest(16), chunked },
    },
  });
  const { md5, ofText, inChunks } = guest.symbols;
  for (const data of INPUTS) {
    assertEquals(md5(data), byNode("md5", data));
    assertEquals(inChunks(data), byNode("md5", data));
  }
  assertEquals(inChunks(LARGE), byNode("md5", LARGE));
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
        chunked: { ...chunked, init: { export: "Hash_Init", arguments: [256] } },
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
        chunked: {
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

Deno.test("hash-wasm: CRC-32 takes its polynomial, and BLAKE3 a key that lies in the buffer first", async () => {
  using crc32 = await load(await hashWasm("crc32"), {
    convention,
    symbols: {
      of: { name: "Hash_Calculate", parameters: ["string", "u32"], result: digest(4) },
    },
  });
  // The check value of https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-32-iso-hdlc
  assertEquals(hex(crc32.symbols.of("123456789", 0xedb88320)), "cbf43926");

  const key = { type: "string", terminated: false } as const;
  using blake3 = await load(await hashWasm("blake3"), {
    convention,
    symbols: {
      keyed: {
        parameters: [key, "bytes"],
        result: digest(32),
        chunked: {
          parameter: 1,
          init: { export: "Hash_Init", arguments: [{ text: 0, as: "byteLength" }] },
          update: "Hash_Update",
          final: { export: "Hash_Final", arguments: [32] },
        },
      },
      // A key and a digest have the same length, so begin and end both get the number.
      ofLength: {
        parameters: [key, "bytes", "u32"],
        result: digest(32),
        chunked: { ...chunked, parameter: 1 },
      },
    },
  });
  const { keyed, ofLength } = blake3.symbols;
  // https://github.com/BLAKE3-team/BLAKE3: test_vectors.json
  assertEquals(
    hex(keyed("", new Uint8Array())),
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
  );
  const vector = Uint8Array.from({ length: 102_400 }, (_, index) => index % 251);
  const friend = "whats the Elvish word for friend";
  const expected = "1c35d1a5811083fd7119f5d5d1ba027b4d01c0c6c49fb6ff2cf75393ea5db4a7";
  assertEquals(hex(keyed(friend, vector)), expected);
  assertEquals(hex(ofLength(friend, vector, 32)), expected);
});

Deno.test("hash-wasm: XXH64 reads its seed from the buffer", async () => {
  const seed = { type: "array", element: "u64" } as const;
  using guest = await load(await hashWasm("xxhash64"), {
    convention,
    symbols: {
      xxh64: {
        parameters: [seed, "string"],
        result: digest(8),
        chunked: { ...chunked, parameter: 1 },
      },
    },
  });
  const { xxh64 } = guest.symbols;
  assertEquals(hex(xxh64(BigUint64Array.of(0n), "abc")), "44bc2cf5ad770999");
  const glue = await import("npm:hash-wasm@4.13.0");
  assertEquals(
    hex(xxh64(BigUint64Array.of(7n << 32n | 5n), "abc")),
    await glue.xxhash64("abc", 5, 7),
  );
});

Deno.test("hash-wasm: bcrypt's salt, hash and password have places of their own in one buffer", async () => {
  const at = (offset: number, byteLength: number) =>
    ({ kind: "buffer", pointer: "Hash_GetBuffer", offset, capacity: byteLength }) as const;
  using guest = await load(await hashWasm("bcrypt"), {
    convention,
    symbols: {
      bcrypt: {
        parameters: [
          { type: "bytes", place: at(0, 16), pass: [], terminated: false },
          { type: "string", place: at(16, 72), pass: ["byteLength"] },
          "u32",
          "bool",
        ],
        result: { type: "string", pointer: { export: "Hash_GetBuffer" }, length: 60 },
      },
      bcrypt_verify: {
        parameters: [
          { type: "string", place: at(0, 60), pass: [], terminated: false },
          { type: "string", place: at(60, 72), pass: ["byteLength"] },
        ],
        result: "bool",
      },
    },
  });
  const { bcrypt, bcrypt_verify } = guest.symbols;
  const glue = await import("npm:hash-wasm@4.13.0");
  const salt = new Uint8Array(16).fill(0x10);
  assertEquals(
    bcrypt(salt, "pässword", 4, true),
    await glue.bcrypt({ password: "pässword", salt, costFactor: 4 }),
  );
  // https://cvsweb.openwall.com/cgi/cvsweb.cgi/Owl/packages/glibc/crypt_blowfish/wrapper.c
  const hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  for (const [password, expected] of [["U*U", true], ["U*V", false]] as const) {
    guest.reset(); // the guest works correctly only once
    assertEquals(bcrypt_verify(hash, password), expected);
  }
  assertThrows(
    () => bcrypt(salt, "x".repeat(73), 4, true),
    RangeError,
    'Cannot pass 73 bytes to "bcrypt": the guest\'s buffer holds 72',
  );
});

Deno.test("hash-wasm: a state is taken out of the guest and put back into another", async () => {
  const symbols = {
    init: { name: "Hash_Init", parameters: [], result: "void" },
    update: { name: "Hash_Update", parameters: ["string"], result: "void" },
    final: { name: "Hash_Final", parameters: [], result: digest(16) },
    save: {
      name: "Hash_GetState",
      parameters: [],
      result: {
        type: "bytes",
        pointer: "result",
        length: { load: "u32", at: { export: "STATE_SIZE" } },
      },
    },
    restore: {
      name: "Hash_GetState",
      parameters: [{
        type: "bytes",
        place: { kind: "buffer", pointer: "Hash_GetState", capacity: 152 },
        pass: [],
        terminated: false,
      }],
      result: "pointer",
    },
  } as const;
  using first = await load(MD5, { convention, symbols });
  using second = await load(MD5, { convention, symbols });
  first.symbols.init();
  first.symbols.update("Hello ");
  second.symbols.restore(first.symbols.save());
  second.symbols.update("there");
  assertEquals(
    second.symbols.final(),
    byNode("md5", new TextEncoder().encode("Hello there")),
  );
});
