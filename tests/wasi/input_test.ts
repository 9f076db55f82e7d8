import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, load, LoadError, type WasiInput } from "../../mod.ts";
import { Input } from "../../src/wasi/input.ts";
import { assemble } from "../_wat.ts";

/** A command that copies its input to its output, at most four bytes at a time. */
const COPY = assemble(`(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\20\\00\\00\\00\\04\\00\\00\\00")
  (func (export "_start") (local $count i32)
    (loop $next
      (i32.store (i32.const 4) (i32.const 4))
      (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)) (then (unreachable)))
      (if (i32.load (i32.const 4)) (then
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $next))))))`);

const encode = (text: string) => new TextEncoder().encode(text);

/** Loads it with an input. */
const loadCopy = (stdin: WasiInput) => load(COPY, { wasi: { stdin, stdout: "capture" } });

/** Makes a function that returns one chunk after the other, and then `end`. */
function giving<End>(pieces: readonly (string | Uint8Array)[], end: End) {
  const rest = [...pieces];
  return () => rest.shift() ?? end;
}

async function* later<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  for (const piece of pieces) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield piece;
  }
}

async function* asking<T>(ask: () => T): AsyncGenerator<T> {
  yield ask();
}

const PIECES = ["Grüße, ", encode("bytes"), "", new Uint8Array(), "\ufeff!"];

const TEXT = "Grüße, bytes\ufeff!";

const AT_ONCE: readonly [what: string, make: () => WasiInput][] = [
  ["a function, to undefined", () => giving(PIECES, undefined)],
  ["a function, to null", () => giving(PIECES, null)],
  ["an array", () => PIECES],
  ["an array of numbers", () => [...encode(TEXT)]],
  ["an array of arrays of numbers", () => [[...encode("Grüße, ")], encode("bytes\ufeff!")]],
  ["a set", () => new Set(PIECES)],
  ["a generator", () => new Set(PIECES).values()],
];

for (const [what, make] of AT_ONCE) {
  Deno.test(`a guest reads its input from ${what}`, async () => {
    using guest = await loadCopy(make());
    assertEquals([guest.run(), guest.wasi?.stdout], [0, TEXT]);
  });
}

const LATER: readonly [what: string, make: () => WasiInput][] = [
  ["an async generator", () => later(PIECES)],
  ["a stream", () => ReadableStream.from(later(PIECES))],
  ["a blob's stream", () => new Blob(PIECES as BlobPart[]).stream()],
];

for (const [what, make] of LATER) {
  Deno.test(`a guest waits for its input from ${what}`, async () => {
    using guest = await loadCopy(make());
    assertEquals([await guest.run({ async: true }), guest.wasi?.stdout], [0, TEXT]);
  });
}

Deno.test("a source is read when the guest reads, once for all instances", async () => {
  let asked = 0;
  function* pieces() {
    for (; asked < 3; asked++) yield `${asked}`;
  }
  using guest = await loadCopy(pieces());
  assertEquals(asked, 0);
  assertEquals([guest.run(), guest.wasi?.stdout], [0, "012"]);
  guest.reset();
  assertEquals([guest.run(), guest.wasi?.stdout], [0, ""]);
});

const FAILING: readonly [what: string, stdin: unknown, message: string][] = [
  ["throws", () => {
    throw new TypeError("It is mine");
  }, "It is mine"],
  [
    "gives half a character",
    () => "\ud83d",
    "Cannot grant a piece of stdin: it holds a lone surrogate, expected well-formed text",
  ],
  ["gives a number", () => 5, "Cannot read a piece of stdin: it is 5, expected a Uint8Array"],
  [
    "gives promises",
    () => Promise.reject(new Error("It is not heard")),
    "Cannot read a piece of stdin: it is an object of class Promise, expected an async iterable or a stream in the " +
    "option wasi.stdin, for which the guest can wait",
  ],
];

