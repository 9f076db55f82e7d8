import { compile, GuestError, load, LoadError, type Source, WasmFormatError } from "../../mod.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";
import { build, EXPORT, IMPORT, section, TYPE } from "../binary/_build.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Buffer } from "node:buffer";
import { runInNewContext } from "node:vm";

const GUEST = "c/echo_length";
const BYTES = await guestBytes(GUEST);
const BASE64 = BYTES.toBase64();

/** Serves `answer` on loopback while `use` runs. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  await use(`http://127.0.0.1:${server.addr.port}`);
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3, bytes.length);
  copy.set(bytes);
  return copy;
}

/** The bytes in the middle of a larger buffer. */
function windowed(bytes: Uint8Array): Uint8Array {
  const large = new Uint8Array(bytes.length + 20).fill(0xee);
  large.set(bytes, 7);
  return large.subarray(7, 7 + bytes.length);
}

/**
 * A custom section "" fills the binary up to a multiple of 8 bytes, so that any view can show it.
 */
const PADDED = padBytes(BYTES);

function padBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const fill = 8 - (bytes.length + 3) % 8;
  return Uint8Array.of(...bytes, 0, fill + 1, 0, ...new Uint8Array(fill));
}

/** Shows the guest as the elements of a class, in the middle of a larger buffer. */
function padded(
  Class: new (buffer: ArrayBuffer, byteOffset: number, length: number) => ArrayBufferView & {
    readonly BYTES_PER_ELEMENT: number;
  },
): ArrayBufferView {
  const { BYTES_PER_ELEMENT } = Class as unknown as { readonly BYTES_PER_ELEMENT: number };
  const large = new Uint8Array(PADDED.length + 16).fill(0xee);
  large.set(PADDED, 8);
  return new Class(large.buffer, 8, PADDED.length / BYTES_PER_ELEMENT);
}

const SOURCES: [name: string, make: () => Source][] = [
  ["a path", () => guestPath(GUEST)],
  ["a file: URL", () => guestUrl(GUEST)],
  ["a file: URL in a string", () => guestUrl(GUEST).href],
  ["a scheme in capitals", () => guestUrl(GUEST).href.replace("file:", "FILE:")],
  ["a data: URL", () => new URL(`data:application/wasm;base64,${BASE64}`)],
  ["a data: URL in a string", () => `data:application/octet-stream;base64,${BASE64}`],
  ["a Uint8Array", () => BYTES],
  ["a Uint8Array in the middle of its buffer", () => windowed(BYTES)],
  ["a Uint8Array on a SharedArrayBuffer", () => shared(BYTES)],
  ["an ArrayBuffer", () => BYTES.slice().buffer],
  ["a DataView", () => new DataView(windowed(BYTES).buffer, 7, BYTES.length)],
  ...[Int8Array, Uint8ClampedArray, Int16Array, Uint32Array, Float64Array, BigInt64Array].map((
    Class,
  ): [string, () => Source] => [`a view of class ${Class.name}`, () => padded(Class)]),
  ["a view of another realm", () => runInNewContext("new Float64Array(buffer)", PADDED)],
  ["a Blob", () => new Blob([BYTES])],
  ["a File", () => new File([BYTES], "guest.wasm")],
  ["a SharedArrayBuffer", () => shared(BYTES).slice().buffer],
  ["a Response", () => new Response(BYTES)],
  ["a promise of a Response", () => Promise.resolve(new Response(BYTES))],
  ["a promise of bytes", () => Deno.readFile(guestUrl(GUEST))],
  ["a promise of a buffer", () => new Response(BYTES).arrayBuffer()],
  ["a promise of a DataView", () => Promise.resolve(new DataView(BYTES.slice().buffer))],
  ["a promise of a Blob", () => new Response(BYTES).blob()],
  ["a promise of a compiled guest", () => compile(BYTES)],
  [
    "something with a method then()",
    () => ({ then: (take: (bytes: Uint8Array) => void) => take(BYTES) }) as never,
  ],
  ["a blob: URL", () => new URL(URL.createObjectURL(new Blob([BYTES])))],
  ...["application/wasm; charset=utf-8", "text/html", "application/octet-stream"].map((
    type,
  ): [string, () => Source] => [
    `a Response of type ${type}`,
    () => new Response(BYTES, { headers: { "content-type": type } }),
  ]),
];

