import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { GuestError, load, LoadError } from "../../../mod.ts";
import { copyFolder, isHostGrant } from "../../../src/wasi/files/prepare_files.ts";
import { guestUrl } from "../../_guests.ts";
import { ERRNO, GRANTED, loadRaw, makeTree, pathCall, withTree } from "../../_wasi.ts";

Deno.test("load() refuses a preopen that does not exist or is not a directory", async () => {
  await using tree = await makeTree();
  const missing = `${tree.granted}/missing`;
  for (
    const [path, why] of [
      [missing, "it does not exist"],
      [tree.secret, "it is not a directory, expected a directory"],
      [new URL("file:///a%2Fb"), "File URL path must not include encoded / characters"],
    ] as const
  ) {
    const error = await assertRejects(
      () => load(guestUrl("wat/wasi_functions"), { wasi: { preopens: { "/a": path } } }),
      LoadError,
    );
    assertEquals([error.code, error.message], [
      "wasi",
      `Cannot grant preopen "/a" at ${JSON.stringify(path)}: ${why}`,
    ]);
  }
});

Deno.test("a directory that can only be read keeps everything, by whatever function", async () => {
  await using tree = await makeTree();
  for (const path of [tree.granted, toFileUrl(tree.granted)]) {
    using raw = await loadRaw({ preopens: { "/": { path, readOnly: true } } });
    const { fd } = raw.open(GRANTED, "a.txt");
    assertEquals(raw.read(fd), "first");
    const two = (name: string) => {
      const lookup = name === "path_link" ? [0] : [];
      const to = raw.put("x", 3000);
      return raw.call[name]!(GRANTED, ...lookup, ...raw.put("a.txt"), GRANTED, ...to);
    };
    const refused = [
      raw.open(GRANTED, "new.txt", 1).errno,
      raw.open(GRANTED, "a.txt", 1).errno, // with all rights
      raw.open(GRANTED, "a.txt", 8).errno, // truncated
      pathCall(raw, "path_create_directory", "x"),
      pathCall(raw, "path_remove_directory", "sub"),
      pathCall(raw, "path_unlink_file", "a.txt"),
      two("path_rename"),
      two("path_link"),
      raw.call.path_symlink!(...raw.put("a.txt"), GRANTED, ...raw.put("x", 3000)),
      raw.call.path_filestat_set_times!(GRANTED, 0, ...raw.put("a.txt"), 5n, 5n, 5),
      raw.call.fd_filestat_set_times!(GRANTED, 5n, 5n, 5),
    ];
    assertEquals(refused, Array(refused.length).fill(ERRNO.rofs));
    assertEquals(Deno.readTextFileSync(`${tree.granted}/a.txt`), "first");
    assertEquals([...Deno.readDirSync(tree.granted)].length, 2);
  }
});

Deno.test("a directory that replaced a granted one is found after reset()", async () => {
  await using tree = await makeTree();
  using guest = await load(guestUrl("wasi/sandbox"), {
    wasi: { preopens: { "/": `${tree.granted}/sub` } },
  });
  assertEquals(guest.passString("/b.txt", "read_file"), "second");
  Deno.renameSync(`${tree.granted}/sub`, `${tree.granted}/old`);
  Deno.mkdirSync(`${tree.granted}/sub`);
  Deno.writeTextFileSync(`${tree.granted}/sub/b.txt`, "third");
  const error = assertThrows(() => guest.passString("/b.txt", "read_file"), GuestError);
  assertEquals(error.status, -ERRNO.noent);
  guest.reset();
  assertEquals(guest.passString("/b.txt", "read_file"), "third");
});

Deno.test("limits.files bounds what a guest makes in all its folders in memory", async () => {
  // A file takes 512 bytes, and two for its name.
  const wasi = { preopens: { "/a": {}, "/b": {} } };
  using raw = await loadRaw(wasi, undefined, { files: 2 * 514 + 1 });
  const { fd } = raw.open(GRANTED, "x", 1);
  assertEquals([fd, raw.open(GRANTED + 1, "y", 1).errno], [GRANTED + 2, 0]);
  assertEquals([raw.write(fd, "1"), raw.write(fd, "2")], [0, ERRNO.nospc]);
  assertEquals(raw.open(GRANTED + 1, "z", 1).errno, ERRNO.nospc);
});

Deno.test("an error of the host is an error number for the guest", async () => {
  await withTree((raw, { granted }) => {
    assertEquals(raw.open(GRANTED, "x".repeat(300)).errno, ERRNO.nametoolong);
    const { fd } = raw.open(GRANTED, "sub", 2);
    Deno.removeSync(`${granted}/sub`, { recursive: true });
    assertEquals(raw.open(fd, "b.txt").errno, ERRNO.noent);
    assertEquals(raw.guest.state, "ready");
  });
});

Deno.test("a grant is a directory of the host if its path is text or a URL", () => {
  const url = new URL("file:///a");
  const host = ["/a", url, { path: "/a" }, { path: url, readOnly: true }];
  assertEquals(host.filter(isHostGrant), host);
  const inMemory = [{}, { path: new Uint8Array() }, { path: { readOnly: {} } }, { a: {} }];
  assertEquals(inMemory.filter((grant) => isHostGrant(grant)), []);
});

Deno.test("a folder is copied with its bytes", () => {
  const given = { a: Uint8Array.of(1), b: { c: Uint8Array.of(2) } };
  const copy = copyFolder(given, "x");
  assertEquals(copy, given);
  given.a[0] = given.b.c[0] = 9;
  assertEquals(copy, { a: Uint8Array.of(1), b: { c: Uint8Array.of(2) } });
});

for (const name of ["", ".", "..", "a/b", "a\0", "\ud800"]) {
  Deno.test(`a file in memory cannot be named ${JSON.stringify(name)}`, async () => {
    const wasi = { preopens: { "/data": { sub: { [name]: new Uint8Array() } } } };
    const error = await assertRejects(
      () => load(guestUrl("wasi/sandbox"), { wasi }),
      TypeError,
    );
    const shown = name === "a\0" ? '"a\\u0000"' : name === "\ud800" ? '"\\ud800"' : `"${name}"`;
    assertEquals(
      error.message,
      `Cannot grant ${shown} in "sub" in preopen "/data": its name cannot be that of a file, expected ` +
        'one without "/" and NUL',
    );
  });
}
