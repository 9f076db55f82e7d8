import { assertEquals, assertRejects } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { formatReceived, readFile } from "../../src/cli/read_file.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { makeHost } from "./_host.ts";

const said: string[] = [];
const progress = { say: (text: string) => void said.push(text), end: () => Promise.resolve() };

Deno.test("a file is read, and - is standard input", async () => {
  const bytes = await guestBytes("wat/no_memory");
  const path = guestPath("wat/no_memory");
  const host = makeHost({ input: bytes });
  assertEquals((await readFile(path, { host, progress })).bytes, bytes);
  const input = await readFile("-", { host, progress });
  assertEquals([input.name, input.bytes], ["standard input", bytes]);
});

Deno.test("a download shows how many bytes have arrived", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(new Uint8Array(3_000_000)),
  );
  const { port } = server.addr as Deno.NetAddr;
  const url = `http://127.0.0.1:${port}/guest.wasm`;
  said.length = 0;
  const { bytes } = await readFile(url, { host: makeHost(), progress });
  assertEquals(bytes.byteLength, 3_000_000);
  assertEquals(said.at(0), `Reading ${url}`);
  assertEquals(said.at(-1), `Fetching ${url}: 3.0 MB of 3.0 MB (100%)`);
});

Deno.test("the number of bytes is shown with the percentage, if the size is known", () => {
  assertEquals(formatReceived(1_540_000, 3_000_000), "1.5 MB of 3.0 MB (51%)");
  assertEquals(formatReceived(1_540_000, undefined), "1.5 MB");
  assertEquals(formatReceived(20_480, 49_152), "20.5 KB of 49.2 KB (41%)");
  assertEquals(formatReceived(30, 60), "30 bytes of 60 bytes (50%)");
  assertEquals(formatReceived(0, 1_000_000), "0.0 MB of 1.0 MB (0%)");
});

Deno.test("a missing file is an error of the source", async () => {
  const error = await assertRejects(
    () => readFile("no/such.wasm", { host: makeHost(), progress }),
    LoadError,
  );
  assertEquals([error.code, error.message], [
    "source",
    'Cannot read "no/such.wasm": it does not exist',
  ]);
});
