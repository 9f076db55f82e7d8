import { assertEquals } from "@std/assert";
import { makeTree } from "../../_wasi.ts";
import { type Any, bytesOf, errorCase, openInterfaces, readAll, withRoot } from "./_interfaces.ts";

const FOLLOW = { symlinkFollow: true }, READ = { read: true }, WRITE = { read: true, write: true };

const NONE = {};

Deno.test("a file stays open for its streams until the last one is dropped", async () => {
  await withRoot(({ root, granted }) => {
    const file = root.openAt(FOLLOW, "a.txt", NONE, WRITE);
    const input = file.readViaStream(0n), output = file.writeViaStream(0n);
    file[Symbol.dispose]();
    output.blockingWriteAndFlush(bytesOf("F"));
    output[Symbol.dispose]();
    assertEquals([readAll(input), Deno.readTextFileSync(`${granted}/a.txt`)], ["First", "First"]);
    input[Symbol.dispose]();
    for (let opened = 0; opened < 1000; opened++) {
      using again = root.openAt(FOLLOW, "a.txt", NONE, READ);
      assertEquals(again.getType(), "regular-file");
    }
  });
});

Deno.test("a directory is listed without dots, and its listing outlives the descriptor", async () => {
  await withRoot(({ root }) => {
    const list = (directory: Any) => {
      using stream = directory.readDirectory();
      const found: unknown[] = [];
      for (let entry; (entry = stream.readDirectoryEntry()) !== undefined;) found.push(entry);
      return found;
    };
    const [file, sub] = [{ type: "regular-file", name: "b.txt" }, {
      type: "directory",
      name: "sub",
    }];
    const expected = [{ ...file, name: "a.txt" }, sub];
    const byName = (entries: Any[]) => entries.sort((a, b) => a.name < b.name ? -1 : 1);
    for (let times = 0; times < 300; times++) assertEquals(byName(list(root)), expected);
    const inner = root.openAt(FOLLOW, "sub", { directory: true }, READ);
    root.renameAt("sub", root, "moved");
    assertEquals([list(inner), root.isSameObject(root), root.isSameObject(inner)], [
      [file],
      true,
      false,
    ]);
    assertEquals(root.metadataHashAt(FOLLOW, "moved"), inner.metadataHash());
    root[Symbol.dispose]();
    assertEquals(root.getType(), "directory");
  });
});

Deno.test("a guest cannot open all files that the host's process may open", async () => {
  await withRoot(({ root }) => {
    const open = () => root.openAt(FOLLOW, "a.txt", NONE, READ);
    for (let count = 4; count < 256; count++) open();
    assertEquals([errorCase(open), errorCase(() => root.readDirectory())], ["io", "io"]);
  });
});

Deno.test("objects of an instance that was closed cannot be used any more, but can be dropped", async () => {
  await using tree = await makeTree();
  const opened = await openInterfaces({ preopens: { "/": tree.granted } });
  const [[root]] = opened.get("wasi:filesystem/preopens").getDirectories();
  const file = root.openAt(FOLLOW, "a.txt", NONE, READ);
  opened.wasi.close();
  const uses = [() => file.read(1n, 0n), () => root.openAt(FOLLOW, "a.txt", NONE, READ)];
  assertEquals(uses.map(errorCase), ["bad-descriptor", "bad-descriptor"]);
  file[Symbol.dispose]();
  root[Symbol.dispose]();
  opened.wasi.close();
});
