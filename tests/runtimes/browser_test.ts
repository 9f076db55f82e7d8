// The bundle in pages and workers of a browser, whose programs read guests from a server.
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { bundleProgram, BUNDLERS, SPECIFIERS } from "./_bundlers.ts";
import { CHROMIUM, testInChromium } from "./_chromium.ts";
import { type PageOptions, Pages, type Program } from "./_pages.ts";

/** One server and one browser for all tests of this file. */
const pages = CHROMIUM === undefined ? undefined : await Pages.start();

Deno.test.afterAll(() => pages?.close());

interface Place extends PageOptions {
  /** The place's name in the names of tests. */
  readonly is: string;
}

const ORDINARY: Place = { is: "an ordinary page" };

const NO_EVAL: Place = {
  is: "a page that forbids code from strings",
  headers: { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" },
};

const NO_WASM: Place = {
  is: "a page that forbids WebAssembly",
  headers: { "content-security-policy": "script-src 'self'" },
};

const WORKER: Place = { is: "a module worker", inWorker: true };

/** A page that can share memory with its workers. */
const ISOLATED: Place = {
  is: "an isolated page",
  headers: {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  },
};

/** Where programs run, an ordinary page first. */
const PLACES = [ORDINARY, NO_EVAL, WORKER, ISOLATED];

/** Tests what a program returns in each place. */
function testEverywhere<T>(name: string, program: Program<T>, expected: T): void {
  for (const place of PLACES) testIn(place, name, program, expected);
}

function testIn<T>(place: Place, name: string, program: Program<T>, expected: T): void {
  testInChromium(`${place.is} ${name}`, async () => {
    assertEquals(await pages!.run(program, place), expected);
  });
}

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

testEverywhere("passes text and bytes 120 times and more", async ({ allocator, load }) => {
  const buffer = await load("/testdata/c/passing_data_capacity.wasm");
  const echo = await load("/testdata/c/echo_length.wasm");
  const packed = allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  });
  const { symbols } = await load("/testdata/c/shapes.wasm", {
    convention: packed,
    missing: "trap",
    symbols: {
      add: { parameters: ["i32", "i32"], result: "i32" },
      checksum: { parameters: ["bytes"], result: "u32" },
      repeat: { parameters: ["string", "u32"], result: "string" },
    },
  });
  const answers = new Set<string>();
  for (let time = 0; time < 120; time++) {
    answers.add(JSON.stringify([
      buffer.passString("Hello there, "),
      echo.passString("Grüße, 世界 🌍 \ufeff".repeat(time), "echo") ===
        "Grüße, 世界 🌍 \ufeff".repeat(time),
      [...echo.passBytes(Uint8Array.of(0, 255, 128, 0), "echo")],
      symbols.add(time, -time),
      symbols.checksum(Uint8Array.of(1, 2, 3)),
      symbols.repeat("ab", 3),
    ]));
  }
  return [...answers];
}, [JSON.stringify(["Hello there, WASM is cool!", true, [0, 255, 128, 0], 0, 7, "ababab"])]);

testEverywhere("calls an AssemblyScript guest", async ({ load }) => {
  const { symbols } = await load("/testdata/assemblyscript/strings_array.wasm", {
    symbols: {
      join: { parameters: [{ type: "strings" }, "string"], result: "string" },
      split: { parameters: ["string", "string"], result: { type: "strings" } },
    },
  });
  const guest = await load("/testdata/assemblyscript/strings.wasm");
  const answers = new Set<string>();
  for (let time = 0; time < 120; time++) {
    const echoed = guest.passString("\ud800 🌍", "echo"); // UTF-16 keeps a lone surrogate
    answers.add(JSON.stringify([
      guest.passString("世界", "greet"),
      echoed === "\ud800 🌍",
      symbols.join(["a", "b", "c"], ", "),
      symbols.split("a-b", "-"),
    ]));
  }
  return [...answers];
}, [JSON.stringify(["Hello, 世界!", true, "a, b, c", ["a", "b"]])]);

testEverywhere("gives a guest host functions", async ({ hostFunction, load }) => {
  const lines: string[] = [];
  const guest = await load("/testdata/assemblyscript/host_strings.wasm", {
    imports: {
      env: {
        log: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
          lines.push(line!);
        }),
        answer: hostFunction(
          { parameters: ["string", "i32"], result: "string" },
          (question, times) => {
            if (question === "throw") throw new RangeError("thrown by the host");
            return `${question} `.repeat(times).trimEnd();
          },
        ),
        digest: hostFunction({ parameters: ["bytes"], result: "bytes" }, (bytes) => bytes),
      },
    },
    symbols: {
      announce: { parameters: ["string"], result: "void" },
      ask: { parameters: ["string", "i32"], result: "string" },
      digest: { parameters: ["bytes"], result: "bytes" },
    },
  });
  const answers = new Set<string>();
  for (let time = 0; time < 120; time++) {
    guest.symbols.announce("世界");
    answers.add(guest.symbols.ask("why", 2));
    answers.add(guest.symbols.digest(Uint8Array.of(7, 8)).join());
  }
  try {
    guest.symbols.ask("throw", 1);
  } catch (error) {
    answers.add(`${error}, ${guest.state}`);
  }
  return [...new Set(lines), lines.length, ...answers];
}, ["Hello, 世界!", 120, "why why.", "7,8", "RangeError: thrown by the host, poisoned"]);