for (const [name, make] of SOURCES) {
  Deno.test(`load() takes ${name}`, async () => {
    using guest = await load(make());
    assertStrictEquals(guest.passString("Grüße"), "Grüße");
    assertEquals(
      guest.info?.exports.map(({ name }) => name),
      WebAssembly.Module.exports(guest.module).map(({ name }) => name),
    );
  });
}

Deno.test("load() takes a path relative to the current directory", async () => {
  const folder = Deno.cwd();
  Deno.chdir(fromFileUrl(new URL("../../testdata/c/", import.meta.url)));
  try {
    using guest = await load("echo_length.wasm");
    assertStrictEquals(guest.passString("x"), "x");
  } finally {
    Deno.chdir(folder);
  }
});

Deno.test("load() takes a compiled module, whose types it does not know", async () => {
  const module = await WebAssembly.compile(BYTES);
  using guest = await load(module);
  assertStrictEquals(guest.module, module);
  assertStrictEquals(guest.info, undefined);
});

Deno.test("load() knows a module that it has compiled itself", async () => {
  using first = await load(BYTES);
  using second = await load(first.module);
  assertStrictEquals(second.info, first.info);
  assertStrictEquals(second.module, first.module);
  assertStrictEquals(second.passString("x"), first.passString("x"));
});

Deno.test("load() takes an http: URL of any content type", async () => {
  await withServer(
    (request) => {
      const headers = { "content-type": "text/plain; charset=utf-8" };
      return request.url.endsWith("/moved")
        ? Response.redirect(new URL("/guest", request.url))
        : new Response(BYTES, { headers });
    },
    async (origin) => {
      for (const source of [`${origin}/guest`, new URL(`${origin}/moved`), fetch(`${origin}/a`)]) {
        using guest = await load(source);
        assertStrictEquals(guest.passString("x"), "x");
      }
    },
  );
});

Deno.test("loads of one URL at a time make one request, and later ones make their own", async () => {
  let requests = 0;
  let answer = () => new Response(BYTES);
  await withServer((request) => {
    requests += request.url.endsWith("/guest") ? 1 : 100;
    return answer();
  }, async (origin) => {
    const url = `${origin}/guest`;
    const load3 = () => Promise.all([load(url), load(new URL(url)), load(`${origin}/other`)]);
    const [first, second, other] = await load3();
    assertEquals(requests, 101);
    // They are two guests of one module.
    assertStrictEquals(second.module, first.module);
    assert(other.module !== first.module && second.exports !== first.exports);
    assertEquals([first.passString("a"), second.passString("b")], ["a", "b"]);
    using later = await load(url);
    assertEquals(requests, 102);
    assert(later.module !== first.module);

    answer = () => new Response("gone", { status: 410 });
    const errors = await Promise.all([url, url].map((url) => load(url).catch((error) => error)));
    assertEquals(requests, 103);
    for (const error of errors) {
      assertInstanceOf(error, LoadError);
      assertEquals([error.code, error.source], ["source", url]);
    }
    answer = () => new Response(BYTES);
    using last = await load(url);
    assertEquals([requests, last.passString("x")], [104, "x"]);
  });
});

Deno.test("a response of the caller is not shared", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return new Response(BYTES);
  }, async (origin) => {
    const [first, second] = await Promise.all([load(fetch(origin)), load(fetch(origin))]);
    assertEquals([requests, first.module === second.module], [2, false]);
  });
});

