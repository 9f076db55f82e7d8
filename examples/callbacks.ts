// Passes functions to guests as C function pointers, and calls functions that guests return.
import { hostFunction, load } from "../mod.ts";

const clicked: ((x: number, y: number) => void)[] = [];
const operators: Record<string, (left: number, right: number) => number> = {
  "*": (left, right) => left * right,
};

using guest = await load(new URL("../testdata/c/function_pointers.wasm", import.meta.url), {
  symbols: {
    // void sort(int *items, size_t count, int (*compare)(const void *, const void *))
    sort: {
      parameters: [
        { type: "array", element: "i32", place: { kind: "stack" } },
        { type: "function", parameters: ["pointer", "pointer"], result: "i32" },
      ],
      result: {
        type: "array",
        element: "i32",
        pointer: { argument: 0 },
        length: { countOf: 0 },
      },
    },
    // void on_event(void (*callback)(const char *event, void *user_data), void *user_data)
    on_event: { parameters: ["pointer", "pointer"], result: "void" },
    emit: {
      parameters: [{ type: "string", place: { kind: "stack" }, pass: ["pointer"] }],
      result: "i32",
    },
    // int (*get_op(char name))(int, int)
    get_op: {
      parameters: ["i32"],
      result: { type: "function", parameters: ["i32", "i32"], result: "i32" },
    },
  },
});
const { symbols, memory } = guest;
const functions = await guest.functions();

// The function is in the guest's table until `sort` returns.
const sorted = symbols.sort(
  Int32Array.of(5, 1, 4),
  (left, right) => memory.read("i32", right) - memory.read("i32", left),
);
console.log(sorted.join(" "));

{
  // The guest keeps this one across calls, until the end of the block.
  using callback = functions.add(
    hostFunction(
      { parameters: [{ type: "string", pass: ["pointer"] }, "pointer"], result: "void" },
      (event, userData) => console.log(`${event}: ${userData}`),
    ),
  );
  symbols.on_event(callback, 42);
  symbols.emit("ready");
}

// The guest has kept the pointer, so this is an error instead of a call of another function.
try {
  symbols.emit("gone");
} catch (error) {
  console.log(`${error}`);
}

// The guest returns one of its own functions.
const add = symbols.get_op("+".charCodeAt(0));
console.log(add(2, 3));

// void on_click(void (*handler)(int x, int y, void *data), void *data)
// int (*find_op(char name))(int, int)
using other = await load(new URL("../testdata/c/function_values.wasm", import.meta.url), {
  imports: {
    env: {
      on_click: hostFunction(
        {
          parameters: [
            { type: "function", parameters: ["i32", "i32", "pointer"], result: "void" },
            "pointer",
          ],
          result: "void",
        },
        (handler, data) => clicked.push((x, y) => handler(x, y, data)),
      ),
      find_op: hostFunction(
        {
          parameters: ["i32"],
          result: { type: "function", parameters: ["i32", "i32"], result: "i32" },
        },
        (name) => operators[String.fromCharCode(name)]!,
      ),
      with_counter: () => 0,
    },
  },
  symbols: {
    start: { parameters: [], result: "void" },
    clicks: { parameters: ["i32"], result: "i32" },
    calculate: { parameters: ["i32", "i32", "i32"], result: "i32" },
  },
});

// The guest registers two handlers through an import; the second one counts each click twice.
other.symbols.start();
for (const click of clicked) click(3, 4);
console.log(other.symbols.clicks(0), other.symbols.clicks(1));

// The guest asks the host for the function of an operator, and calls it.
console.log(other.symbols.calculate("*".charCodeAt(0), 6, 7));
