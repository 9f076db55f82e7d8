import { assert, assertEquals } from "@std/assert";
import { ANSWER, ERRNO, GRANTED, pathCall, SECOND, withTree } from "../../_wasi.ts";
import { Descriptors, type Directory } from "../../../src/wasi/descriptors.ts";
import { MemoryFiles } from "../../../src/wasi/files/memory_files.ts";
import { MemoryRoom } from "../../../src/wasi/files/memory_content.ts";
import { readEntries } from "../../../src/wasi/files/directory_entries.ts";

/** `filetype`, typenames.witx. */
const IS_DIRECTORY = 3, IS_FILE = 4;

Deno.test("a directory is listed at once or in parts", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    // A `dirent` has 24 bytes: next, inode, length of the name, type. The name follows.
    const names = (byteLength: number, cookie: bigint) => {
      memory.view(0, 4096).fill(0xee);
      assertEquals(raw.call.fd_readdir!(GRANTED, 0, byteLength, cookie, ANSWER), 0);
      const used = memory.read("u32", ANSWER);
      assertEquals(memory.read("u8", used), 0xee);
      const found: [string, number, bigint][] = [];
      for (let at = 0; at + 24 <= used;) {
        const length = memory.read("u32", at + 16);
        if (at + 24 + length > used) break;
        const name = memory.readString(at + 24, length);
        found.push([name, memory.read("u8", at + 20), memory.read("u64", at)]);
        at += 24 + length;
      }
      return { used, found };
    };
    const all = names(1000, 0n);
    assertEquals(all.found.map(([name, type]) => [name, type]).sort(), [
      [".", IS_DIRECTORY],
      ["..", IS_DIRECTORY],
      ["a.txt", IS_FILE],
      ["sub", IS_DIRECTORY],
    ]);
    const part = names(30, 0n);
    assertEquals(part.used, 30);
    assertEquals(part.found, all.found.slice(0, part.found.length));
    assertEquals(names(1000, all.found[0]![2]).found, all.found.slice(1));
  });
});

Deno.test("a buffer for entries of any size is filled as long as there are more entries", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    const used = (byteLength: number) => {
      assertEquals(raw.call.fd_readdir!(GRANTED, 0, byteLength, 0n, ANSWER), 0);
      return memory.read("u32", ANSWER);
    };
    const all = 4 * 24 + ".".length + "..".length + "a.txt".length + "sub".length;
    for (let size = 0; size <= all; size++) assertEquals(used(size), size);
    assertEquals(used(all + 1), all);
  });
});

Deno.test("a guest that lists a large directory often takes no more memory", () => {
  const names = Array.from({ length: 50_000 }, (_, index) => [index, new Uint8Array()]);
  const files = new MemoryFiles(Object.fromEntries(names), new MemoryRoom());
  const preopen = { name: "/", files, root: "", isReadOnly: false };
  const status = files.status("");
  const rights = { base: 0n, inheriting: 0n, flags: 0 };
  const descriptors = new Descriptors();
  for (let count = 0; count < 5; count++) {
    const directory: Directory = {
      kind: "directory",
      preopen,
      names: [],
      status,
      isPreopened: false,
      ...rights,
    };
    descriptors.add(directory);
    // Entries have 24 bytes and their names: ".", "..", "0" and the others.
    assertEquals(readEntries({ descriptors } as never, directory, 76, 0n).byteLength, 76);
    assertEquals(readEntries({ descriptors } as never, directory, 76, 50_001n).byteLength, 29);
    const kept = Array.from(descriptors.values(), (open) => (open as Directory).entries ?? []);
    assert(kept.flat().length <= 2 * 50_002, `${kept.flat().length} entries`);
  }
});

Deno.test("directories and files are made, renamed, linked and removed", async () => {
  await withTree((raw, { granted }) => {
    assertEquals(pathCall(raw, "path_create_directory", "new"), 0);
    assertEquals(Deno.statSync(`${granted}/new`).isDirectory, true);
    assertEquals(pathCall(raw, "path_create_directory", "new"), ERRNO.exist);
    const rename = (from: string, to: string) =>
      raw.call.path_rename!(GRANTED, ...raw.put(from), GRANTED, ...raw.put(to, SECOND));
    assertEquals(rename("a.txt", "new/moved.txt"), 0);
    assertEquals(Deno.readTextFileSync(`${granted}/new/moved.txt`), "first");
    const link = raw.call.path_link!(
      GRANTED,
      0,
      ...raw.put("new/moved.txt"),
      GRANTED,
      ...raw.put("linked.txt", SECOND),
    );
    assertEquals([link, Deno.readTextFileSync(`${granted}/linked.txt`)], [0, "first"]);
    const symlink = raw.call.path_symlink!(
      ...raw.put("sub/b.txt"),
      GRANTED,
      ...raw.put("symbolic", SECOND),
    );
    assertEquals([symlink, Deno.readLinkSync(`${granted}/symbolic`)], [0, "sub/b.txt"]);
    assertEquals(raw.read(raw.open(GRANTED, "symbolic").fd), "second");
    assertEquals(pathCall(raw, "path_unlink_file", "new/moved.txt"), 0);
    assertEquals(pathCall(raw, "path_remove_directory", "new"), 0);
    assertEquals([...Deno.readDirSync(granted)].map(({ name }) => name).sort(), [
      "linked.txt",
      "sub",
      "symbolic",
    ]);
  });
});

Deno.test("a path that ends with dots cannot be removed or renamed", async () => {
  await withTree((raw, { granted }) => {
    Deno.mkdirSync(`${granted}/empty/inner`, { recursive: true });
    const remove = (path: string) => pathCall(raw, "path_remove_directory", path);
    const rename = (from: string, to: string) =>
      raw.call.path_rename!(GRANTED, ...raw.put(from), GRANTED, ...raw.put(to, SECOND));
    for (
      const path of ["empty/inner/.", "empty/inner/./", ".", "empty/..", "sub/.././empty/inner/."]
    ) {
      assertEquals([path, remove(path)], [path, ERRNO.inval]);
      assertEquals([path, rename(path, "new")], [path, ERRNO.busy]);
      assertEquals([path, rename("a.txt", path)], [path, ERRNO.busy]);
    }
    assertEquals([remove("./empty/./inner"), rename("sub/../empty/", "..empty.")], [0, 0]);
  });
});
