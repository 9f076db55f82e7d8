import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load, type Pointer } from "../../../mod.ts";
import { guestPath, loadPointers } from "./_function_pointers.ts";

const HANDLER = {
  parameters: [{ type: "string", pass: ["pointer"] }, "pointer"],
  result: "void",
} as const;

const REMOVED =
  "Cannot call a callback: it was removed from the guest's table, and the guest has kept its " +
  "pointer, expected the guest to forget it before";

for (const name of ["", "64", "no_stack"]) {
  Deno.test(`a guest calls a callback whose pointer it keeps ${name}`, async () => {
    using guest = await loadPointers(name);
    const functions = await guest.functions();
    const events: unknown[] = [];
    using callback = functions.add(hostFunction(HANDLER, (event, data) => {
      events.push([event, data]);
    }));
    guest.symbols.on_event(callback, 0x40);
    for (let turn = 0; turn < 120; turn++) assertEquals(guest.symbols.emit("ready, Grüße"), 1);
    assertEquals(events.length, 120);
    assertEquals(events[119], ["ready, Grüße", 0x40]);
  });
}

Deno.test("a guest without declared symbols is given the pointer as a number", async () => {
  using guest = await load(guestPath());
  const functions = await guest.functions();
  using callback = functions.add(
    hostFunction({ parameters: ["i32", "i32"], result: "i32" }, (left, right) => left - right),
  );
  const { apply } = guest.exports as { apply(op: number, left: number, right: number): number };
  assertEquals(apply(callback.pointer, 44, 2), 42);
});

Deno.test("calling or passing a removed callback is an error of Passage", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const callback = functions.add(hostFunction(HANDLER, () => {}));
  guest.symbols.on_event(callback, 0);
  guest.symbols.emit("a");
  callback.remove();
  callback.remove();
  for (const use of [() => callback.pointer, () => guest.symbols.on_event(callback, 0)]) {
    const error = assertThrows(use, GuestError);
    assertEquals(error.code, "disposed");
    assertEquals(
      error.message,
      "Cannot use a callback: it was removed from the guest's table",
    );
  }
  const error = assertThrows(() => guest.symbols.emit("b"), GuestError);
  assertEquals([error.code, error.message], ["function-pointer", REMOVED]);
  assertEquals(guest.state, "ready");
});

Deno.test("released entries of the table are used again", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const table = guest.exports.__indirect_function_table as WebAssembly.Table;
  const { length } = table;
  const make = () => functions.add(hostFunction(HANDLER, () => {}));
  const pointers = new Set<Pointer>();
  for (let turn = 0; turn < 50; turn++) {
    using one = make(), other = make();
    pointers.add(one.pointer).add(other.pointer);
  }
  assertEquals([table.length, [...pointers]], [length + 2, [length, length + 1]]);
});

Deno.test("a callback outlives a reset, at the same pointer", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  let calls = 0;
  using gone = functions.add(hostFunction(HANDLER, () => {}));
  using callback = functions.add(hostFunction(HANDLER, () => {
    calls++;
  }));
  const { pointer } = callback;
  gone.remove();
  guest.symbols.on_event(callback, 0);
  guest.symbols.emit("before");
  guest.reset();
  assertEquals(guest.symbols.emit("nobody"), 0);
  guest.symbols.on_event(callback, 0);
  guest.symbols.emit("after");
  assertEquals([calls, callback.pointer], [2, pointer]);
  callback.remove();
  assertEquals(assertThrows(() => guest.symbols.emit("gone"), GuestError).message, REMOVED);
});

Deno.test("an error of a callback unwinds to the caller and puts the stack back", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const stack = guest.exports.__stack_pointer as WebAssembly.Global;
  const before = stack.value;
  const mine = new Error("mine");
  using callback = functions.add(hostFunction(HANDLER, () => {
    throw mine;
  }));
  guest.symbols.on_event(callback, 0);
  const thrown = assertThrows(() => guest.symbols.emit_twice("a"));
  assertEquals([thrown === mine, guest.state, stack.value], [true, "ready", before]);
});

Deno.test("a callback can call the guest, and remove itself", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const { symbols } = guest;
  let sum = 0;
  const callback = functions.add(hostFunction(HANDLER, () => {
    sum += symbols.apply((left, right) => left * right, 6, 7);
    callback.remove();
  }));
  symbols.on_event(callback, 0);
  assertEquals([symbols.emit("once"), sum], [1, 42]);
  assertThrows(() => symbols.emit("twice"), GuestError, REMOVED);
});

