// Loading guests in a page or a worker of a browser, and the errors if that fails.
import { missingAdvice } from "../_errors.ts";
import type { Program } from "./_pages.ts";
import { NO_WASM, ORDINARY, testEverywhere, testIn, WORKER } from "./_places.ts";

testEverywhere("loads a guest from bytes, responses, paths and URLs", async ({ load }) => {
  const path = "../testdata/c/shout_length.wasm"; // relative to the page, or to the worker
  const url = new URL(path, location.href);
  const bytes = await (await fetch(path)).arrayBuffer();
  const sources = [
    bytes,
    new Uint8Array(bytes),
    await fetch(path),
    fetch(path),
    path,
    url.pathname,
    url.href,
    url,
    URL.createObjectURL(new Blob([bytes])),
    `data:application/wasm;base64,${new Uint8Array(bytes).toBase64()}`,
  ];
  const texts: string[] = [];
  for (const source of sources) {
    const guest = await load(source);
    texts.push(guest.passString("abc", "shout"));
    guest.close();
  }
  return texts;
}, Array(10).fill("ABC"));

testEverywhere("loads a guest from blobs and from views of any kind", async ({ load }) => {
  const response = await fetch("/testdata/c/echo_length.wasm");
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { buffer } = Uint8Array.from([0, 0, 0, 0, ...bytes, 0, 0]);
  const sources = [
    new Blob([bytes]),
    new File([bytes], "guest.wasm"),
    new Int8Array(buffer, 4, bytes.length),
    new Uint16Array(buffer, 4, bytes.length / 2),
    new Float32Array(buffer, 4, bytes.length / 4),
    new DataView(buffer, 4, bytes.length),
  ];
  const texts: string[] = [];
  for (const source of sources) texts.push((await load(source)).passString("abc", "echo"));
  return texts;
}, Array(6).fill("abc"));

testEverywhere("loads a guest only if its hash fits", async ({ load }) => {
  const path = "/testdata/c/shout_length.wasm";
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const answers: unknown[] = [];
  for (const bits of [256, 384, 512]) {
    const hash = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, bytes));
    const fits = `sha${bits}-${hash.toBase64()}`;
    hash[0]! ^= 1;
    const misfits = `sha${bits}-${hash.toBase64()}`;
    answers.push((await load(path, { integrity: fits })).passString("abc", "shout"));
    try {
      answers.push(await load(path, { integrity: misfits }));
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      answers.push(
        code,
        message === `Cannot load "${path}": its integrity is ${fits}, expected ${misfits}`,
      );
    }
  }
  return answers;
}, ["ABC", "integrity", true, "ABC", "integrity", true, "ABC", "integrity", true]);

testEverywhere("reports the progress of a download, and ends it", async ({ load }) => {
  const path = "/testdata/c/shout_length.wasm";
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const seen: { loaded: number; total: number | undefined }[] = [];
  const guest = await load(path, { onProgress: (progress) => seen.push(progress) });
  const last = seen.at(-1);
  const answers: unknown[] = [
    guest.passString("abc", "shout"),
    last?.loaded === bytes.length,
    last?.total === bytes.length,
  ];
  const controller = new AbortController();
  const { promise: end, resolve } = Promise.withResolvers<unknown>();
  let at = 0;
  const slow = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(stream) {
      if (at < bytes.length) return stream.enqueue(Uint8Array.of(bytes[at++]!));
      stream.close();
      resolve("the whole body is read");
    },
    cancel: resolve,
  });
  const onProgress = () => controller.abort("given up");
  const { signal } = controller;
  for (
    const attempt of [
      () => load(new Response(slow), { onProgress, signal }),
      () => load(path, { signal: AbortSignal.abort("too late") }),
    ]
  ) await attempt().catch((reason) => answers.push(reason));
  return [...answers, await end];
}, ["ABC", true, true, "given up", "too late", "given up"]);

