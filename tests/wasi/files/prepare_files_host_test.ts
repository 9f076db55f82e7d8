import { assertEquals } from "@std/assert";
import { findHost, pathFunction } from "../../../src/wasi/files/prepare_files.ts";

Deno.test("this runtime has files, and a real path for each", async () => {
  const host = await findHost();
  assertEquals(host?.realPath("testdata/../testdata"), Deno.realPathSync("testdata"));
  assertEquals(host?.fileSystem("/").status(Deno.realPathSync("testdata")).type, 3);
  assertEquals(host?.writeProblem("/"), undefined); // tests have all permissions
});

Deno.test("the path of a URL is decoded", () => {
  assertEquals(pathFunction()(new URL("file:///a%20b")), "/a b");
});
