import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestMemory, MemoryRangeError } from "../../mod.ts";
import { ERRNO, Failure } from "../../src/wasi/errno.ts";
import {
  gather,
  readVectors,
  scatter,
  writeFdstat,
  writeFilestat,
} from "../../src/wasi/records.ts";

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

Deno.test("gathered bytes do not change when the guest writes again", () => {
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
  const status = {
    type: 4,
    device: 1n,
    inode: 2n,
    links: 10n,
    size: 11n,
    accessed: 12n,
    modified: 13n,
    changed: 14n,
  };
  const memory = makeMemory();
  memory.view(0, 128).fill(0xee);
  writeFilestat(memory, 0, status, "wasi_snapshot_preview1");
  assertEquals([memory.readBytes(0, 64), memory.read("u8", 64)], [filestat, 0xee]);
  memory.view(0, 128).fill(0xee);
  writeFilestat(memory, 0, status, "wasi_unstable");
  assertEquals([memory.read("u64", 0), memory.read("u64", 8), memory.read("u8", 16)], [1n, 2n, 4]);
  assertEquals(memory.read("u32", 20), 10);
  assertEquals([24, 32, 40, 48].map((at) => memory.read("u64", at)), [11n, 12n, 13n, 14n]);
  assertEquals(memory.read("u8", 56), 0xee);
});

Deno.test("an fdstat has a type, flags and two sets of rights", () => {
  const memory = makeMemory();
  memory.view(0, 32).fill(0xee);
  writeFdstat(memory, 0, { type: 3, flags: 5, base: 6n, inheriting: 7n });
  // typenames.witx: filetype, flags, rights_base, rights_inheriting.
  const expected = new Uint8Array(25);
  [expected[0], expected[2], expected[8], expected[16], expected[24]] = [3, 5, 6, 7, 0xee];
  assertEquals(memory.readBytes(0, 25), expected);
});