testEverywhere("throws each error with its class, its code and its message", async (passage) => {
  const { GuestError, load, LoadError, MemoryRangeError, WasmFormatError } = passage;
  const guest = await load("/testdata/c/traps.wasm");
  const tries: [new (...args: never[]) => Error, () => unknown][] = [
    [LoadError, () => load("/testdata/c/no_such.wasm")],
    [WasmFormatError, () => load(new TextEncoder().encode("(module)"))],
    [LoadError, () => load("/testdata/c/shapes.wasm")],
    [LoadError, () => load("/testdata/wat/trap_in_start.wasm")],
    [RangeError, () => guest.passString("a".repeat(101), "transform")],
    [TypeError, () => guest.passString("\ud800", "transform")],
    [MemoryRangeError, () => guest.memory.readBytes(guest.memory.size - 1, 2)],
    [GuestError, () => guest.passString("a", "trap_unreachable")],
    [GuestError, () => guest.passString("a", "transform")],
  ];
  const errors: unknown[] = [];
  for (const [Class, attempt] of tries) {
    try {
      errors.push(await attempt());
    } catch (error) {
      const { name, code = "none", message } = error as Error & { code?: string };
      errors.push([error instanceof Class, name, code, message]);
    }
  }
  return errors;
}, [
  [
    true,
    "LoadError",
    "source",
    'Cannot load "/testdata/c/no_such.wasm": the status is 404 Not Found, expected 200 OK',
  ],
  [
    true,
    "WasmFormatError",
    "format",
    "Cannot read module at offset 0x0: it is WebAssembly text (WAT), expected a WebAssembly " +
    "module; assemble it first, with `wat2wasm` or `wasm-tools parse`",
  ],
  [
    true,
    "LoadError",
    "imports",
    "Cannot satisfy the guest's imports:\n" +
    'import[0] "env.number" (i32) -> i32: missing\n' +
    'import[1] "env.text" (i32, i32) -> i32: missing\n' +
    missingAdvice("{ env: { number: (...args) => 0 } }"),
  ],
  [
    true,
    "LoadError",
    "instantiation",
    'Cannot instantiate "/testdata/wat/trap_in_start.wasm": unreachable',
  ],
  [
    true,
    "RangeError",
    "none",
    'Cannot pass 101 bytes to "transform": the guest\'s buffer holds 100',
  ],
  [
    true,
    "TypeError",
    "none",
    "Cannot encode text as UTF-8: lone surrogate 0xd800 at index 0, expected well-formed text",
  ],
  [
    true,
    "MemoryRangeError",
    "memory-range",
    "Cannot read 2 bytes at pointer 0x1ffff: memory is 131072 bytes",
  ],
  [
    true,
    "GuestError",
    "trap",
    'Cannot complete "trap_unreachable": the guest trapped: unreachable',
  ],
  [
    true,
    "GuestError",
    "poisoned",
    'Cannot call "transform": the guest is poisoned, expected reset() first; it was: Cannot ' +
    'complete "trap_unreachable": the guest trapped: unreachable',
  ],
]);

testIn(
  NO_WASM,
  "gets an error with what its policy has to allow",
  async ({ load }) => {
    try {
      return await load("/testdata/c/echo_length.wasm");
    } catch (error) {
      return String(error);
    }
  },
  'LoadError: Cannot compile "/testdata/c/echo_length.wasm": the page\'s content security policy ' +
    "forbids it, expected 'wasm-unsafe-eval' in its script-src",
);

/**
 * Loads a guest of more than 8 MiB, which Chrome does not instantiate at once on the main thread.
 */
const loadLarge: Program<string[]> = async ({ load }) => {
  const response = await fetch("/testdata/c/shout_length.wasm");
  const small = new Uint8Array(await response.arrayBuffer());
  const size = 9 << 20;
  // A custom section: its id, its size as LEB128 in four bytes, and an empty name.
  const leb128 = [0, 7, 14, 21].map((shift) => size >> shift & 0x7f | (shift < 21 ? 0x80 : 0));
  const bytes = new Uint8Array(small.length + 5 + size);
  bytes.set(small);
  bytes.set([0, ...leb128], small.length);
  const guest = await load(bytes);
  const answers = [guest.passString("abc", "shout")];
  try {
    guest.reset();
  } catch (error) {
    answers.push(String(error));
  }
  answers.push(guest.passString("abc", "shout"));
  return answers;
};

testIn(ORDINARY, "loads a guest of more than 8 MiB, once", loadLarge, [
  "ABC",
  "LoadError: Cannot instantiate bytes: the main thread of a page makes no further instance of a " +
  "module of this size, expected to load it again, or to do it in a worker",
  "ABC",
]);

testIn(WORKER, "loads a guest of more than 8 MiB, and resets it", loadLarge, ["ABC", "ABC"]);
