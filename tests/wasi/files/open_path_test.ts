import { assertEquals } from "@std/assert";
import { GuestMemory } from "../../../mod.ts";
import { Descriptors } from "../../../src/wasi/descriptors.ts";
import type { Failure } from "../../../src/wasi/errno.ts";
import type { FileSystem } from "../../../src/wasi/files/file_system.ts";
import { MemoryFiles } from "../../../src/wasi/files/memory_files.ts";
import { MemoryRoom } from "../../../src/wasi/files/memory_content.ts";
import { path_open } from "../../../src/wasi/files/open_path.ts";
import { ALL_RIGHTS } from "../../../src/wasi/descriptors.ts";
import { ANSWER, ERRNO, GRANTED, withTree } from "../../_wasi.ts";

/** `oflags`, typenames.witx. */
const CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8;
/** `rights`, typenames.witx. */
const READ = 1n << 1n, WRITE = 1n << 6n, SET_SIZE = 1n << 19n;

Deno.test("flags decide whether a file must exist, and whether it is created or truncated", async () => {
  await withTree((raw, { granted }) => {
    const open = (path: string, oflags: number, base = 0n, flags = 0) =>
      raw.call.path_open!(GRANTED, 0, ...raw.put(path), oflags, base, 0n, flags, ANSWER);
    assertEquals(open("a.txt", CREATE | EXCLUSIVE), ERRNO.exist);
    assertEquals(open("none", EXCLUSIVE), ERRNO.noent);
    assertEquals(open("a.txt", DIRECTORY), ERRNO.notdir);
    assertEquals(open("sub", DIRECTORY, WRITE), ERRNO.isdir);
    assertEquals(open("sub", TRUNCATE), ERRNO.isdir);
    assertEquals(open("sub", CREATE), ERRNO.isdir);
    assertEquals(open("new", CREATE | DIRECTORY), ERRNO.inval);
    assertEquals(open("a.txt", 16), ERRNO.inval);
    assertEquals(open("a.txt", 0, 0n, 32), ERRNO.inval);
    assertEquals([open("a.txt", TRUNCATE), Deno.readTextFileSync(`${granted}/a.txt`)], [0, ""]);
  });
});

Deno.test("O_EXCL does not create the target of a link, as in POSIX", async () => {
  await withTree((raw, { granted }) => {
    Deno.symlinkSync("made", `${granted}/dangling`);
    Deno.symlinkSync("a.txt", `${granted}/link`);
    const { exist } = ERRNO;
    const open = (path: string) => raw.open(GRANTED, path, CREATE | EXCLUSIVE).errno;
    assertEquals([open("dangling"), open("link"), open("made"), open("made")], [
      exist,
      exist,
      0,
      exist,
    ]);
  });
});

Deno.test("a dropped right is not regained by opening a file", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    assertEquals(raw.call.fd_fdstat_get!(GRANTED, ANSWER), 0);
    const base = memory.read("u64", ANSWER + 8), inheriting = memory.read("u64", ANSWER + 16);
    assertEquals(raw.call.fd_fdstat_set_rights!(GRANTED, base & ~SET_SIZE, inheriting & ~WRITE), 0);
    assertEquals(raw.call.fd_fdstat_set_rights!(GRANTED, base, inheriting), ERRNO.notcapable);
    const open = (oflags: number, base: bigint) =>
      raw.call.path_open!(GRANTED, 0, ...raw.put("a.txt"), oflags, base, 0n, 0, ANSWER);
    assertEquals([open(0, WRITE), open(TRUNCATE, 0n)], [ERRNO.notcapable, ERRNO.notcapable]);
    assertEquals(open(0, READ), 0);
    assertEquals(raw.write(memory.read("u32", ANSWER), "x"), ERRNO.notcapable);
  });
});

Deno.test("a file that is open for appending is written at its end", async () => {
  await withTree((raw, { granted }) => {
    const { memory } = raw.guest;
    const rights = READ | WRITE | 1n << 2n;
    assertEquals(raw.call.path_open!(GRANTED, 0, ...raw.put("a.txt"), 0, rights, 0n, 1, ANSWER), 0);
    const fd = memory.read("u32", ANSWER);
    // Writing nothing does not move to the end.
    assertEquals([raw.write(fd, ""), raw.read(fd, 2)], [0, "fi"]);
    assertEquals([raw.write(fd, "-"), raw.call.fd_seek!(fd, 0n, 0, ANSWER)], [0, 0]);
    assertEquals([raw.write(fd, "second"), raw.call.fd_seek!(fd, 0n, 1, ANSWER)], [0, 0]);
    assertEquals(memory.read("u64", ANSWER), 12n);
    assertEquals(Deno.readTextFileSync(`${granted}/a.txt`), "first-second");
  });
});

Deno.test("a file that another program exchanged meanwhile is neither opened nor truncated", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const memory = new MemoryFiles(
    { a: encode("first"), secret: encode("secret") },
    new MemoryRoom(),
  );
  let closed = 0;
  const files: Pick<FileSystem, "accepts" | "join" | "open" | "status"> = {
    accepts: () => true,
    join: (directory, name) => memory.join(directory, name),
    status: (path) => memory.status(path),
    open(_path, mode) {
      const file = memory.open("/secret", mode);
      return { ...file, close: () => void closed++ };
    },
  };
  const state = {
    descriptors: new Descriptors(),
    memory: new GuestMemory(new WebAssembly.Memory({ initial: 1 })),
  };
  const preopen = { name: "/", files: files as FileSystem, root: "", isReadOnly: false };
  const rights = { base: ALL_RIGHTS, inheriting: ALL_RIGHTS, flags: 0 };
  const status = memory.status("");
  state.descriptors.add({
    kind: "directory",
    preopen,
    names: [],
    status,
    isPreopened: true,
    ...rights,
  });
  state.memory.writeString(0, "a");
  let errno = 0;
  try {
    path_open({ state } as never, 0, 1, 0, 1, TRUNCATE, READ, 0n, 0, 8);
  } catch (error) {
    ({ errno } = error as Failure);
  }
  assertEquals([errno, closed, memory.read().secret], [ERRNO.loop, 1, encode("secret")]);
});

Deno.test({
  name: "a pipe is not opened, because its other end may never come",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withTree((raw, { granted }) => {
      const made = new Deno.Command("mkfifo", { args: [`${granted}/pipe`] }).outputSync();
      assertEquals(made.success, true);
      assertEquals(raw.open(GRANTED, "pipe").errno, ERRNO.notsup);
      assertEquals(raw.call.path_filestat_get!(GRANTED, 0, ...raw.put("pipe"), ANSWER), 0);
      assertEquals(raw.guest.memory.read("u8", ANSWER + 16), 0);
    });
  },
});
