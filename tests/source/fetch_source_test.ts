import { assertEquals, assertRejects } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { fetchSource, settle, unreadError } from "../../src/source/fetch_source.ts";

const BYTES = Uint8Array.of(1, 2, 3);

Deno.test("a response is read whatever its MIME type, and a Blob", async () => {
  const response = new Response(BYTES, { headers: { "content-type": "text/plain" } });
  for (const [source, name] of [[response, "a response"], [new Blob([BYTES]), "a Blob"]] as const) {
    assertEquals(await fetchSource(source, undefined), { name, source: name, bytes: BYTES });
  }
});

Deno.test("the error of a rejected promise is passed on if it is one of Passage", async () => {
  const error = new LoadError("source", "Cannot load it");
  assertEquals(await settle(Promise.reject(error)).catch((error) => error), error);
  const other = await assertRejects(() => settle(Promise.reject(5)), LoadError);
  assertEquals([other.message, other.source, other.cause], [
    "Cannot load a promise: it is rejected: 5",
    "a promise",
    5,
  ]);
});

Deno.test("an address is fetched, and named by its URL", async () => {
  const url = new URL("data:,abc");
  const { name, source, bytes } = await fetchSource(url, url);
  assertEquals([name, source, new TextDecoder().decode(bytes)], [
    '"data:,abc"',
    "data:,abc",
    "abc",
  ]);
});

const spent = new Response("spent");
await spent.text();

/** Sources that cannot be read, and the error. */
const REFUSED: readonly (readonly [
  name: string,
  make: () => unknown,
  kind: typeof LoadError | typeof TypeError,
  message: string,
])[] = [
  [
    "a response of another status",
    () => new Response("gone", { status: 404, statusText: "Not Found" }),
    LoadError,
    "Cannot load a response: the status is 404 Not Found, expected 200 OK",
  ],
  [
    "a number",
    () => 5,
    TypeError,
    "Cannot load a guest: the source is 5, expected a path, a URL, bytes, a Response, a Blob " +
    "or a WebAssembly.Module",
  ],
  [
    "a body that was read",
    () => spent,
    LoadError,
    "Cannot read the body of a response: ",
  ],
];

for (const [name, make, kind, message] of REFUSED) {
  Deno.test(`${name} is refused`, async () => {
    const error = await assertRejects(() => fetchSource(make(), undefined), kind);
    assertEquals(error.message.slice(0, message.length), message);
    if (error instanceof LoadError) {
      assertEquals([error.code, error.source], ["source", "a response"]);
    }
  });
}

/** Errors of reading a file, and the reason in the message. */
const UNREAD: readonly (readonly [cause: unknown, address: string | URL, why: string])[] = [
  [Object.assign(new Error("x"), { code: "ENOENT" }), "a.wasm", "it does not exist"],
  [
    Object.assign(new Error("x"), { code: "EISDIR" }),
    "a.wasm",
    "it is a directory, expected a file",
  ],
  [
    Object.assign(new Error("x"), { name: "NotCapable" }),
    new URL("file:///a%20b.wasm"),
    "permission is refused, expected --allow-read=/a b.wasm",
  ],
  [new Error("disk on fire"), "a.wasm", "disk on fire"],
];

for (const [cause, address, why] of UNREAD) {
  Deno.test(`a file is unread because ${why}`, () => {
    const error = unreadError(address, cause);
    assertEquals([error.message, error.cause, error.source], [
      `Cannot read "${address}": ${why}`,
      cause,
      `${address}`,
    ]);
  });
}
