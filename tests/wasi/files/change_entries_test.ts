import { assertEquals } from "@std/assert";
import { ERRNO, GRANTED, pathCall, SECOND, withTree } from "../../_wasi.ts";

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
