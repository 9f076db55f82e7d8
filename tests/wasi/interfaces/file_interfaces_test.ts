import { assertEquals } from "@std/assert";
import { type Any, bytesOf, errorCase, openInterfaces, readAll, withRoot } from "./_interfaces.ts";

const FOLLOW = { symlinkFollow: true }, READ = { read: true }, WRITE = { read: true, write: true };

const NONE = {}, CREATE = { create: true };

const KEPT = { tag: "no-change" };

Deno.test("a file is read by position and by streams, to its end", async () => {
  await withRoot(({ root }) => {
    const file = root.openAt(FOLLOW, "sub/../a.txt", NONE, READ);
    const text = (
      [bytes, isEnd]: [Uint8Array, boolean],
    ) => [new TextDecoder().decode(bytes), isEnd];
    assertEquals(text(file.read(3n, 1n)), ["irs", false]);
    assertEquals(text(file.read(9n, 3n)), ["st", true]);
    assertEquals(text(file.read(1n, 9n)), ["", true]);
    // Nothing before the end would be an interruption to the adapter of preview 1.
    assertEquals(text(file.read(0n, 1n)), ["", true]);
    assertEquals([readAll(file.readViaStream(2n)), readAll(file.readViaStream(0n))], [
      "rst",
      "first",
    ]);
    assertEquals([file.getType(), file.stat().size, root.getType()], [
      "regular-file",
      5n,
      "directory",
    ]);
    const { read, write, dataIntegritySync } = file.getFlags();
    assertEquals([read, write, dataIntegritySync], [true, false, false]);
    assertEquals(root.getFlags(), { read: true, mutateDirectory: true });
  });
});

Deno.test("a file is written by position, by a stream and at its end, and resized", async () => {
  await withRoot(({ root, granted }) => {
    const file = root.openAt(FOLLOW, "new", CREATE, { ...WRITE, dataIntegritySync: true });
    const content = () => Deno.readTextFileSync(`${granted}/new`);
    assertEquals([file.write(bytesOf("abc"), 1n), content()], [3n, "\0abc"]);
    const stream = file.writeViaStream(0n);
    stream.blockingWriteAndFlush(bytesOf("1"));
    stream.blockingWriteAndFlush(bytesOf("2"));
    file.appendViaStream().blockingWriteAndFlush(bytesOf("!"));
    assertEquals(content(), "12bc!");
    file.setSize(2n);
    file.sync();
    file.syncData();
    file.advise(0n, 2n, "normal");
    assertEquals([content(), file.getFlags().dataIntegritySync], ["12", true]);
    const time = { tag: "timestamp", val: { seconds: 5n, nanoseconds: 6 } };
    file.setTimes(time, KEPT);
    root.setTimesAt(FOLLOW, "new", KEPT, time);
    const { dataAccessTimestamp, dataModificationTimestamp } = root.statAt(FOLLOW, "new");
    assertEquals([dataAccessTimestamp, dataModificationTimestamp], [time.val, time.val]);
  });
});

Deno.test("entries are made, linked and removed", async () => {
  await withRoot(({ root, granted }) => {
    root.createDirectoryAt("new");
    root.linkAt(NONE, "a.txt", root, "new/hard");
    root.symlinkAt("hard", "new/soft");
    assertEquals(Deno.readTextFileSync(`${granted}/new/soft`), "first");
    assertEquals([root.readlinkAt("new/soft"), root.statAt(NONE, "new/soft").type], [
      "hard",
      "symbolic-link",
    ]);
    root.unlinkFileAt("new/soft");
    root.unlinkFileAt("new/hard");
    root.removeDirectoryAt("new");
    assertEquals([...Deno.readDirSync(granted)].length, 2);
  });
});