for (const [what, stdin, message] of FAILING) {
  Deno.test(`an error of a source of input reaches the caller: one that ${what}`, async () => {
    using guest = await loadCopy(stdin as WasiInput);
    const error = assertThrows(() => guest.run(), TypeError);
    assertEquals(error.message, message);
    if (what === "gives promises") return;
    using waiting = await loadCopy(asking(stdin as () => string));
    const rejected = await assertRejects(() => waiting.run({ async: true }), TypeError);
    assertEquals(rejected.message, message);
  });
}

Deno.test("load() refuses a source that cannot be read", async () => {
  const locked = new ReadableStream();
  locked.getReader();
  const error = await assertRejects(() => loadCopy(locked), TypeError);
  assertEquals(
    error.message,
    "Cannot grant stdin: ReadableStream is locked, expected what nobody else reads",
  );
  assertEquals((error.cause as Error).message, "ReadableStream is locked");
});

Deno.test("the error of run() with input that must be waited for says how to wait", async () => {
  using guest = await loadCopy(later(PIECES));
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.message], [
    "asynchronous",
    'Cannot wait in "_start": it reaches an asynchronous import, expected guest.run({ async: true })',
  ]);
});

Deno.test("closing the guest ends a command that waits for input", async () => {
  const guest = await loadCopy(new ReadableStream());
  const running = guest.run({ async: true });
  await new Promise((resolve) => setTimeout(resolve, 1));
  guest.close();
  assertEquals((await assertRejects(() => running, GuestError)).code, "disposed");
});

Deno.test("a runtime in which no guest can wait refuses a stream", async () => {
  const wasm = WebAssembly as { Suspending?: unknown };
  const { Suspending } = wasm;
  delete wasm.Suspending;
  try {
    const error = await assertRejects(() => loadCopy(new ReadableStream()), LoadError);
    assertEquals(
      error.message,
      'Cannot satisfy the guest\'s imports:\nimport[0] "wasi_snapshot_preview1.fd_read" ' +
        '(i32, i32, i32, i32) -> i32: Cannot wait in import "wasi_snapshot_preview1.fd_read": ' +
        "this runtime has no WebAssembly.Suspending, expected Deno 2.4, Node 25, Bun 1.4, " +
        "Chrome 137 or later",
    );
  } finally {
    wasm.Suspending = Suspending;
  }
});

/** Sources with more chunks, which record when they are ended. */
const ENDLESS: readonly [what: string, make: (end: () => void) => WasiInput][] = [
  ["an iterator is ended", (end) => ({
    [Symbol.iterator]: () => ({
      next: () => ({ value: "piece", done: false }),
      return: () => (end(), { value: undefined, done: true as const }),
    }),
  })],
  ["an async iterator is ended", (end) => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ value: "piece", done: false }),
      return: () => (end(), Promise.reject(new Error("It is not heard"))),
    }),
  })],
  ["a stream is cancelled", (end) => new ReadableStream({ pull() {}, cancel: end })],
];

for (const [what, make] of ENDLESS) {
  Deno.test(`${what} when its guest is closed, and not when it is reset`, async () => {
    let ends = 0;
    using guest = await loadCopy(make(() => ends++));
    guest.reset();
    assertEquals(ends, 0);
    guest.close();
    guest.close();
    assertEquals(ends, 1);
  });
}

Deno.test("a source that is exhausted is not ended again", async () => {
  let ends = 0;
  const pieces = { next: () => ({ value: undefined, done: true }), return: () => ends++ };
  const guest = await loadCopy({ [Symbol.iterator]: () => pieces } as unknown as WasiInput);
  guest.run();
  guest.close();
  assertEquals(ends, 0);
});

Deno.test("read() returns the bytes once, in order, and none at the end", () => {
  const input = new Input(Uint8Array.of(1, 2, 3));
  const read = [2, 0, 2, 2].map((
    most,
  ) => [...input.read(most) as Uint8Array, `${input.byteLength} left`]);
  assertEquals(read, [[1, 2, "1 left"], ["1 left"], [3, "0 left"], ["0 left"]]);
});
