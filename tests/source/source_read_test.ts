import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { compileSource } from "../../src/source/source.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";

const NAME = "wat/js_strings";

Deno.test("a path, a file: URL and its text are read as the same file", async () => {
  const { info } = await compileSource(await guestBytes(NAME));
  for (const source of [guestPath(NAME), guestUrl(NAME), guestUrl(NAME).href]) {
    const read = await compileSource(source);
    assertEquals(read.info, info);
    assertEquals([read.source, read.name], [`${source}`, JSON.stringify(`${source}`)]);
  }
});

Deno.test("text without the scheme of a URL is a path", async () => {
  const path = await assertRejects(() => compileSource("ftp:no-such"), LoadError);
  assertStrictEquals(path.message, 'Cannot read "ftp:no-such": it does not exist');
});

Deno.test("a malformed URL is refused", async () => {
  const { message } = await assertRejects(() => compileSource("http://[/"), TypeError);
  assertEquals(message, 'Cannot load "http://[/": it is malformed, expected a URL');
});

Deno.test("a file that cannot be read is an error with its source and the original error", async () => {
  const error = await assertRejects(() => compileSource("no/such.wasm"), LoadError);
  assertEquals([error.code, error.source, error.cause instanceof Deno.errors.NotFound], [
    "source",
    "no/such.wasm",
    true,
  ]);
});
