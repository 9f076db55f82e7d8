import { assertEquals, assertStrictEquals } from "@std/assert";
import { Failure } from "../../../src/wasi/errno.ts";
import { MemoryFiles } from "../../../src/wasi/files/memory_files.ts";
import { MemoryRoom } from "../../../src/wasi/files/memory_content.ts";
import { checkFileSystem } from "../../_file_systems.ts";
import { ERRNO } from "../../_wasi.ts";

/** The size of an empty name with its node, and that of each letter of a name. */
const NODE = 512, LETTER = 2;

function errnoOf(call: () => unknown): number {
  try {
    call();
  } catch (error) {
    if (error instanceof Failure) return error.errno;
    throw error;
  }
  return 0;
}

/** Opens a file for writing. */
function open(files: MemoryFiles, path: string, isNew: boolean) {
  return files.open(path, { read: true, write: true, isNew });
}

Deno.test("files in memory behave as the interface requires, at the root and below it", () => {
  const files = new MemoryFiles({ sub: {} }, new MemoryRoom());
  checkFileSystem(files, "/sub");
  files.removeDirectory("/sub");
  checkFileSystem(files, "");
  assertEquals(files.read(), {});
});

Deno.test("the given bytes are not changed, and copies are returned", () => {
  const bytes = Uint8Array.of(1, 2, 3), folder = { a: bytes, ["__proto__"]: { b: bytes } };
  const files = new MemoryFiles(folder, new MemoryRoom());
  assertEquals(files.hasChanged, false);
  const file = open(files, "/a", false);
  file.write(Uint8Array.of(9), 0);
  file.resize(2);
  assertEquals(files.hasChanged, true);
  const found = files.read();
  assertEquals(Object.entries(found), [["a", Uint8Array.of(9, 2)], ["__proto__", { b: bytes }]]);
  (found.a as Uint8Array)[0] = 7;
  assertEquals(files.read().a, Uint8Array.of(9, 2));
  assertEquals(bytes, Uint8Array.of(1, 2, 3));
});

Deno.test("files take no more than the limit, and removed files release their room", () => {
  const room = new MemoryRoom(NODE + LETTER + 10);
  const files = new MemoryFiles({ given: new Uint8Array(1000) }, room);
  for (let round = 0; round < 3; round++) {
    const file = open(files, "/a", true);
    assertEquals(errnoOf(() => file.resize(11)), ERRNO.nospc);
    assertEquals(errnoOf(() => file.resize(2 ** 52)), ERRNO.nospc);
    assertEquals(file.write(new Uint8Array(10), 0), 10);
    assertEquals(errnoOf(() => file.write(new Uint8Array(1), 10)), ERRNO.nospc);
    assertEquals(file.write(new Uint8Array(10), 0), 10);
    assertEquals(errnoOf(() => files.makeDirectory("/b")), ERRNO.nospc);
    files.removeFile("/a");
    // An open file keeps its bytes until it is closed.
    assertEquals(file.read(new Uint8Array(20), 0), 10);
    const other = open(files, "/b", true);
    assertEquals(errnoOf(() => other.resize(1)), ERRNO.nospc);
    other.close();
    files.removeFile("/b");
    file.close();
  }
});

Deno.test("a file can replace another one if no room is left", () => {
  const room = new MemoryRoom(2 * NODE + 10 * LETTER + 20);
  const files = new MemoryFiles({}, room);
  for (const [name, byteLength] of [["/a", 15], ["/long name", 5]] as const) {
    const file = open(files, name, true);
    file.resize(byteLength);
    file.close();
  }
  assertEquals(errnoOf(() => room.take(1)), ERRNO.nospc);
  files.rename("/a", "/long name");
  assertEquals(files.read(), { "long name": new Uint8Array(15) });
  const left = NODE + LETTER + 5;
  assertEquals(errnoOf(() => room.take(left + 1)), ERRNO.nospc);
  room.take(left);
});

Deno.test("links and renamed files release their room", () => {
  const longName = "b".repeat(100), target = "t".repeat(200);
  const files = new MemoryFiles({}, new MemoryRoom(NODE + 100 * LETTER + 200 * LETTER));
  for (let round = 0; round < 3; round++) {
    files.symlink(target, "/a");
    files.rename("/a", `/${longName}`);
    assertEquals(errnoOf(() => files.symlink(target, "/c")), ERRNO.nospc);
    files.removeFile(`/${longName}`);
  }
});

Deno.test("a file with several names is copied once", () => {
  const files = new MemoryFiles({ a: Uint8Array.of(1), b: {} }, new MemoryRoom());
  files.link("/a", "/b/c");
  const { a, b } = files.read();
  assertEquals([a, b], [Uint8Array.of(1), { c: Uint8Array.of(1) }]);
  assertStrictEquals((b as typeof b & { c: unknown }).c, a);
});

Deno.test("folders of any depth are read", () => {
  const files = new MemoryFiles({ a: {} }, new MemoryRoom());
  for (let depth = 1; depth < 20_000; depth++) {
    files.makeDirectory("/b");
    files.rename("/a", "/b/a");
    files.rename("/b", "/a");
  }
  let depth = 0;
  for (let found = files.read(); "a" in found; found = found.a as typeof found) depth++;
  assertEquals(depth, 20_000);
});

Deno.test("a folder is neither moved into itself nor over one that is not empty", () => {
  const files = new MemoryFiles({ a: { b: {} }, c: { d: {} } }, new MemoryRoom());
  assertEquals(errnoOf(() => files.rename("/a", "/a/b/x")), ERRNO.inval);
  assertEquals(errnoOf(() => files.rename("/a", "/c")), ERRNO.notempty);
  files.rename("/a", "/c/d");
  assertEquals(files.read(), { c: { d: { b: {} } } });
  assertEquals(errnoOf(() => files.removeFile("/c")), ERRNO.isdir);
});
