import { denoFileSystem } from "../../../src/wasi/files/deno_files.ts";
import { checkHost } from "../../_file_systems.ts";

Deno.test("Deno's functions make a file system", () => {
  checkHost((path) => denoFileSystem(Deno, path));
});
