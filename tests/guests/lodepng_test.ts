import { assertEquals, assertThrows } from "@std/assert";
import { deflateSync } from "node:zlib";
import { GuestError, load } from "../../mod.ts";
import { lodepng } from "./_bytes.ts";

// https://github.com/lvandeve/lodepng: `lodepng_error_text`.
const message = {
  27: "PNG file is smaller than a PNG header",
  28: "incorrect PNG signature, it's no PNG or corrupted",
  57: "invalid CRC encountered",
};
const status = { value: "result", fails: "nonzero", message } as const;

async function loadLodepng() {
  return await load(await lodepng(), {
    symbols: {
      decode: {
        name: "lodepng_decode32",
        parameters: ["bytes"],
        arguments: [
          { area: 0 },
          { area: 1 },
          { area: 2 },
          { text: 0, as: "pointer" },
          { text: 0, as: "byteLength" },
        ],
        status,
        result: {
          type: "record",
          fields: {
            pixels: {
              type: "bytes",
              pointer: { word: 0 },
              length: { product: [{ word: 1 }, { word: 2 }, 4] },
              freedBy: "host",
            },
            width: { type: "u32", value: { word: 1 } },
            height: { type: "u32", value: { word: 2 } },
          },
        },
      },
      encode: {
        name: "lodepng_encode32",
        parameters: [
          { type: "bytes", byteLength: { product: [{ parameter: 1 }, { parameter: 2 }, 4] } },
          "u32",
          "u32",
        ],
        arguments: [
          { area: 0 },
          { area: 1 },
          { text: 0, as: "pointer" },
          { parameter: 1 },
          { parameter: 2 },
        ],
        status,
        result: {
          type: "bytes",
          pointer: { word: 0 },
          length: { word: 1 },
          freedBy: "host",
        },
      },
    },
  });
}

/** A PNG by the specification: https://www.w3.org/TR/png-3/ */
function png(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...pixels.subarray(y * width * 4, (y + 1) * width * 4),
  ]);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...be32(width), ...be32(height), 8, 6, 0, 0, 0]),
    ...chunk("IDAT", [...deflateSync(Uint8Array.from(rows.flat()))]),
    ...chunk("IEND", []),
  ]);
}

function chunk(type: string, data: number[]): number[] {
  const body = [...new TextEncoder().encode(type), ...data];
  return [...be32(data.length), ...body, ...be32(crc(body))];
}

const be32 = (value: number) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];

function crc(bytes: number[]): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const PIXELS = Uint8Array.from({ length: 2 * 3 * 4 }, (_, index) => index * 9);

Deno.test("@cwasm/lodepng: a handmade PNG is decoded to pixels, width and height", async () => {
  using guest = await loadLodepng();
  assertEquals(guest.convention.name, "allocator");
  const { pixels, width, height } = guest.symbols.decode(png(2, 3, PIXELS));
  assertEquals([width, height, pixels], [2, 3, PIXELS]);
});

Deno.test("@cwasm/lodepng: an encoded picture is decoded again", async () => {
  using guest = await loadLodepng();
  const encoded = guest.symbols.encode(PIXELS, 3, 2);
  assertEquals(guest.symbols.decode(encoded), { pixels: PIXELS, width: 3, height: 2 });
});

Deno.test("@cwasm/lodepng: a picture of another size than stated is refused", async () => {
  using guest = await loadLodepng();
  assertThrows(
    () => guest.symbols.encode(PIXELS, 3, 3),
    RangeError,
    'Cannot pass argument 0 to "lodepng_encode32": it has 24 bytes, expected 36',
  );
});

Deno.test("@cwasm/lodepng: data other than a PNG are an error with a message, and leak nothing", async () => {
  using guest = await loadLodepng();
  const good = png(2, 3, PIXELS), broken = png(2, 3, PIXELS);
  broken[20]! ^= 1;
  const rows: [bytes: Uint8Array, words: string][] = [
    [Uint8Array.of(1, 2, 3), "PNG file is smaller than a PNG header (the guest returned 27)"],
    [
      new Uint8Array(60),
      "incorrect PNG signature, it's no PNG or corrupted (the guest returned 28)",
    ],
    [broken, "invalid CRC encountered (the guest returned 57)"],
    [good.subarray(0, 40), "the guest returned 30"],
  ];
  guest.symbols.decode(guest.symbols.encode(PIXELS, 3, 2));
  const before = guest.memory.size;
  for (let times = 0; times < 300; times++) {
    for (const [bytes, words] of rows) {
      assertThrows(
        () => guest.symbols.decode(bytes),
        GuestError,
        `Cannot complete "lodepng_decode32": ${words}`,
      );
    }
    guest.symbols.decode(guest.symbols.encode(PIXELS, 3, 2));
  }
  assertEquals(guest.memory.size, before);
});
