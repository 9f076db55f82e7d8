import { compile, load, LoadError, type Source, type SourceProgress } from "../../mod.ts";
import { compileGuest, compileWith } from "../../src/source/compile_with.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { createHash } from "node:crypto";

const BYTES = await guestBytes("c/echo_length");
const SIZE = BYTES.length;
const INTEGRITY = `sha384-${createHash("sha384").update(BYTES).digest("base64")}`;
const OTHER = `sha384-${"A".repeat(64)}`;

/** A signal that counts its listeners. */
function countingSignal(): { controller: AbortController; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  for (const [name, step] of [["addEventListener", 1], ["removeEventListener", -1]] as const) {
    const own = signal[name];
    Object.defineProperty(signal, name, {
      value: (...args: Parameters<typeof own>) => {
        count += step;
        own.apply(signal, args);
      },
    });
  }
  return { controller, listeners: () => count };
}

/** Serves `answer` on loopback while `use` runs. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  await use(`http://127.0.0.1:${server.addr.port}/guest.wasm`);
}

/** Returns a body in parts: the last one comes when `more` resolves. */
function inParts(more: Promise<void>, onCancel = () => {}): ReadableStream<Uint8Array> {
  const middle = SIZE >> 1;
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(BYTES.subarray(0, middle));
      await more;
      try {
        controller.enqueue(BYTES.subarray(middle));
        controller.close();
      } catch {
        // The stream was cancelled.
      }
    },
    cancel: onCancel,
  });
}

/** Sources, and the reports on their progress. */
const SOURCES: readonly (readonly [
  name: string,
  make: (url: string) => Source,
  reports: readonly SourceProgress[],
])[] = [
  ["a path", () => guestPath("c/echo_length"), [{ loaded: SIZE, total: SIZE }]],
  ["a file: URL", () => guestUrl("c/echo_length"), [{ loaded: SIZE, total: SIZE }]],
  ["a URL", (url) => url, [{ loaded: SIZE, total: SIZE }]],
  ["a promise of a response", (url) => fetch(url), [{ loaded: SIZE, total: SIZE }]],
  ["a response", () => new Response(BYTES), [{ loaded: SIZE, total: undefined }]],
  ["a blob", () => new Blob([BYTES]), [{ loaded: SIZE, total: SIZE }]],
  ["bytes", () => BYTES, []],
  ["a promise of bytes", () => Promise.resolve(BYTES), []],
];

for (const [name, make, reports] of SOURCES) {
  Deno.test(`${name} is read with its hash, with reports and with a signal`, async () => {
    const { controller, listeners } = countingSignal();
    const found: SourceProgress[] = [];
    const options = {
      integrity: INTEGRITY,
      onProgress: (progress: SourceProgress) => void found.push(progress),
      signal: controller.signal,
    };
    await withServer(() => new Response(BYTES), async (url) => {
      using guest = await load(make(url), options);
      assertEquals(guest.passString("Grüße"), "Grüße");
      // An engine may give the body in any parts.
      const { loaded = 0, total } = found.at(-1) ?? {};
      assertEquals(found.length === 0 ? [] : [{ loaded, total }], reports);
      for (const [index, { loaded }] of found.entries()) {
        assert(loaded > (found[index - 1]?.loaded ?? 0), "it grows");
      }
      const { bytes } = await compile(make(url) as string, options);
      assertEquals(bytes, BYTES);
    });
    assertEquals(listeners(), 0);
  });

  Deno.test(`${name} with another hash is refused, and never compiled`, async () => {
    await withServer(() => new Response(BYTES), async (url) => {
      for (const attempt of [load, compile]) {
        const options = { integrity: OTHER };
        const error = await assertRejects(() => attempt(make(url) as string, options), LoadError);
        assertEquals(error.code, "integrity");
        const [, rest] = error.message.split(": its integrity is ");
        assertEquals(rest, `${INTEGRITY}, expected ${OTHER}`);
      }
    });
  });

  Deno.test(`${name} is not read if its signal is aborted already`, async () => {
    let requests = 0;
    await withServer(
      () => new Response(BYTES, { status: requests++ < 9 ? 200 : 500 }),
      async (url) => {
        const reason = new Error("not wanted");
        const signal = AbortSignal.abort(reason);
        const source = make(url);
        const before = requests;
        for (const attempt of [load, compile]) {
          const error = await attempt(source as string, { signal }).then(
            () => "none",
            (error) => error,
          );
          assertStrictEquals(error, reason);
        }
        assertEquals([requests - before, source instanceof Response && source.bodyUsed], [
          0,
          false,
        ]);
        if (source instanceof Promise) {
          await (await source)?.body?.cancel();
        }
      },
    );
  });
}

