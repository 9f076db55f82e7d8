import { assertEquals, assertStrictEquals } from "@std/assert";
import { prepareGrants } from "../../src/wasi/prepare_grants.ts";

Deno.test("each instance gets fresh folders and bytes, and continues to read a source", async () => {
  const preopens = { "/": { a: Uint8Array.of(1) } };
  const bytes = await prepareGrants({ preopens, stdin: "text" }, {});
  const [one, other] = [bytes.open(), bytes.open()];
  assertEquals([one.input.byteLength, other.input.byteLength], [4, 4]);
  assertEquals(one.input === other.input, false);
  const folder = one.opened!.folders.get("/")!;
  folder.removeFile("/a");
  assertEquals([folder.read(), other.opened!.folders.get("/")!.read()], [{}, preopens["/"]]);
  const source = await prepareGrants({ stdin: () => undefined }, {});
  assertStrictEquals(source.open().input, source.open().input);
  assertEquals([source.files, source.open().opened, source.waits], [
    undefined,
    undefined,
    false,
  ]);
});
