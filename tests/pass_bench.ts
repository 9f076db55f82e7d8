// Whole passes through guests, each beside a user's handwritten code:
//     deno task bench tests/pass_bench.ts
// Every run takes eight strings in turn and reads one character of each result.
import { allocator, hostFunction, load, wasmBindgen } from "../mod.ts";
import { instantiate as loadAssemblyScript } from "npm:@assemblyscript/loader@0.28.20";

const GUESTS = new URL("../testdata/", import.meta.url);

/** Makes eight different strings of about `byteLength` bytes of UTF-8 that repeat `pattern`. */
function strings(pattern: string, byteLength: number): string[] {
  const size = new TextEncoder().encode(pattern).length;
  const text = pattern.repeat(Math.ceil(byteLength / size)).slice(0, -1);
  // Joined strings are flat, as those that come from a file or a network are.
  return Array.from({ length: 8 }, (_, index) => [text, index].join(""));
}

const INPUTS: Record<string, string[]> = {
  "13 B": strings("Hello there, ", 13),
  "64 B": strings("Hello there, ", 64),
  "1 KiB": strings("Hello there, ", 1024),
  "64 KiB": strings("Hello there, ", 65536),
  "CJK 1 KiB": strings("漢字語文", 1024),
  "mixed 1 KiB": strings("Grüße, naïve café 🚀 plain words ", 1024),
};

let sink = 0;

/** Adds one benchmark: `pass` is called with each string in turn. */
function bench<T>(
  group: string,
  name: string,
  inputs: readonly T[],
  pass: (input: T) => string | Uint8Array,
  baseline = false,
) {
  let turn = 0;
  Deno.bench({ group, name: `${name}, ${group}`, baseline }, () => {
    const result = pass(inputs[turn++ & 7]!);
    sink += typeof result === "string" ? result.charCodeAt(result.length >> 1) : result[0]!;
  });
}

const echo = new URL("c/echo_length.wasm", GUESTS);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Handwritten code for a guest with a static buffer. */
async function naive(): Promise<(text: string) => string> {
  const { instance } = await WebAssembly.instantiate(await Deno.readFile(echo));
  const { memory, get_buffer_pointer, echo: run } = instance.exports as {
    memory: WebAssembly.Memory;
    get_buffer_pointer(): number;
    echo(byteLength: number): number;
  };
  return (text) => {
    const bytes = encoder.encode(text);
    const pointer = get_buffer_pointer();
    new Uint8Array(memory.buffer).set(bytes, pointer);
    return decoder.decode(new Uint8Array(memory.buffer, pointer, run(bytes.length)));
  };
}

async function naiveBytes(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const { instance } = await WebAssembly.instantiate(await Deno.readFile(echo));
  const { memory, get_buffer_pointer, echo: run } = instance.exports as {
    memory: WebAssembly.Memory;
    get_buffer_pointer(): number;
    echo(byteLength: number): number;
  };
  return (bytes) => {
    const pointer = get_buffer_pointer();
    new Uint8Array(memory.buffer).set(bytes, pointer);
    return new Uint8Array(memory.buffer).slice(pointer, pointer + run(bytes.length));
  };
}

/** The algorithm of wasm-bindgen's JavaScript for ASCII, for a guest that returns two values. */
async function bindgenAlgorithm(): Promise<(text: string) => string> {
  const source = new URL("c/bindgen_multi_value.wasm", GUESTS);
  const { instance } = await WebAssembly.instantiate(await Deno.readFile(source));
  const wasm = instance.exports as {
    memory: WebAssembly.Memory;
    __wbindgen_malloc(size: number, align: number): number;
    __wbindgen_free(pointer: number, size: number, align: number): void;
    echo(pointer: number, byteLength: number): [number, number];
  };
  const fatal = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  return (text) => {
    const pointer = wasm.__wbindgen_malloc(text.length, 1) >>> 0;
    const bytes = new Uint8Array(wasm.memory.buffer);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) throw new Error("only ASCII is passed here");
      bytes[pointer + at] = unit;
    }
    const [result, byteLength] = wasm.echo(pointer, text.length);
    const answer = fatal.decode(new Uint8Array(wasm.memory.buffer, result >>> 0, byteLength));
    wasm.__wbindgen_free(result, byteLength, 1);
    return answer;
  };
}

const relays = new URL("wat/relays.wasm", GUESTS);
const RELAY = {
  relay: { parameters: ["string", "u32"], result: "string" },
  echo: { parameters: ["string"], result: "string" },
} as const;

