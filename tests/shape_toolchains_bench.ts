// Calls that only guests of some toolchains need, each next to the same calls written by hand:
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

type Invoke = (index: number, ...args: number[]) => unknown;

/**
 * Makes an `invoke_*` as Emscripten writes them: each has source of its own, and what it finds in
 * the table is kept.
 */
function invoking(count: number, guestOf: () => Unwound = () => jumps): Invoke {
  const args = Array.from({ length: count }, (_, index) => `, a${index}`).join("");
  const source = `return (index${args}) => {
    const guest = guestOf();
    const stack = guest.stackSave();
    try {
      let entry = entries[index];
      if (!entry) entries[index] = entry = guest.__indirect_function_table.get(index);
      return entry(${args.slice(2)});
    } catch (error) {
      guest.stackRestore(stack);
      if (error !== error + 0) throw error;
      guest.setThrew(1, 0);
    }
  };`;
  return new Function("guestOf", "entries", source)(guestOf, []);
}

/** The exports that unwinding needs. */
interface Unwound {
  readonly __indirect_function_table: WebAssembly.Table;
  stackSave(): number;
  stackRestore(stack: number): void;
  setThrew(threw: number, value: number): void;
}

let half = 0;
const jumps = await exportsOf<
  Unwound & {
    _initialize(): void;
    jump(depth: number, code: number): number;
    guarded(question: number): number;
  }
>(JUMPS, {
  invoke_i: invoking(0),
  invoke_ii: invoking(1),
  invoke_iii: invoking(2),
  invoke_vii: invoking(2),
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

// C++ exceptions as Emscripten carries them. The header of a thrown object is before it: the count
// of its holders, its type, its destructor, whether it was caught, and the address that is caught.
const EXCEPTIONS = "../emscripten_js/exceptions";
using throwing = await load(fileOf(EXCEPTIONS), {
  missing: "trap",
  symbols: { attempt: { parameters: ["i32"], result: "i32" } },
});

const HEADER = 24;
let words32: Uint32Array = new Uint32Array(0);
/** The object that was thrown last. */
let thrown = 0;
const handled: number[] = [];

/** Returns the index of a thrown object's header among the words of memory. */
function headerOf(object: number): number {
  if (words32.length === 0) words32 = new Uint32Array(throws.memory.buffer);
  return (object - HEADER) >> 2;
}

/** Returns the handler of the last exception among those that catch types, as Emscripten does. */
function findCatch(...types: number[]): number {
  const at = headerOf(thrown);
  words32[at + 4] = thrown;
  const type = words32[at + 1]!;
  for (const wanted of types) {
    if (wanted === 0 || wanted === type) break;
    if (throws.__cxa_can_catch(wanted, type, (at + 4) * 4)) {
      half = wanted;
      return thrown;
    }
  }
  half = type;
  return thrown;
}

const invokingThrows = (count: number): Invoke => invoking(count, () => throws);
const throws = await exportsOf<
  Unwound & {
    malloc(size: number): number;
    free(block: number): void;
    __wasm_call_ctors(): void;
    __cxa_can_catch(wanted: number, type: number, adjusted: number): number;
    __cxa_is_pointer_type(type: number): number;
    attempt(kind: number): number;
  }
>(EXCEPTIONS, {
  invoke_v: invokingThrows(0),
  invoke_vi: invokingThrows(1),
  invoke_ii: invokingThrows(1),
  invoke_vii: invokingThrows(2),
  invoke_iii: invokingThrows(2),
  invoke_viii: invokingThrows(3),
  invoke_iiii: invokingThrows(3),
  invoke_viiii: invokingThrows(4),
  invoke_iiiii: invokingThrows(4),
  getTempRet0: () => half,
  setTempRet0(value: number) {
    half = value;
  },
  llvm_eh_typeid_for: (type: number) => type,
  __cxa_find_matching_catch_2: findCatch,
  __cxa_find_matching_catch_3: findCatch,
  __cxa_find_matching_catch_4: findCatch,
  __cxa_find_matching_catch_6: findCatch,
  __cxa_allocate_exception: (size: number) => throws.malloc(size + HEADER) + HEADER,
  __cxa_free_exception: (object: number) => throws.free(object - HEADER),
  __cxa_throw(object: number, type: number, destructor: number) {
    const at = headerOf(object);
    words32[at] = 0;
    words32[at + 1] = type;
    words32[at + 2] = destructor;
    words32[at + 3] = 0;
    words32[at + 4] = 0;
    throw thrown = object;
  },
  __resumeException(object: number) {
    throw thrown = object;
  },
  __cxa_begin_catch(object: number) {
    const at = headerOf(object);
    words32[at + 3] = 1;
    words32[at]!++;
    handled.push(object);
    if (throws.__cxa_is_pointer_type(words32[at + 1]!)) return words32[object >> 2]!;
    return words32[at + 4] || object;
  },
  __cxa_end_catch() {
    throws.setThrew(0, 0);
    const object = handled.pop()!;
    const at = headerOf(object);
    if (--words32[at]! === 0) {
      const destructor = words32[at + 2]!;
      if (destructor) (throws.__indirect_function_table.get(destructor) as Invoke)(object);
      throws.free(object - HEADER);
    }
    thrown = 0;
  },
});
throws.__wasm_call_ctors();

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

// Strings that cross as references.
const REFERENCE = { type: "string", nullable: true } as const;
using references = await load(fileOf("../wat/js_strings"), {
  symbols: { echo: { parameters: [REFERENCE], result: REFERENCE } },
});
const strings = await WebAssembly.instantiate(references.module);
const echoed = strings.exports.echo as (text: string | null) => string | null;
const given = ["abc", null];

const byHand = {
  echo: (text: string | null) => echoed(text),
  jump: (code: number) => jumps.jump(2, code),
  guarded: (question: number) => jumps.guarded(question),
  attempt: (kind: number) => throws.attempt(kind),
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
const { attempt } = throwing.symbols;
const { repeat } = texts.symbols;
const { echo } = references.symbols;

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
    name: "try that throws nothing, by invoke_*",
    calls: 30_000,
    passage: () => attempt(0),
    byHand: () => byHand.attempt(0),
  },
  {
    name: "an exception of C++, thrown and caught",
    calls: 1_000,
    passage: () => attempt(3),
    byHand: () => byHand.attempt(3),
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
  {
    name: "a string or null, as a reference",
    calls: 100_000,
    passage: (turn) => echo(given[turn & 1]!),
    byHand: (turn) => byHand.echo(given[turn & 1]!),
  },
];

measureShapes(SHAPES, byHand);
