import { assertEquals, assertThrows } from "@std/assert";
import * as fs from "node:fs";
import { nodeFileSystem } from "../../../src/wasi/files/node_files.ts";
import { checkHost } from "../../_file_systems.ts";

Deno.test("the functions of node:fs make a file system", () => {
  checkHost((path) => nodeFileSystem(fs, path));
});

Deno.test("a link that replaced a file is not opened", () => {
  const folder = Deno.makeTempDirSync({ prefix: "passage-files-" });
  try {
    Deno.symlinkSync("/etc/passwd", `${folder}/link`);
    const files = nodeFileSystem(fs, folder);
    const mode = { read: true, write: false, isNew: false };
    const error = assertThrows(() => files.open(`${folder}/link`, mode), Error);
    assertEquals((error as { readonly code?: unknown }).code, "ELOOP");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
