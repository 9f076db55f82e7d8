// The calls of guests in pages and workers of a browser.
import type { Program } from "./_pages.ts";
import { ISOLATED, NO_EVAL, ORDINARY, testEverywhere, testIn } from "./_places.ts";

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

testEverywhere("runs commands with their arguments and their output", async ({ load }) => {
  const wasi = { args: ["hello", "browser"], stdout: "capture" } as const;
  const results: unknown[] = [];
  for (const folder of ["wasi", "component_wasi"]) {
    const guest = await load(`/testdata/${folder}/hello.wasm`, { wasi });
    results.push(guest.run(), guest.wasi?.stdout);
  }
  return results;
}, [0, "Hello, browser!\n", 0, "Hello, browser!\n"]);

testEverywhere("calls a component 120 times and more", async ({ load }) => {
  const guest = await load("/testdata/component/echoes.wasm", { missing: "trap" });
  const api = guest.interfaces["test:echoes/api"];
  const answers = new Set<string>();
  for (let time = 0; time < 120; time++) {
    answers.add(JSON.stringify([
      api.text("Grüße, 世界 🌍"),
      api.points([{ x: 1, y: -2, z: 0.5 }]),
      api.shape({ tag: "label", val: "Ada" }),
      [...api.numbers(Uint32Array.of(0, 4294967295))],
    ]));
  }
  return [...answers];
}, [
  JSON.stringify([
    "Grüße, 世界 🌍",
    [{ x: 1, y: -2, z: 0.5 }],
    { tag: "label", val: "Ada" },
    [0, 4294967295],
  ]),
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
