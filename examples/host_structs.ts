// Host functions that take C structs from the guest, and return structs and lists to it.
//
//     deno run --allow-read=testdata examples/host_structs.ts
import { allocator, hostFunction, load } from "../mod.ts";

const point = { type: "struct", fields: { x: "i32", y: "i32" } } as const;
const rect = { type: "struct", fields: { a: point, b: point } } as const;
const person = { type: "struct", fields: { name: "string", age: "i32" } } as const;

using guest = await load(new URL("../testdata/c/host_structs.wasm", import.meta.url), {
  convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" }),
  missing: "trap",
  imports: {
    env: {
      // int area(const struct rect *r)
      area: hostFunction(
        { parameters: [rect], result: "i32" },
        ({ a, b }) => (b.x - a.x) * (b.y - a.y),
      ),
      // struct point middle(struct rect r)
      middle: hostFunction(
        { parameters: [{ ...rect, by: "value" }], result: { ...point, by: "value" } },
        ({ a, b }) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }),
      ),
      // struct person *find_person(int age), which the guest frees
      find_person: hostFunction(
        { parameters: ["i32"], result: { ...person, nullable: true } },
        (age) => age > 17 ? { name: "Maria", age } : null,
      ),
      // struct point *list_points(int wanted, size_t *count)
      list_points: hostFunction({
        parameters: ["i32"],
        result: { type: "list", item: point, pointer: "result", count: { word: 0 } },
        arguments: [{ parameter: 0 }, { area: 0 }],
      }, (wanted) => Array.from({ length: wanted }, () => ({ x: 0, y: 1 }))),
      // bool divide(int left, int right, int *quotient, int *remainder)
      divide: hostFunction({
        parameters: [
          "i32",
          "i32",
          { type: "out", name: "quotient", value: "i32" },
          { type: "out", name: "remainder", value: "i32" },
        ],
        result: "bool",
      }, (left, right) => ({
        result: right !== 0,
        quotient: right === 0 ? 0 : Math.trunc(left / right),
        remainder: right === 0 ? 0 : left % right,
      })),
    },
  },
  symbols: {
    call_area: { parameters: ["i32", "i32"], result: "i32" },
    call_middle: { parameters: ["i32", "i32"], result: "i32" },
    call_find_person: { parameters: ["i32"], result: "i32" },
    call_divide: { parameters: ["i32", "i32"], result: "i32" },
    call_list_points: { parameters: ["i32"], result: "i32" },
  },
});

const { call_area, call_middle, call_find_person, call_list_points } = guest.symbols;
console.log(call_area(4, 6));
console.log(call_middle(6, 6));
console.log(call_find_person(41));
console.log(call_list_points(3) % 1000);
console.log(guest.symbols.call_divide(17, 5));