Deno.test("a guest may import its table, which the caller makes", async () => {
  const table = new WebAssembly.Table({ initial: 8, element: "anyfunc" });
  using guest = await loadPointers("imported", {
    imports: { env: { __indirect_function_table: table } },
  });
  const functions = await guest.functions();
  const { length } = table;
  let calls = 0;
  using callback = functions.add(hostFunction(HANDLER, () => {
    calls++;
  }));
  assertEquals([callback.pointer, table.length], [length, length + 1]);
  guest.symbols.on_event(callback, 0);
  guest.symbols.emit("a");
  guest.reset();
  guest.symbols.on_event(callback, 0);
  guest.symbols.emit("b");
  assertEquals(calls, 2);
});

Deno.test("a declaration that the guest's table cannot hold is refused", async () => {
  const ofOp = hostFunction({ parameters: ["i32", "i32"], result: "i32" }, () => 0);
  const rows: readonly [guest: string, fn: unknown, code: string | undefined, message: string][] = [
    [
      "fixed",
      ofOp,
      "function-pointer",
      "Cannot put a function into the guest's table: it has 6 entries and cannot grow, expected " +
      "a guest that was linked with --growable-table (Emscripten: -sALLOW_TABLE_GROWTH)",
    ],
    [
      "hidden",
      ofOp,
      "missing-export",
      "Cannot make a callback: the guest exports no table of functions, expected one that was " +
      "linked with --export-table and --growable-table",
    ],
    [
      "",
      () => 0,
      undefined,
      "Cannot make a callback: it is a plain function, expected " +
      "hostFunction({ parameters, result }, fn)",
    ],
    [
      "",
      undefined,
      undefined,
      "Cannot make a callback: it is undefined, expected hostFunction(" +
      "{ parameters, result }, fn)",
    ],
    [
      "",
      hostFunction({ parameters: ["f64"], result: "void" }, () => {}),
      "function-pointer",
      'Cannot pass the callback ("f64") -> "void": that is (f64) -> (), which is not among the ' +
      "guest's function types, expected one of (i32, i32) -> i32, (i32, i32) -> (), " +
      "(i32, i32, i32) -> i32, (i64) -> i64, (f32) -> f32, (f64, f64) -> f64, (i32) -> i32, " +
      "() -> i32, (i32) -> (), (i32, i32, i32) -> () and 5 more",
    ],
  ];
  for (const [name, fn, code, message] of rows) {
    using guest = await load(guestPath(name));
    const functions = await guest.functions();
    const error = assertThrows(() => functions.add(fn as never), Error);
    assertEquals([(error as GuestError).code, error.message], [code, message]);
  }
});

Deno.test("functions of the host and of Rust call each other", async () => {
  using guest = await load(
    new URL("../../../testdata/rust/function_pointers.wasm", import.meta.url),
    {
      symbols: {
        sort_by: {
          parameters: [
            {
              type: "array",
              element: "i32",
              place: { kind: "buffer", pointer: 1024, capacity: 64 },
            },
            { type: "function", parameters: ["i32", "i32"], result: "i32" },
          ],
          arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "codeUnits" }, { parameter: 1 }],
          result: {
            type: "array",
            element: "i32",
            pointer: { argument: 0 },
            length: { byteLengthOf: 0 },
          },
        },
        visit: {
          parameters: [
            {
              type: "string",
              place: { kind: "buffer", pointer: 2048, capacity: 64 },
              pass: ["pointer", "byteLength"],
            },
            {
              type: "function",
              parameters: [{ type: "string", pass: ["pointer", "byteLength"] }, "u64"],
              result: "bool",
              nullable: true,
            },
            "u64",
          ],
          result: "u32",
        },
        operator: { parameters: ["u32"], result: "pointer" },
      },
    },
  );
  const functions = await guest.functions();
  const { symbols } = guest;
  assertEquals(symbols.sort_by(Int32Array.of(3, -1, 2), (a, b) => b - a), Int32Array.of(3, 2, -1));
  const lines: unknown[] = [];
  const visited = symbols.visit(
    "eins\nzwei\ndrei",
    (line, data) => lines.push([line, data]) < 2,
    2n ** 64n - 1n,
  );
  assertEquals([visited, lines], [1, [["eins", 2n ** 64n - 1n], ["zwei", 2n ** 64n - 1n]]]);
  assertEquals(symbols.visit("eins", null, 0n), 0);
  const multiply = functions.get(symbols.operator("*".charCodeAt(0)), {
    parameters: ["i64", "i64"],
    result: "i64",
  });
  assertEquals(multiply(1n << 40n, -3n), -3n << 40n);
  assertEquals(symbols.operator("?".charCodeAt(0)), 0);
});