/** The number of calls between guest and host in one run, in either direction. */
const TIMES = 100;

/** A guest that asks the host many times, with handwritten code on both sides. */
async function relayByHand(): Promise<(text: string) => string> {
  const { instance } = await WebAssembly.instantiate(await Deno.readFile(relays), {
    env: {
      answer(pointer: number, byteLength: number): bigint {
        return give(take(pointer, byteLength));
      },
    },
  });
  const { memory, malloc, relay } = instance.exports as {
    memory: WebAssembly.Memory;
    malloc(size: number): number;
    relay(pointer: number, byteLength: number, times: number): bigint;
  };
  const take = (pointer: number, byteLength: number) =>
    decoder.decode(new Uint8Array(memory.buffer, pointer, byteLength));
  const give = (text: string) => {
    const bytes = encoder.encode(text);
    const pointer = malloc(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, pointer);
    return BigInt(pointer) << 32n | BigInt(bytes.length);
  };
  return (text) => {
    const question = give(text);
    const answer = relay(Number(question >> 32n), Number(question & 0xffffffffn), TIMES);
    return take(Number(answer >> 32n), Number(answer & 0xffffffffn));
  };
}

const symbols = { echo: { parameters: ["string"], result: "string" } } as const;
const guest = await load(echo);
const declared = await load(echo, { symbols });
const bindgen = await load(new URL("c/bindgen_multi_value.wasm", GUESTS), {
  convention: wasmBindgen(),
});
const byHand = await naive();
const bindgenByHand = await bindgenAlgorithm();
const assemblyScriptUrl = new URL("assemblyscript/strings.wasm", GUESTS);
const assemblyScript = await load(assemblyScriptUrl);
const loader = await loadAssemblyScript(await Deno.readFile(assemblyScriptUrl), {});
const { __newString, __getString, echo: assemblyScriptEcho } = loader.exports as unknown as {
  __newString(text: string): number;
  __getString(pointer: number): string;
  echo(pointer: number): number;
};

for (const [size, inputs] of Object.entries(INPUTS)) {
  const group = `text ${size}`;
  bench(group, "naive", inputs, byHand, true);
  bench(group, "passString", inputs, (text) => guest.passString(text, "echo"));
  bench(group, "a symbol", inputs, declared.symbols.echo);

  if (/^\d/.test(size)) {
    const owners = `wasm-bindgen ${size}`;
    bench(owners, "its algorithm", inputs, bindgenByHand, true);
    bench(owners, "Passage", inputs, (text) => bindgen.passString(text, "echo"));
  }

  const managed = `AssemblyScript ${size}`;
  const load = (text: string) => __getString(assemblyScriptEcho(__newString(text)));
  bench(managed, "its loader", inputs, load, true);
  bench(managed, "Passage", inputs, (text) => assemblyScript.passString(text, "echo"));
}

const copyByHand = await naiveBytes();
for (const size of [13, 1024, 65536]) {
  const inputs = Array.from({ length: 8 }, (_, index) => new Uint8Array(size).fill(index));
  const group = `bytes ${size} B`;
  bench(group, "naive", inputs, copyByHand, true);
  bench(group, "passBytes", inputs, (bytes) => guest.passBytes(bytes, "echo"));
}

const text = { type: "string", form: "packedPointerHigh" } as const;
const answer = hostFunction({ parameters: ["string"], result: text }, (question) => question);
const { symbols: { relay, echo: sameTheOtherWay } } = await load(relays, {
  convention: allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh" }),
  imports: { env: { answer } },
  symbols: RELAY,
});
const relayedByHand = await relayByHand();
for (const size of ["13 B", "1 KiB", "64 KiB", "CJK 1 KiB"]) {
  const group = `host function ${size}, ${TIMES} times`;
  const inputs = INPUTS[size]!;
  bench(group, "naive", inputs, relayedByHand, true);
  bench(group, "a host function", inputs, (text) => relay(text, TIMES));
  bench(group, "a symbol, the other way", inputs, (text) => {
    let last = text;
    for (let times = 0; times < TIMES; times++) last = sameTheOtherWay(text);
    return last;
  });
}

const many = Array.from({ length: 10_000 }, (_, index) => `name ${index}`);
for (const [name, pass] of [["naive", byHand], ["a symbol", declared.symbols.echo]] as const) {
  Deno.bench({ group: "10,000 short strings", name, baseline: name === "naive" }, () => {
    for (const text of many) sink += pass(text).length;
  });
}
