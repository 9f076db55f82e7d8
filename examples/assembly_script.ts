// Passes AssemblyScript objects: copies of their fields, arrays of them, and references to objects
// that stay in the guest.
//
//     deno run --allow-read=testdata examples/assembly_script.ts
import { load } from "../mod.ts";

// class Point { x: f64; y: f64 }
const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;
// class Counter, whose fields are private
const counter = { type: "reference", class: "Counter" } as const;

using guest = await load(new URL("../testdata/assemblyscript/objects.wasm", import.meta.url), {
  symbols: {
    // function middle(one: Point, other: Point): Point
    middle: { parameters: [point, point], result: point },
    // function square(size: i32): Point[]
    square: { parameters: ["i32"], result: { type: "objects", item: point } },
    // function makeCounter(from: i32): Counter
    makeCounter: { parameters: ["i32"], result: counter },
    // function addTo(counter: Counter, by: i32): i32
    addTo: { parameters: [counter, "i32"], result: "i32" },
    // function countWords(text: string): Map<string, i32>
    countWords: { parameters: ["string"], result: { type: "reference" } },
    // function countOf(counts: Map<string, i32>, word: string): i32
    countOf: { parameters: [{ type: "reference" }, "string"], result: "i32" },
  },
});

const { middle, square, makeCounter, addTo, countWords, countOf } = guest.symbols;
console.log(JSON.stringify(middle({ x: 0, y: 1 }, { x: 2, y: 3 })));
console.log(square(2).map(({ x, y }) => `${x},${y}`).join(" "));
{
  // The guest's garbage collector keeps the counter until the end of this block.
  using mine = makeCounter(40);
  console.log(addTo(mine, 2));
}
using words = countWords("to be or not to be");
console.log(countOf(words, "be"));
