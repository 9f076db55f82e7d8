import { assertEquals } from "@std/assert";
import { Failure, hostErrno } from "../src/wasi/errno.ts";
import type { FileSystem } from "../src/wasi/files/file_system.ts";
import { ERRNO } from "./_wasi.ts";

/** Reads a whole file. */
function readText(files: FileSystem, path: string): string {
  const file = files.open(path, { read: true, write: false, isNew: false });
  try {
    const bytes = new Uint8Array(100);
    return new TextDecoder().decode(bytes.subarray(0, file.read(bytes, 0)));
  } finally {
    file.close();
  }
}

/** Returns the error number of a call: those of a host have a name. */
function errnoOf(call: () => unknown): number | undefined {
  try {
    call();
  } catch (error) {
    return error instanceof Failure ? error.errno : hostErrno(error);
  }
  return 0;
}

/**
 * Checks that a file system does what its interface says.
 *
 * @param files The file system.
 * @param root An empty directory in it.
 */
export function checkFileSystem(files: FileSystem, root: string): void {
  const at = (name: string) => files.join(root, name);
  const encode = (text: string) => new TextEncoder().encode(text);

  const file = files.open(at("file"), { read: true, write: true, isNew: true });
  assertEquals(file.write(encode("hello"), 0), 5);
  assertEquals(file.write(encode("!"), 7), 1);
  const bytes = new Uint8Array(10);
  assertEquals([file.read(bytes, 3), new TextDecoder().decode(bytes.subarray(0, 5))], [
    5,
    "lo\0\0!",
  ]);
  assertEquals(file.read(bytes, 8), 0);
  file.sync();
  file.resize(5);
  assertEquals([file.status().size, file.status().type, file.status().links], [5n, 4, 1n]);
  // Times are exact to the nanosecond, whatever the host keeps.
  file.setTimes({ accessed: 1_700_000_000_123_456_789n, modified: 1_600_000_000_000_000_001n });
  assertEquals([file.status().accessed, file.status().modified], [
    1_700_000_000_123_456_789n,
    1_600_000_000_000_000_001n,
  ]);
  assertEquals(files.status(at("file")).modified, 1_600_000_000_000_000_001n);
  assertEquals(files.status(at("file")).inode, file.status().inode);
  file.close();
  assertEquals(
    errnoOf(() => files.open(at("file"), { read: true, write: true, isNew: true })),
    ERRNO.exist,
  );
  assertEquals(
    errnoOf(() => files.open(at("none"), { read: true, write: true, isNew: false })),
    ERRNO.noent,
  );

  files.symlink("file", at("link"));
  assertEquals([files.readLink(at("link")), files.status(at("link")).type], ["file", 7]);
  const status = files.status(at("link"));
  files.setTimes(at("link"), { accessed: 5_000_000_007n, modified: 6_000_000_008n }, status);
  assertEquals(files.status(at("link")).modified, 6_000_000_008n);
  assertEquals(files.status(at("file")).modified, 1_600_000_000_000_000_001n);
  assertEquals(
    errnoOf(() => files.open(at("link"), { read: true, write: true, isNew: true })),
    ERRNO.exist,
  );

  files.makeDirectory(at("sub"));
  assertEquals(errnoOf(() => files.makeDirectory(at("sub"))), ERRNO.exist);
  files.link(at("file"), files.join(at("sub"), "hard"));
  assertEquals(files.status(at("file")).links, 2n);
  assertEquals(readText(files, files.join(at("sub"), "hard")), "hello");
  assertEquals(errnoOf(() => files.removeDirectory(at("sub"))), ERRNO.notempty);
  const found = files.list(root).map(({ name, type }) => `${name} ${type}`).sort();
  assertEquals(found, ["file 4", "link 7", "sub 3"]);
  files.rename(files.join(at("sub"), "hard"), at("moved"));
  files.removeDirectory(at("sub"));
  files.removeFile(at("link"));
  files.removeFile(at("file"));
  assertEquals(readText(files, at("moved")), "hello");
  files.removeFile(at("moved"));
  assertEquals(files.list(root), []);
  assertEquals([files.accepts("a"), errnoOf(() => files.status(at("moved")))], [true, ERRNO.noent]);
}

/** Checks a file system of the host in a folder that is removed afterwards. */
export function checkHost(make: (path: string) => FileSystem): void {
  const folder = Deno.makeTempDirSync({ prefix: "passage-files-" });
  try {
    const files = make(folder);
    checkFileSystem(files, folder);
    if (Deno.build.os === "linux") checkTarget(files, folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Checks that a link whose target is not UTF-8 is not read as another one. */
function checkTarget(files: FileSystem, folder: string): void {
  const path = files.join(folder, "link");
  const made = new Deno.Command("bash", {
    args: ["-c", `ln -s $'\\xff' "$0"`, path],
  }).outputSync();
  assertEquals(made.success, true);
  assertEquals(errnoOf(() => files.readLink(path)), ERRNO.ilseq);
  files.removeFile(path);
  files.symlink("\ufeff\ufffd", path);
  assertEquals(files.readLink(path), "\ufeff\ufffd");
  files.removeFile(path);
}