testEverywhere("runs a command with its arguments and its output", async ({ load }) => {
  const wasi = { args: ["hello", "browser"], stdout: "capture" } as const;
  const guest = await load("/testdata/wasi/hello.wasm", { wasi });
  return [guest.run(), guest.wasi?.stdout];
}, [0, "Hello, browser!\n"]);

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
    'import[1] "env.text" (i32, i32) -> i32: missing',
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

testEverywhere(
  "waits for asynchronous host functions",
  async ({ allocator, hostFunction, load }) => {
    const later = (question: string) =>
      new Promise<string>((resolve) => setTimeout(() => resolve(`${question}, 世界`), 1));
    const guest = await load("/testdata/c/callbacks_stack_pointer.wasm", {
      convention: allocator({
        allocate: "malloc",
        free: "free",
        result: "packedPointerHigh",
        resultsFreedBy: "host",
      }),
      missing: "trap",
      imports: {
        env: {
          answer: hostFunction({ parameters: ["string"], result: "string", async: true }, later),
        },
      },
      symbols: { ask: { parameters: ["string"], result: "string", async: true } },
    });
    const answers = new Set<string>();
    for (let time = 0; time < 120; time++) answers.add(await guest.symbols.ask("Grüße"));
    return [...answers];
  },
  ["Grüße, 世界"],
);

testEverywhere("loads a guest with a shared memory", async ({ load }) => {
  const guest = await load("/testdata/c/memory_shared.wasm");
  const answers = new Set<string>();
  for (let time = 0; time < 120; time++) answers.add(guest.passString("Shared: ", "transform"));
  return [...answers, Object.prototype.toString.call(guest.memory.memory.buffer)];
}, ["Shared: WASM is cool!", "[object SharedArrayBuffer]"]);

/** Finds out whether calls are compiled, and how often the page's policy forbids it. */
const countCompiled: Program<[boolean, number]> = async ({ load }) => {
  let refused = 0;
  addEventListener("securitypolicyviolation", () => refused++);
  let made = 0;
  globalThis.Function = new Proxy(Function, {
    construct(target, args) {
      const fn = Reflect.construct(target, args);
      made++;
      return fn;
    },
  });
  const guest = await load("/testdata/c/echo_length.wasm");
  for (let time = 0; time < 1000; time++) {
    if (guest.passString(`${time}`, "echo") !== `${time}`) throw new Error(`Call ${time} differs`);
  }
  await new Promise((resolve) => setTimeout(resolve, 20)); // the event comes later
  return [made > 0, refused];
};

testIn(ORDINARY, "compiles calls", countCompiled, [true, 0]);

testIn(NO_EVAL, "is asked once whether calls may be compiled", countCompiled, [false, 1]);

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

testIn(ISOLATED, "shares a guest's memory with a worker", async ({ load }) => {
  const guest = await load("/testdata/c/memory_shared.wasm");
  const pointer = (guest.exports.get_buffer_pointer as () => number)();
  const source = `onmessage = ({ data: { memory, pointer } }) => {
    new Uint8Array(memory.buffer).set([66, 121, 101], pointer);
    postMessage("written");
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const written = new Promise((resolve) => worker.onmessage = resolve);
  // A page that is not isolated cannot send such a memory.
  worker.postMessage({ memory: guest.memory.memory, pointer });
  await written;
  worker.terminate();
  return [Reflect.get(globalThis, "crossOriginIsolated"), guest.memory.readString(pointer, 3)];
}, [true, "Bye"]);

for (const [bundler, args] of Object.entries(BUNDLERS)) {
  for (const [what, specifier] of Object.entries(SPECIFIERS)) {
    testInChromium(`${bundler} bundles ${what} without a flag`, async () => {
      const page = await pages!.openFolder((folders) => bundleProgram(args, specifier, folders));
      assertEquals(await page.evaluate("result"), "Hello there, WASM is cool!");
    });
  }
}

testInChromium(
  "the page of the examples shouts the text that is typed, or shows why not",
  async () => {
    const page = await pages!.openFolder(async ({ folder, parts }) => {
      // The page finds the bundle where the task writes it.
      await Deno.mkdir(new URL(".bundle/", folder));
      await Deno.symlink(fromFileUrl(parts), fromFileUrl(new URL(".bundle/split", folder)));
      const example = new URL("../../examples/page/index.html", import.meta.url);
      await Deno.copyFile(example, new URL("index.html", folder));
      return folder;
    });
    await page.until("!document.forms[0].hidden");
    const shout = async (text: string) => {
      await page.click("document.querySelector('input')");
      await page.type(text);
      await page.press("Enter");
      return await page.evaluate("document.querySelector('output').value");
    };
    assertEquals(await shout("Hello, page!"), "HELLO, PAGE!");
    assertEquals(
      await shout(" This is one too long."),
      'RangeError: Cannot pass 34 bytes to "shout": the guest\'s buffer holds 24',
    );
    assertEquals(page.errors, []);
  },
);

/** Loads a guest of more than 8 MiB, which Chrome does not instantiate at once on the main thread. */
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
