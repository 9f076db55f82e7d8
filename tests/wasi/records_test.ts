import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestMemory, MemoryRangeError } from "../../mod.ts";
import {
  ERRNO,
  Failure,
  gather,
  readVectors,
  scatter,
  writeFilestat,
} from "../../src/wasi/records.ts";
import { ERRNO as EXPECTED } from "../_wasi.ts";

function makeMemory(pages = 1): GuestMemory {
  return new GuestMemory(new WebAssembly.Memory({ initial: pages }));
}

/** Writes a list of ranges, each of a pointer and a length, at address 0. */
function list(memory: GuestMemory, ...ranges: readonly (readonly [number, number])[]): void {
  memory.writeBytes(0, new Uint8Array(new Uint32Array(ranges.flat()).buffer));
}

function errnoOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    assert(error instanceof Failure);
    return error.errno;
  }
  return ERRNO.success;
}

Deno.test("error numbers are those of typenames.witx", () => {
  for (const [name, errno] of Object.entries(ERRNO)) {
    assertEquals(errno, EXPECTED[name as keyof typeof EXPECTED], name);
  }
});

Deno.test("ranges are gathered and scattered in order, as far as there are bytes", () => {
  const memory = makeMemory();
  list(memory, [100, 2], [200, 0], [300, 3]);
  memory.writeBytes(100, Uint8Array.of(1, 2));
  memory.writeBytes(300, Uint8Array.of(3, 4, 5));
  const vectors = readVectors(memory, "read", [0, 3]);
  assertEquals(vectors.byteLength, 5);
  assertEquals(gather(memory, vectors), Uint8Array.of(1, 2, 3, 4, 5));
  scatter(memory, vectors, Uint8Array.of(9, 8, 7));
  assertEquals(gather(memory, vectors), Uint8Array.of(9, 8, 7, 4, 5));
});

Deno.test("what was gathered stays as it was when the guest writes again", () => {
  const memory = makeMemory();
  list(memory, [100, 1]);
  const bytes = gather(memory, readVectors(memory, "read", [0, 1]));
  memory.write("u8", 100, 1);
  assertEquals(bytes, Uint8Array.of(0));
});

Deno.test("one call takes a megabyte at most, of ranges that may overlap", () => {
  const memory = makeMemory(17);
  list(memory, [0, 2 ** 20 - 1], [8, 3], [16, 5]);
  const { ranges, byteLength } = readVectors(memory, "read", [0, 3]);
  assertEquals([byteLength, ranges.map(({ byteLength }) => byteLength)], [
    2 ** 20,
    [2 ** 20 - 1, 1, 0],
  ]);
});

Deno.test("too many ranges are refused, and ranges or a list beyond memory", () => {
  const memory = makeMemory();
  assertEquals(errnoOf(() => readVectors(memory, "read", [0, 1024])), ERRNO.success);
  assertEquals(errnoOf(() => readVectors(memory, "read", [0, 1025])), ERRNO.inval);
  assertEquals(errnoOf(() => readVectors(memory, "read", [0, -1])), ERRNO.inval);
  assertThrows(() => readVectors(memory, "read", [65536 - 8, 2]), MemoryRangeError);
  list(memory, [0, 1], [65530, 7]);
  assertThrows(
    () => readVectors(memory, "write", [0, 2]),
    MemoryRangeError,
    "Cannot write 7 bytes",
  );
});

Deno.test("a filestat of preview 0 has the same fields in 56 bytes, with 32 bits of links", () => {
  const filestat = new Uint8Array(64);
  const view = new DataView(filestat.buffer);
  // typenames.witx: dev, ino, filetype, nlink, size, atim, mtim, ctim.
  view.setBigUint64(0, 1n, true);
  view.setBigUint64(8, 2n, true);
  view.setUint8(16, 4);
  for (let field = 0; field < 5; field++) {
    view.setBigUint64(24 + field * 8, BigInt(10 + field), true);
  }
  const memory = makeMemory();
  memory.view(0, 128).fill(0xee);
  writeFilestat(memory, 0, filestat, "wasi_snapshot_preview1");
  assertEquals([memory.readBytes(0, 64), memory.read("u8", 64)], [filestat, 0xee]);
  memory.view(0, 128).fill(0xee);
  writeFilestat(memory, 0, filestat, "wasi_unstable");
  assertEquals([memory.read("u64", 0), memory.read("u64", 8), memory.read("u8", 16)], [1n, 2n, 4]);
  assertEquals(memory.read("u32", 20), 10);
  assertEquals([24, 32, 40, 48].map((at) => memory.read("u64", at)), [11n, 12n, 13n, 14n]);
  assertEquals(memory.read("u8", 56), 0xee);
});
