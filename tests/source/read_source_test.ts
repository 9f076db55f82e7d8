import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { readSource } from "../../src/source/read_source.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";

const NAME = "wat/js_strings";

Deno.test("a path, a file: URL and its text are read as the same file", async () => {
  const bytes = await guestBytes(NAME);
  for (const source of [guestPath(NAME), guestUrl(NAME), guestUrl(NAME).href]) {
    const read = await readSource(source);
    assertEquals(read.bytes, bytes);
    assertEquals([read.source, read.name], [`${source}`, JSON.stringify(`${source}`)]);
  }
});

Deno.test("text with the scheme of a URL is one, any other is a path", async () => {
  assertEquals(
    (await readSource("data:application/wasm,abc")).bytes,
    new TextEncoder().encode("abc"),
  );
  assertEquals((await readSource("DATA:,abc")).bytes.byteLength, 3);
  const path = await assertRejects(() => readSource("ftp:no-such"), LoadError);
  assertStrictEquals(path.message, 'Cannot read "ftp:no-such": it does not exist');
});

Deno.test("a malformed URL is refused", async () => {
  const { message } = await assertRejects(() => readSource("http://[/"), TypeError);
  assertEquals(message, 'Cannot load "http://[/": it is malformed, expected a URL');
});

Deno.test("a file that cannot be read is an error with its source and the original error", async () => {
  const error = await assertRejects(() => readSource("no/such.wasm"), LoadError);
  assertEquals([error.code, error.source, error.cause instanceof Deno.errors.NotFound], [
    "source",
    "no/such.wasm",
    true,
  ]);
});
