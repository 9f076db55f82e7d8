// Passes arrays of numbers: to C, which changes them in place, and to AssemblyScript, which has
// classes for them.
//
//     deno run --allow-read=testdata examples/arrays.ts
import { load } from "../mod.ts";

const f64s = { type: "array", element: "f64" } as const;

using c = await load(new URL("../testdata/c/shapes.wasm", import.meta.url), {
  missing: "trap",
  symbols: {
    // void scale(double *numbers, size_t count)
    scale: {
      parameters: [f64s],
      result: { ...f64s, pointer: { argument: 0 }, length: { countOf: 0 } },
    },
  },
});

const numbers = Float64Array.of(1.5, -2, 0.25);
const doubled = c.symbols.scale(numbers);
console.log(doubled, numbers); // the guest has changed a copy

using guest = await load(new URL("../testdata/assemblyscript/arrays.wasm", import.meta.url), {
  symbols: {
    // function count(to: i32): i32[]
    count: { parameters: ["i32"], result: { type: "array", element: "i32" } },
    // function sumArray(numbers: f64[]): f64
    sumArray: { parameters: [{ ...f64s, class: "Array<f64>" }], result: "f64" },
    // function largest(numbers: i16[]): i32
    largest: { parameters: [{ type: "array", element: "i16" }], result: "i32" },
    // function appended(numbers: i64[], number: i64): i64[]
    appended: {
      parameters: [{ type: "array", element: "i64" }, "i64"],
      result: { type: "array", element: "i64" },
    },
  },
});

const { count, sumArray, largest, appended } = guest.symbols;
console.log(count(4));
console.log(sumArray(doubled), sumArray([0.5, 0.25]));
console.log(appended([1n, 2n], -3n));

// An element that does not fit is refused with its index, before anything is written.
try {
  largest([7, 40_000]);
} catch (error) {
  console.log(`${error}`);
}