Deno.test("changing the bytes after the call has no effect", async () => {
  for (const make of [() => BYTES.slice(), () => shared(BYTES)]) {
    const bytes = make();
    const loading = load(bytes);
    bytes.fill(0);
    using guest = await loading;
    assertStrictEquals(guest.passString("x"), "x");
  }
  const view = new DataView(BYTES.slice().buffer);
  const loadingView = load(view);
  new Uint8Array(view.buffer).fill(0);
  using _ = await loadingView;
  const { buffer } = BYTES.slice();
  const loading = load(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  using guest = await loading;
  assertStrictEquals(guest.passString("x"), "x");
});

const FOLDER = guestPath(GUEST).replace(/[^/\\]+$/, "");

/** Sources that cannot be read, and their errors. */
const FAILURES: [name: string, source: () => Source, message: string, cause?: string][] = [
  [
    "a missing file",
    () => "no/such.wasm",
    'Cannot read "no/such.wasm": it does not exist',
    "NotFound",
  ],
  [
    "a missing file: URL",
    () => new URL("file:///no/such.wasm"),
    'Cannot read "file:///no/such.wasm": it does not exist',
    "NotFound",
  ],
  [
    "a directory",
    () => FOLDER,
    `Cannot read ${JSON.stringify(FOLDER)}: it is a directory, expected a file`,
    "IsADirectory",
  ],
  [
    "empty bytes",
    () => new Uint8Array(),
    "Cannot load bytes: it is empty, expected a WebAssembly module",
  ],
  [
    "an empty data: URL",
    () => "data:,",
    'Cannot load "data:,": it is empty, expected a WebAssembly module',
  ],
  [
    "an empty response",
    () => new Response(null, { status: 204 }),
    "Cannot load a response: it is empty, expected a WebAssembly module",
  ],
  [
    "a response that is not OK",
    () => new Response("gone", { status: 410, statusText: "Gone" }),
    "Cannot load a response: the status is 410 Gone, expected 200 OK",
  ],
  [
    "a malformed data: URL",
    () => "data:;base64,%%",
    'Cannot fetch "data:;base64,%%": ',
    "TypeError",
  ],
  [
    "a scheme that nothing fetches",
    () => new URL("npm:nothing"),
    'Cannot fetch "npm:nothing": ',
    "TypeError",
  ],
  [
    "a promise that is rejected",
    () => Promise.reject(new Error("no network")),
    "Cannot load a promise: it is rejected: no network",
    "Error",
  ],
];

for (const [name, source, message, cause] of FAILURES) {
  Deno.test(`load() explains the fault of ${name}`, async () => {
    const error = await assertRejects(() => load(source()), LoadError);
    assertStrictEquals(error.code, "source");
    assertStrictEquals(error.message.slice(0, message.length), message);
    assertStrictEquals((error.cause as Error | undefined)?.name, cause);
    assert(error.source !== undefined && error.source !== "", "the error has its source");
    assert(message.includes(error.source), error.source);
  });
}

Deno.test("a response whose body was read before is an error", async () => {
  const response = new Response(BYTES);
  await response.arrayBuffer();
  const error = await assertRejects(() => load(response), LoadError);
  assert(error.message.startsWith("Cannot read the body of a response: "), error.message);
  assertInstanceOf(error.cause, TypeError);
});

Deno.test("an HTTP status other than OK is an error with the address", async () => {
  await withServer(
    () => new Response("<html>not here</html>", { status: 404, statusText: "Not Found" }),
    async (origin) => {
      for (const source of [`${origin}/a.wasm`, fetch(`${origin}/a.wasm`)]) {
        const error = await assertRejects(() => load(source), LoadError);
        assertEquals([error.code, error.source], ["source", `${origin}/a.wasm`]);
        assertStrictEquals(
          error.message,
          `Cannot load "${origin}/a.wasm": the status is 404 Not Found, expected 200 OK`,
        );
      }
    },
  );
});

Deno.test({
  name: "a file that may not be read is an error that names the permission",
  permissions: { read: false },
  async fn() {
    const path = guestPath(GUEST);
    for (const source of [path, guestUrl(GUEST)]) {
      const error = await assertRejects(() => load(source), LoadError);
      assertStrictEquals(
        error.message,
        `Cannot read ${JSON.stringify(String(source))}: permission is refused, ` +
          `expected --allow-read=${path}`,
      );
      assertInstanceOf(error.cause, Deno.errors.NotCapable);
    }
  },
});

Deno.test({
  name: "a host that may not be asked is an error that names the permission, a redirect's too",
  permissions: { net: ["127.0.0.1", "localhost:1"] },
  async fn() {
    const error = await assertRejects(() => load("http://localhost:8080/a.wasm"), LoadError);
    assertStrictEquals(
      error.message,
      'Cannot fetch "http://localhost:8080/a.wasm": permission is refused, ' +
        "expected --allow-net=localhost:8080",
    );
    assertInstanceOf(error.cause, Deno.errors.NotCapable);
    await withServer(() => Response.redirect("http://localhost:8081/b.wasm"), async (origin) => {
      const error = await assertRejects(() => load(`${origin}/a.wasm`), LoadError);
      assertStrictEquals(
        error.message,
        `Cannot fetch "${origin}/a.wasm": permission is refused, ` +
          "expected --allow-net=localhost:8081",
      );
    });
  },
});

Deno.test("an unreachable server is an error with the network's reason", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await assertRejects(() => load(`http://127.0.0.1:${port}/a.wasm`), LoadError);
  assertStrictEquals(error.source, `http://127.0.0.1:${port}/a.wasm`);
  assertInstanceOf(error.cause, TypeError);
});

