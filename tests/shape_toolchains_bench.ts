// What only guests of some toolchains need, each beside the same written by hand:
//     deno task bench tests/shape_toolchains_bench.ts
// The handwritten side does what a toolchain's own JavaScript does, without checks; it is printed
// with `-- --by-hand`.
import { allocator, hostFunction, load } from "../mod.ts";
import { exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

// `setjmp` and `longjmp` as Emscripten carries them: functions that may leave are called through the
// host, by `invoke_*`.
const JUMPS = "../emscripten/jumps";
using jumping = await load(fileOf(JUMPS), {
  missing: "trap",
  imports: {
    env: { ask: hostFunction({ parameters: ["i32"], result: "i32" }, (question) => question + 1) },
  },
  symbols: {
    jump: { parameters: ["i32", "i32"], result: "i32" },
    guarded: { parameters: ["i32"], result: "i32" },
  },
});

type Entry = (...args: number[]) => unknown;

/** The functions in the guest's table that were called. */
const entries: Entry[] = [];

/** Makes a function that calls one in the guest's table, and notes that it has left. */
function invoking(left: number | undefined) {
  return (index: number, ...args: number[]) => {
    const stack = jumps.stackSave();
    try {
      return (entries[index] ??= jumps.__indirect_function_table.get(index) as Entry)(...args);
    } catch (error) {
      jumps.stackRestore(stack);
      if (error !== Infinity) throw error;
      jumps.setThrew(1, 0);
      return left;
    }
  };
}

let half = 0;
const jumps = await exportsOf<{
  __indirect_function_table: WebAssembly.Table;
  _initialize(): void;
  stackSave(): number;
  stackRestore(stack: number): void;
  setThrew(threw: number, value: number): void;
  jump(depth: number, code: number): number;
  guarded(question: number): number;
}>(JUMPS, {
  invoke_i: invoking(0),
  invoke_ii: invoking(0),
  invoke_iii: invoking(0),
  invoke_vii: invoking(undefined),
  ask: (question: number) => question + 1,
  getTempRet0: () => half,
  setTempRet0(value: number) {
    half = value;
  },
  _emscripten_throw_longjmp() {
    throw Infinity;
  },
});
jumps._initialize();

// Text in WTF-8, which has no encoder of its own in JavaScript.
const TEXT = { type: "string", encoding: "wtf-8" } as const;
using texts = await load(fileOf("shapes"), {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  }),
  missing: "trap",
  symbols: { repeat: { parameters: [TEXT, "u32"], result: TEXT } },
});
const shapes = await exportsOf<{
  malloc(length: number): number;
  free(block: number): void;
  repeat(text: number, length: number, times: number): bigint;
}>("shapes");
const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const lone = words.map((word) => `\ud83d${word}`);

/** Writes a text, and returns its length in bytes. */
function encode(text: string, into: Uint8Array): number {
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index)!;
    if (point < 0x80) into[at++] = point;
    else if (point < 0x800) {
      into[at++] = 0xc0 | point >> 6;
      into[at++] = 0x80 | point & 63;
    } else {
      if (point < 0x10000) into[at++] = 0xe0 | point >> 12;
      else {
        index++;
        into[at++] = 0xf0 | point >> 18;
        into[at++] = 0x80 | point >> 12 & 63;
      }
      into[at++] = 0x80 | point >> 6 & 63;
      into[at++] = 0x80 | point & 63;
    }
  }
  return at;
}

function decode(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at++]!;
    if (first < 0x80) text += String.fromCharCode(first);
    else if (first < 0xe0) text += String.fromCharCode((first & 31) << 6 | bytes[at++]! & 63);
    else if (first < 0xf0) {
      const high = (first & 15) << 12 | (bytes[at++]! & 63) << 6;
      text += String.fromCharCode(high | bytes[at++]! & 63);
    } else {
      const high = (first & 7) << 18 | (bytes[at++]! & 63) << 12 | (bytes[at++]! & 63) << 6;
      text += String.fromCodePoint(high | bytes[at++]! & 63);
    }
  }
  return text;
}

const byHand = {
  jump: (code: number) => jumps.jump(2, code),
  guarded: (question: number) => jumps.guarded(question),
  repeat(text: string, times: number) {
    const room = 3 * text.length;
    const pointer = shapes.malloc(room);
    const length = encode(text, new Uint8Array(shapes.memory.buffer, pointer, room));
    const packed = shapes.repeat(pointer, length, times);
    const at = Number(packed >> 32n), end = at + Number(packed & 0xffffffffn);
    const result = decode(new Uint8Array(shapes.memory.buffer).subarray(at, end));
    shapes.free(at);
    shapes.free(pointer);
    return result;
  },
};

const { jump, guarded } = jumping.symbols;
const { repeat } = texts.symbols;

const SHAPES: readonly Shape[] = [
  {
    name: "a call within setjmp, by invoke_*",
    calls: 30_000,
    passage: (turn) => guarded(turn),
    byHand: (turn) => byHand.guarded(turn),
  },
  {
    name: "a longjmp out of three calls",
    calls: 1_000,
    passage: (turn) => jump(2, turn + 1),
    byHand: (turn) => byHand.jump(turn + 1),
  },
  {
    name: "a text in WTF-8, in and out",
    calls: 10_000,
    passage: (turn) => repeat(words[turn & 7]!, 3),
    byHand: (turn) => byHand.repeat(words[turn & 7]!, 3),
  },
  {
    name: "the same with lone surrogates",
    calls: 3_000,
    passage: (turn) => repeat(lone[turn & 7]!, 3),
    byHand: (turn) => byHand.repeat(lone[turn & 7]!, 3),
  },
];

measureShapes(SHAPES, byHand);