Deno.test("the hash is checked before anything is compiled", async () => {
  const { Module, compile } = WebAssembly;
  let count = 0;
  WebAssembly.Module = class extends Module {
    constructor(bytes: BufferSource) {
      count++;
      super(bytes);
    }
  };
  WebAssembly.compile = (bytes) => {
    count++;
    return compile(bytes);
  };
  try {
    // A custom section without a name, of 128 KiB.
    const section = [0, 0x81, 0x80, 0x08, 0];
    const large = new Uint8Array(SIZE + section.length + 0x20000);
    large.set([...BYTES, ...section]);
    for (const bytes of [BYTES, large]) {
      await assertRejects(() => load(bytes, { integrity: OTHER }), LoadError, "integrity");
    }
    assertEquals(count, 0);
    await load(BYTES, { integrity: INTEGRITY });
    assertEquals(count, 1);
  } finally {
    Object.assign(WebAssembly, { Module, compile });
  }
});

Deno.test("bytes that change while their hash is taken are those of the call", async () => {
  const bytes = BYTES.slice();
  const loading = load(bytes, { integrity: INTEGRITY });
  bytes.fill(0);
  using guest = await loading;
  assertEquals(guest.passString("x"), "x");
});

Deno.test("the length of a compressed body is not reported as the total", async () => {
  const found: SourceProgress[] = [];
  const packed = new Blob([BYTES]).stream().pipeThrough(new CompressionStream("gzip"));
  const body = await new Response(packed).bytes();
  const headers = { "content-encoding": "gzip", "content-length": `${body.length}` };
  await withServer(() => new Response(body, { headers }), async (url) => {
    using _ = await load(url, { onProgress: (progress) => void found.push(progress) });
  });
  assertEquals(found.at(-1), { loaded: SIZE, total: undefined });
});

Deno.test("a download is reported in parts", async () => {
  const more = Promise.withResolvers<void>();
  const found: number[] = [];
  const onProgress = ({ loaded }: SourceProgress) => {
    found.push(loaded);
    more.resolve();
  };
  await withServer(() => new Response(inParts(more.promise)), async (url) => {
    using _ = await load(url, { onProgress });
  });
  assertEquals([found[0], found.at(-1)], [SIZE >> 1, SIZE]);
});

for (const name of ["a URL", "a response"]) {
  Deno.test(`a signal ends the download of ${name}, and its reason is the error`, async () => {
    const more = Promise.withResolvers<void>(), cancelled = Promise.withResolvers<void>();
    const { controller, listeners } = countingSignal();
    const reason = new Error("enough");
    await withServer(() => new Response(inParts(more.promise, cancelled.resolve)), async (url) => {
      const source = name === "a URL" ? url : await fetch(url);
      const onProgress = () => controller.abort(reason);
      const loading = load(source, { onProgress, signal: controller.signal });
      assertStrictEquals(await loading.then(() => "none", (error) => error), reason);
      // The server sees that nobody reads any more.
      await cancelled.promise;
      more.resolve();
    });
    assertEquals(listeners(), 0);
  });
}

