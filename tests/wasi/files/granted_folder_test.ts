import { assertEquals, assertRejects } from "@std/assert";
import { load } from "../../../mod.ts";
import { copyFolder, isHostGrant } from "../../../src/wasi/files/granted_folder.ts";
import { guestUrl } from "../../_guests.ts";

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
      `Cannot grant ${shown} in "sub" in preopen "/data": its name is that of no file, expected ` +
        'one without "/" and NUL',
    );
  });
}
