/**
 * Numbers that are found elsewhere: the address and the capacity of a buffer in a struct, the
 * arguments that free a Rust vector, a value that exists only for one status, a tagged union, and
 * items of varying size.
 *
 *     deno run --allow-read=testdata examples/values.ts
 */
import { load } from "../mod.ts";

// A context that the caller passes has the address of its buffer and its capacity.
const buffer = {
  kind: "buffer",
  pointer: { word: 0, at: { parameter: 0 } },
  capacity: { word: 1, at: { parameter: 0 } },
} as const;
using contexts = await load("testdata/c/contexts.wasm", {
  symbols: {
    context_new: { parameters: ["u32"], result: "pointer" },
    upper: {
      parameters: ["pointer", { type: "string", place: buffer, pass: ["byteLength"] }],
      result: { type: "string", pointer: buffer.pointer, length: "result" },
    },
  },
});
const context = contexts.symbols.context_new(16);
console.log(contexts.symbols.upper(context, "in a context")); // IN A CONTEXT

// Vec::from_raw_parts also needs the capacity, which is the third word of the result.
using vectors = await load("testdata/rust/vectors.wasm", {
  symbols: {
    double: {
      parameters: [{
        type: "string",
        place: {
          kind: "allocator",
          allocate: "alloc_vec", // returns the address and the capacity in one u64
          pointer: { high: "result" },
          free: { export: "vec_free", pass: ["pointer", 0, { low: "allocated" }] },
        },
        pass: ["pointer", "byteLength"],
      }],
      arguments: [{ area: 0 }, { text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      result: {
        type: "string",
        pointer: { word: 0 },
        length: { word: 1 },
        freedBy: { call: { export: "vec_free", pass: ["pointer", "byteLength", { word: 2 }] } },
      },
    },
  },
});
console.log(vectors.symbols.double("ab")); // abab

using variants = await load("testdata/c/variants.wasm", {
  symbols: {
    find: {
      parameters: ["i32"],
      arguments: [{ parameter: 0 }, { area: 0 }, { area: 1 }],
      // Status 1 means that there is none.
      result: {
        type: "string",
        pointer: { word: 0 },
        length: "nul",
        when: { value: "result", is: 0 },
      },
    },
    value_at: {
      parameters: ["u32"],
      result: {
        type: "variant",
        tag: { load: "u32", at: "result" },
        cases: {
          null: { is: 0 },
          number: {
            is: 2,
            value: { type: "f64", value: { load: "f64", at: "result", offset: 8 } },
          },
        },
      },
    },
    list: {
      parameters: ["u32"],
      result: {
        type: "list",
        pointer: "result",
        count: 3,
        stride: { load: "u16", at: "result" },
        item: {
          type: "string",
          pointer: { sum: ["result", 8] },
          length: { load: "u8", at: "result", offset: 3 },
        },
      },
    },
    repeat: {
      parameters: ["bytes", "u32"],
      result: {
        type: "bytes",
        pointer: "result",
        length: (bytes: Uint8Array, times: number) => bytes.length * times,
      },
    },
  },
});
const { find, value_at, list, repeat } = variants.symbols;
console.log(find(0), find(4)); // Ada undefined
const value = value_at(2);
if (value.tag === "number") console.log(value.value); // 2.5
console.log(list(0).join("|")); // a|long name|
console.log(repeat(Uint8Array.of(1, 2), 3).length); // 6