/** Calls that are refused, and their error codes; `out` is a link to the outside. */
const REFUSED: readonly (readonly [string, (root: Any) => unknown])[] = [
  ["not-permitted", (root) => root.openAt(FOLLOW, "../secret.txt", NONE, READ)],
  ["not-permitted", (root) => root.openAt(FOLLOW, "/etc/passwd", NONE, READ)],
  ["not-permitted", (root) => root.statAt(FOLLOW, "sub/../../secret.txt")],
  ["not-permitted", (root) => root.unlinkFileAt("../secret.txt")],
  ["not-permitted", (root) => root.createDirectoryAt("../new")],
  ["not-permitted", (root) => root.renameAt("a.txt", root, "../a.txt")],
  ["not-permitted", (root) => root.linkAt(NONE, "../secret.txt", root, "x")],
  ["not-permitted", (root) => root.symlinkAt("../secret.txt", "x")],
  ["not-permitted", (root) => root.symlinkAt("/etc/passwd", "x")],
  ["not-permitted", (root) => root.openAt(FOLLOW, "out", NONE, READ)],
  ["no-entry", (root) => root.openAt(FOLLOW, "missing", NONE, READ)],
  ["no-entry", (root) => root.statAt(FOLLOW, "")],
  ["invalid", (root) => root.statAt(FOLLOW, "a\0")],
  ["name-too-long", (root) => root.statAt(FOLLOW, "x".repeat(4097))],
  ["exist", (root) => root.openAt(FOLLOW, "a.txt", { create: true, exclusive: true }, WRITE)],
  ["exist", (root) => root.openAt(FOLLOW, "out", { create: true, exclusive: true }, WRITE)],
  ["not-directory", (root) => root.openAt(FOLLOW, "a.txt", { directory: true }, READ)],
  ["not-directory", (root) => root.openAt(FOLLOW, "a.txt", NONE, READ).statAt(FOLLOW, "b")],
  ["not-directory", (root) => root.openAt(FOLLOW, "a.txt", NONE, READ).readDirectory()],
  ["is-directory", (root) => root.openAt(FOLLOW, "sub", NONE, WRITE)],
  ["is-directory", (root) => root.readViaStream(0n)],
  ["is-directory", (root) => root.unlinkFileAt("sub")],
  ["not-empty", (root) => root.removeDirectoryAt("sub")],
  ["bad-descriptor", (root) => root.openAt(FOLLOW, "a.txt", NONE, READ).write(bytesOf("x"), 0n)],
  ["bad-descriptor", (root) => root.openAt(FOLLOW, "a.txt", NONE, READ).setSize(0n)],
  ["bad-descriptor", (root) => root.openAt(FOLLOW, "a.txt", NONE, { write: true }).read(1n, 0n)],
  ["file-too-large", (root) => root.openAt(FOLLOW, "a.txt", NONE, WRITE).setSize(1n << 60n)],
];

Deno.test("a call that is not permitted returns an error code, and changes nothing", async () => {
  await withRoot(({ root, granted }) => {
    Deno.symlinkSync("../secret.txt", `${granted}/out`);
    for (const [code, act] of REFUSED) {
      assertEquals(errorCase(() => act(root)), code, act.toString());
    }
    assertEquals([...Deno.readDirSync(granted)].length, 3);
    assertEquals(Deno.readTextFileSync(`${granted}/a.txt`), "first");
  });
});

Deno.test("a directory that can only be read keeps everything", async () => {
  await withRoot(({ root, granted }) => {
    assertEquals(root.getFlags(), { read: true, mutateDirectory: false });
    const refused = [
      () => root.openAt(FOLLOW, "a.txt", NONE, WRITE),
      () => root.openAt(FOLLOW, "new", CREATE, READ),
      () => root.openAt(FOLLOW, "a.txt", { truncate: true }, READ),
      () => root.createDirectoryAt("new"),
      () => root.unlinkFileAt("a.txt"),
      () => root.removeDirectoryAt("sub"),
      () => root.renameAt("a.txt", root, "b"),
      () => root.linkAt(NONE, "a.txt", root, "b"),
      () => root.symlinkAt("a.txt", "b"),
      () => root.setTimesAt(FOLLOW, "a.txt", { tag: "now" }, KEPT),
      () => root.openAt(FOLLOW, "a.txt", NONE, READ).setTimes(KEPT, { tag: "now" }),
    ];
    assertEquals(refused.map(errorCase), Array(refused.length).fill("read-only"));
    assertEquals([...Deno.readDirSync(granted)].length, 2);
  }, (path) => ({ path, readOnly: true }));
});

Deno.test("a stream that fails has the error code of its file", async () => {
  using opened = await openInterfaces({ preopens: { "/": {} } }, { files: 2000 });
  const [[root]] = opened.get("wasi:filesystem/preopens").getDirectories();
  const stream = root.openAt(FOLLOW, "new", CREATE, WRITE).appendViaStream();
  const { tag, val } = errorCase(() => stream.blockingWriteAndFlush(new Uint8Array(4000)));
  const { filesystemErrorCode } = opened.get("wasi:filesystem/types");
  assertEquals([tag, filesystemErrorCode(val)], ["last-operation-failed", "insufficient-space"]);
});
