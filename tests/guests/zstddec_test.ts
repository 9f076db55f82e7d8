import { assertEquals, assertThrows } from "@std/assert";
import { zstdCompressSync } from "node:zlib";
import { GuestError, load, type Status } from "../../mod.ts";
import { needs } from "../_engine.ts";
import { zstddec, zstddecStream } from "./_bytes.ts";

const ZSTD = needs("Zstandard in node:zlib");

// https://github.com/facebook/zstd/blob/dev/lib/zstd.h: `ZSTD_decompress`, `ZSTD_isError`,
// `ZSTD_findDecompressedSize`; the codes are those of `zstd_errors.h`.
const status = {
  value: { call: "ZSTD_isError", with: ["result"] },
  fails: "nonzero",
  code: { difference: [0, "result"] },
  message: { 20: "corrupted block", 70: "destination too small", 72: "source size wrong" },
} as const satisfies Status;

const size = {
  call: "ZSTD_findDecompressedSize",
  with: [{ argument: 0 }, { byteLengthOf: 0 }],
} as const;

const decompress = {
  name: "ZSTD_decompress",
  arguments: ["output", "capacity", { text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
  status,
  result: { type: "bytes", pointer: "output", length: "result" },
} as const;

const symbols = {
  decompress: {
    ...decompress,
    parameters: ["bytes"],
    output: {
      capacity: size,
      status: {
        value: size,
        fails: "negative",
        message: { [-1]: "the frame does not state its size", [-2]: "it is not a frame" },
      },
    },
  },
  decompressTo: {
    ...decompress,
    parameters: ["bytes", "u32"],
    output: { capacity: { parameter: 1 } },
  },
} as const;

const BYTES = await zstddec();
const utf8 = new TextEncoder();

// Frames by hand (RFC 8878, 3.1.1): magic number, descriptor of a single segment whose size is in
// one byte, the size, then one last block: raw, or one byte to be repeated.
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd, 0x20];
const RAW = Uint8Array.of(...MAGIC, 5, 5 << 3 | 1, 0, 0, ...utf8.encode("hello"));
const RLE = Uint8Array.of(...MAGIC, 200, 0x43, 0x06, 0, 0x41);

Deno.test("zstddec: handmade frames are decompressed to their stated size", async () => {
  using guest = await load(BYTES, { symbols });
  assertEquals(guest.convention.name, "allocator");
  assertEquals(guest.symbols.decompress(RAW), utf8.encode("hello"));
  assertEquals(guest.symbols.decompress(RLE), utf8.encode("A".repeat(200)));
});

Deno.test("zstddec: the output of node:zlib is decompressed to a given size", ZSTD, async () => {
  using guest = await load(BYTES, { symbols });
  for (const text of ["", "a", "The quick brown fox. ".repeat(5000), "grüß dich 🌍"]) {
    const data = utf8.encode(text);
    const compressed = new Uint8Array(zstdCompressSync(data));
    assertEquals(guest.symbols.decompressTo(compressed, data.length), data);
  }
});

Deno.test("zstddec: each failure has its message, and leaks nothing", async () => {
  using guest = await load(BYTES, { symbols });
  const { decompress, decompressTo } = guest.symbols;
  const refused = (act: () => unknown, words: string) =>
    assertThrows(act, GuestError, `Cannot complete "ZSTD_decompress": ${words}`);
  decompressTo(RLE, 100_000);
  const before = guest.memory.size;
  for (let times = 0; times < 300; times++) {
    refused(
      () => decompress(Uint8Array.of(1, 2, 3, 4)),
      "it is not a frame (the guest returned -2)",
    );
    refused(
      () => decompress(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0)),
      "the frame does not state its size (the guest returned -1)",
    );
    refused(() => decompressTo(RAW, 3), "destination too small (the guest's code is 70)");
    refused(
      () => decompressTo(RAW.subarray(0, 10), 5),
      "source size wrong (the guest's code is 72)",
    );
    decompressTo(RLE, 100_000);
  }
  assertEquals(guest.memory.size, before);
});

Deno.test("zstddec: two structs hold a stream's limits, and how far it came", ZSTD, async () => {
  // `ZSTD_outBuffer` and `ZSTD_inBuffer`: the address, the size, the position.
  using guest = await load(await zstddecStream(), {
    symbols: {
      ZSTD_createDCtx: { parameters: [], result: "pointer" },
      ZSTD_freeDCtx: { parameters: ["pointer"], result: "u32" },
      decompress: {
        name: "ZSTD_decompressStream",
        parameters: ["pointer", "bytes", "u32"],
        area: [
          "output",
          "capacity",
          0,
          { text: 1, as: "pointer" },
          { text: 1, as: "byteLength" },
          0,
        ],
        arguments: [{ parameter: 0 }, { area: 0 }, { area: 3 }],
        output: { capacity: { parameter: 2 } },
        status: { value: "result", fails: "negative", code: { difference: [0, "result"] } },
        result: {
          type: "record",
          fields: {
            hint: { type: "u32", value: "result" },
            bytes: { type: "bytes", pointer: "output", length: { word: 2 } },
            consumed: { type: "u32", value: { word: 5 } },
          },
        },
      },
    },
  });
  const { ZSTD_createDCtx, ZSTD_freeDCtx, decompress } = guest.symbols;
  const text = "The quick brown fox. ".repeat(20_000);
  let input = new Uint8Array(zstdCompressSync(text));
  const context = ZSTD_createDCtx();
  const decoder = new TextDecoder();
  let found = "";
  for (let hint = 1; hint !== 0;) {
    const step = decompress(context, input.subarray(0, 100), 4096);
    found += decoder.decode(step.bytes, { stream: true });
    input = input.subarray(step.consumed);
    hint = step.hint;
  }
  assertEquals(found, text);
  assertEquals(input.length, 0);
  assertThrows(
    () => decompress(context, Uint8Array.of(1, 2, 3, 4, 5), 10),
    GuestError,
    "code is 10",
  );
  assertEquals(ZSTD_freeDCtx(context), 0);
});
