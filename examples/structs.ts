// Passes C structs by pointer, by value, with texts, and in lists, and takes values that a guest
// returns through pointers.
//
//     deno run --allow-read=testdata examples/structs.ts
import { load } from "../mod.ts";

const point = { type: "struct", fields: { x: "i32", y: "i32" } } as const;
const rect = { type: "struct", fields: { a: point, b: point } } as const;
const person = { type: "struct", fields: { name: "string", age: "i32" } } as const;
const particle = {
  type: "struct",
  fields: { x: "f64", y: "f64", mass: "f32", kind: "u8" },
} as const;

using guest = await load(new URL("../testdata/c/struct_types_stack.wasm", import.meta.url), {
  symbols: {
    // int area(const struct rect *r)
    area: { parameters: [rect], result: "i32" },
    // struct point middle(struct rect r)
    middle: { parameters: [{ ...rect, by: "value" }], result: { ...point, by: "value" } },
    // const struct person *older(const struct person *p)
    older: { parameters: [person], result: person },
    // double total_mass(const struct particle *particles, size_t count)
    total_mass: { parameters: [{ type: "list", item: particle }], result: "f64" },
    // void sort_points(struct point *points, size_t count)
    sort_points: {
      parameters: [{ type: "list", item: point }],
      result: { type: "list", item: point, pointer: { argument: 0 }, count: 3 },
    },
    // int divide(int left, int right, int *quotient, int *remainder)
    divide: {
      parameters: [
        "i32",
        "i32",
        { type: "out", name: "quotient", value: "i32" },
        { type: "out", name: "remainder", value: "i32" },
      ],
      result: "i32",
    },
    // void grow(struct rect *r, int by)
    grow: { parameters: [{ type: "inout", name: "rect", value: rect }, "i32"], result: "void" },
    // struct settings *get_settings(void)
    get_settings: { parameters: [], result: "pointer" },
    // double render(int times)
    render: { parameters: ["i32"], result: "f64" },
  },
});

const { area, middle, older, total_mass, sort_points } = guest.symbols;
const square = { a: { x: 1, y: 1 }, b: { x: 5, y: 5 } };
console.log(area(square));
console.log(JSON.stringify(middle(square)));
console.log(JSON.stringify(older({ name: "Ana", age: 41 })));
console.log(total_mass([{ x: 0, y: 0, mass: 2.5, kind: 2 }, { x: 1, y: 0, mass: 1, kind: 3 }]));
const points = sort_points([{ x: 3, y: 1 }, { x: 1, y: 2 }, { x: 2, y: 3 }]);
console.log(points.map(({ x }) => x).join(" "));

// Values that the guest returns through pointers, and a struct that it changes.
console.log(JSON.stringify(guest.symbols.divide(17, 5)));
console.log(JSON.stringify(guest.symbols.grow(square, 2).rect.b));

// A struct of the guest, which its functions use between calls.
const fields = { width: "u32", scale: "f64", title: "string" } as const;
const settings = await guest.struct({ type: "struct", fields }, guest.symbols.get_settings());
settings.write({ width: 10 });
console.log(JSON.stringify(settings.read()), guest.symbols.render(2));

// A wrong field is refused with its path, before anything is written.
try {
  area({ a: square.a, b: { x: 5, y: 0.5 } });
} catch (error) {
  console.log(`${error}`);
}