function stale(): DataView {
  const view = new DataView(BYTES.slice().buffer);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** Values that are not sources, and their descriptions in errors. */
const NO_SOURCES: [value: unknown, message: string][] = [
  [
    undefined,
    "Cannot load a guest: the source is undefined, expected a path, a URL, bytes, a Response, a Blob or a WebAssembly.Module",
  ],
  [
    new Map(),
    "Cannot load a guest: the source is an object of class Map, expected a path, a URL, bytes, a Response, a Blob or a WebAssembly.Module",
  ],
  [
    Promise.resolve(new URL("file:///guest.wasm")),
    "Cannot load a guest: the promise resolved to an object of class URL, expected bytes, a Response, a Blob or a WebAssembly.Module",
  ],
  [
    stale(),
    "Cannot load bytes: its buffer is detached, expected a live one",
  ],
  ["http://", 'Cannot load "http://": it is malformed, expected a URL'],
];

for (const [value, message] of NO_SOURCES) {
  Deno.test(`load() refuses ${Deno.inspect(value).split("\n")[0]}`, async () => {
    const error = await assertRejects(() => load(value as Source), TypeError);
    assertStrictEquals(error.message, message);
  });
}

/** Binaries that this engine refuses, by the reason that the caller has to know. */
const NOT_MODULES: [name: string, bytes: Uint8Array, code: string, message: string][] = [
  ["WebAssembly text", new TextEncoder().encode("(module)"), "format", "WebAssembly text (WAT)"],
  ["HTML", new TextEncoder().encode("<!doctype html>"), "format", "an HTML or XML page"],
  ["what is gzipped", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), "format", "gzipped"],
  [
    "a custom page size",
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 8, 1, 0),
    "unsupported",
    "Cannot compile bytes: it uses custom page size, which this engine does not support",
  ],
  [
    // A function section that declares a function, and no code for it.
    "a module that does not validate",
    Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      10,
      5,
      1,
      3,
      0,
      0x41,
      0x0b,
    ),
    "compile",
    "Cannot compile bytes: Compiling function #0 failed: ",
  ],
];

/**
 * The same before a custom section of 100 kB: large binaries are read at once, small ones later.
 */
function enlarged(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(...bytes, 0, 0xa0, 0x8d, 0x06, ...new Uint8Array(100_000));
}

for (const [name, bytes, code, message] of NOT_MODULES) {
  Deno.test(`load() names ${name}`, async () => {
    const isBinary = bytes[0] === 0;
    for (const source of isBinary ? [bytes, enlarged(bytes)] : [bytes]) {
      const error = await assertRejects(() => load(source), Error) as LoadError | WasmFormatError;
      assertInstanceOf(error, code === "format" ? WasmFormatError : LoadError);
      assertStrictEquals(error.code, code);
      assert(error.message.includes(message), error.message);
    }
  });
}

Deno.test("the binary's declarations are those at the time of load(), even in a Node buffer", async () => {
  const bytes = build(
    section(TYPE, 1, 0x60, 1, 0x7f, 1, 0x7f), // (i32) -> i32
    section(IMPORT, 1, "m", "f", 0, 0),
    section(EXPORT, 1, "x", 0, 0),
  );
  for (const given of [Buffer.from(bytes), Uint8Array.from(bytes)]) {
    const loading = load(given, { missing: "trap" });
    given.fill(0);
    using guest = await loading;
    const run = guest.exports.x as (value: number) => number;
    const error = assertThrows(() => run(1), GuestError);
    assert(error.message.includes('import[0] "m.f" (i32) -> i32: missing'), error.message);
    assertEquals(guest.info!.exports.map(({ name }) => name), ["x"]);
  }
});

Deno.test("the declarations of a small binary are read on demand, those of a large one at once", async () => {
  for (const bytes of [BYTES, enlarged(BYTES)]) {
    const given = Uint8Array.from(bytes);
    using guest = await load(given);
    given.fill(0);
    const { exports, customSections } = guest.info!;
    assert(exports.some(({ name }) => name === "memory"));
    assertStrictEquals(customSections.at(-1)?.byteLength === 99_999, bytes !== BYTES);
    assertStrictEquals(guest.info, guest.info);
  }
});