Deno.test("a signal ends the wait for an answer and for a promise, at once", async () => {
  const more = Promise.withResolvers<void>();
  const answer = async () => {
    await more.promise;
    return new Response(BYTES);
  };
  await withServer(answer, async (url) => {
    for (const source of [url, new Promise<Response>(() => {})]) {
      const { controller, listeners } = countingSignal();
      const loading = load(source, { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      const error = await assertRejects(() => loading, DOMException);
      assertEquals([error.name, listeners()], ["AbortError", 0]);
    }
    const error = await assertRejects(
      () => compile(url, { signal: AbortSignal.timeout(20) }),
      DOMException,
    );
    assertEquals(error.name, "TimeoutError");
    more.resolve();
  });
});

Deno.test("ending one load does not affect another one of the same URL", async () => {
  const more = Promise.withResolvers<void>();
  await withServer(() => new Response(inParts(more.promise)), async (url) => {
    const controller = new AbortController();
    const ended = load(url, { signal: controller.signal, onProgress: () => controller.abort() });
    const kept = load(url);
    await assertRejects(() => ended, DOMException);
    more.resolve();
    using guest = await kept;
    assertEquals(guest.passString("x"), "x");
  });
});

Deno.test("a signal that is aborted during the load ends it before the guest is made", async () => {
  const controller = new AbortController();
  let isStarted = false;
  const imports = (_module: string, name: string) => {
    if (name === "last") controller.abort(new Error("late"));
    return () => void (isStarted = true);
  };
  const bytes = assemble(`(module
    (import "env" "first" (func $first)) (import "env" "last" (func))
    (memory (export "memory") 1) (start $first))`);
  const loading = load(bytes, { signal: controller.signal, imports });
  await assertRejects(() => loading, Error, "late");
  assertEquals(isStarted, false);
});

Deno.test("an error that onProgress throws ends the download and is reported", async () => {
  const more = Promise.withResolvers<void>(), cancelled = Promise.withResolvers<void>();
  const thrown = new Error("not that one");
  const onProgress = () => {
    throw thrown;
  };
  await withServer(() => new Response(inParts(more.promise, cancelled.resolve)), async (url) => {
    for (const source of [url, guestPath("c/echo_length"), new Blob([BYTES])]) {
      const error = await load(source, { onProgress }).then(() => "none", (error) => error);
      assertStrictEquals(error, thrown);
    }
    await cancelled.promise;
    more.resolve();
  });
});

Deno.test("other errors are as without the options", async () => {
  const signal = new AbortController().signal;
  await withServer(() => new Response("gone", { status: 410, statusText: "Gone" }), async (url) => {
    const error = await assertRejects(() => load(url, { signal }), LoadError);
    assertEquals(error.message, `Cannot load "${url}": the status is 410 Gone, expected 200 OK`);
  });
  const error = await assertRejects(() => load("no/such.wasm", { integrity: OTHER }), LoadError);
  assertEquals(error.message, 'Cannot read "no/such.wasm": it does not exist');
});

Deno.test("a compiled module takes a signal, and has no hash to check", async () => {
  const compiled = await compile(BYTES);
  const { signal } = new AbortController();
  for (const source of [compiled, compiled.module, Promise.resolve(compiled)]) {
    using guest = await load(source, { signal });
    assertEquals(guest.passString("x"), "x");
    const error = await assertRejects(() => load(source, { integrity: INTEGRITY }), TypeError);
    assertEquals(
      error.message,
      "Cannot check the integrity of a compiled module: it is already compiled, expected the " +
        "option integrity of compile()",
    );
  }
});

Deno.test("compileWith() and compileGuest() take no options as well", async () => {
  assertEquals((await compileWith(BYTES, {})).name, "bytes");
  const { bytes, source } = await compileGuest(new Blob([BYTES]), {});
  assertEquals([bytes, source], [BYTES, "a Blob"]);
});
