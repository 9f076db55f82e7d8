import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { GuestError, load, LoadError } from "../../../mod.ts";
import { guestPath, loadPointers } from "./_function_pointers.ts";

for (const name of ["", "64", "no_stack"]) {
  Deno.test(`a symbol takes a function for the duration of a call ${name}`, async () => {
    using guest = await loadPointers(name);
    const { symbols, memory } = guest;
    const compare = (left: number, right: number) =>
      memory.read("i32", left) - memory.read("i32", right);
    const sorted = symbols.sort(Int32Array.of(5, -3, 9, 0), compare);
    assertEquals(sorted, Int32Array.of(-3, 0, 5, 9));
    const reversed = symbols.sort(Int32Array.of(5, -3, 9, 0), (a, b) => compare(b, a));
    assertEquals(reversed, Int32Array.of(9, 5, 0, -3));
  });

  Deno.test(`a function gets and returns each kind of number ${name}`, async () => {
    using guest = await loadPointers(name);
    const { symbols } = guest;
    assertEquals(symbols.map_i64((value) => value - 1n, -(2n ** 63n) + 1n), -(2n ** 63n));
    assertEquals(symbols.map_f32((value) => value / 3, 1), Math.fround(1 / 3));
    assertEquals(symbols.map_f64((left, right) => left / right, 1, 3), 1 / 3);
    assertEquals(symbols.apply((left, right) => left * right, -7, 6), -42);
  });
}

Deno.test("a function gets a text, and returns one in a block of the guest", async () => {
  using guest = await loadPointers();
  const { symbols } = guest;
  const words: unknown[] = [];
  const sum = symbols.each_word(
    "Grüße  🚀 b",
    (word, data) => {
      words.push([word, data]);
      return word.length;
    },
    0x1234,
  );
  assertEquals(words, [["Grüße", 0x1234], ["🚀", 0x1234], ["b", 0x1234]]);
  assertEquals(sum, 8);
  assertEquals(symbols.greet((count) => "A".repeat(count), 3), 3 * 65);
});

Deno.test("calls of one symbol reuse the entry of the table", async () => {
  using guest = await loadPointers();
  const table = guest.exports.__indirect_function_table as WebAssembly.Table;
  const { length } = table;
  for (let turn = 0; turn < 150; turn++) {
    assertEquals(guest.symbols.apply((left) => left + turn, 1, 2), 1 + turn);
  }
  assertEquals(table.length, length + 1);
});

Deno.test("a call within a call has an entry of its own", async () => {
  using guest = await loadPointers();
  const { symbols } = guest;
  // From the inside out: 3, then (3 * 10 + 2), then that * 10 + 1, then * 10.
  const nest = (depth: number): number =>
    symbols.reenter((value) => depth === 0 ? value : nest(depth - 1) + depth, 3);
  assertEquals(nest(0), 30);
  assertEquals(nest(1), 310);
  assertEquals(nest(2), 3120);
});

Deno.test("a function is called again after a call within it has ended", async () => {
  using guest = await loadPointers();
  const { symbols, memory } = guest;
  const read = (pointer: number) => memory.read("i32", pointer);
  const inner: Int32Array[] = [];
  const sorted = symbols.sort(Int32Array.of(3, 1, 2), (left, right) => {
    inner.push(symbols.sort(Int32Array.of(8, 9), (a, b) => read(b) - read(a)));
    return read(left) - read(right);
  });
  assertEquals(sorted, Int32Array.of(1, 2, 3));
  assertEquals(inner, [1, 2, 3].map(() => Int32Array.of(9, 8)));
});

Deno.test("null is passed as a null pointer if that is declared, and a callback can be passed", async () => {
  using guest = await loadPointers();
  const error = assertThrows(() => guest.symbols.map_f32(null, 1), GuestError);
  assertEquals(error.code, "trap");
  assertStringIncludes(
    error.message,
    'Cannot complete "map_f32": the guest trapped: null function',
  );
});

Deno.test("a value that is not a function is refused before the guest is called", async () => {
  using guest = await loadPointers();
  assertThrows(
    () => guest.symbols.apply(null as never, 1, 2),
    TypeError,
    'Cannot pass argument 0 to "apply": it is null, expected a function or a callback',
  );
  assertThrows(
    () => guest.symbols.map_f32("half" as never, 2),
    TypeError,
    'Cannot pass argument 0 to "map_f32": it is "half", expected a function, a callback or null',
  );
  assertEquals(guest.symbols.apply((left, right) => left - right, 3, 1), 2);
});

Deno.test("an error of a function reaches the caller, and the stack is put back", async () => {
  using guest = await loadPointers();
  const mine = new Error("mine");
  const stack = guest.exports.__stack_pointer as WebAssembly.Global;
  const before = stack.value;
  for (let turn = 0; turn < 150; turn++) {
    const thrown = assertThrows(() =>
      guest.symbols.apply(
        () => {
          throw mine;
        },
        1,
        2,
      )
    );
    assertEquals(thrown === mine, true);
  }
  assertEquals([guest.state, stack.value], ["ready", before]);
  assertThrows(
    () => guest.symbols.apply(() => 0.5, 1, 2),
    RangeError,
    'Cannot return a value from the function in argument 0 of "apply": it is 0.5, ' +
      "expected i32, -2147483648 to 2147483647",
  );
});

Deno.test("an error of a function poisons a guest whose stack cannot be put back", async () => {
  using guest = await loadPointers("no_stack");
  const mine = new Error("mine");
  const thrown = assertThrows(() =>
    guest.symbols.apply(
      () => {
        throw mine;
      },
      1,
      2,
    )
  );
  assertEquals([thrown === mine, guest.state], [true, "poisoned"]);
});

Deno.test("a guest that calls a function after the call that passed it gets an error of Passage", async () => {
  using guest = await load(guestPath(), {
    symbols: {
      on_event: {
        parameters: [
          { type: "function", parameters: ["pointer", "pointer"], result: "void" },
          "pointer",
        ],
        result: "void",
      },
      emit: { parameters: ["pointer"], result: "i32" },
    },
  });
  guest.symbols.on_event(() => {}, 0);
  const error = assertThrows(() => guest.symbols.emit(16), GuestError);
  assertEquals(error.code, "function-pointer");
  assertEquals(
    error.message,
    "Cannot call a callback: it was removed from the guest's table, and the guest has kept its " +
      "pointer, expected the guest to forget it before",
  );
  assertEquals(guest.state, "ready");
});

Deno.test("load() refuses a function whose type the guest does not have", async () => {
  const refused = async (name: string, parameter: object, line: string) => {
    const error = await assertRejects(
      () =>
        load(guestPath(name), {
          symbols: { apply: { parameters: [parameter as never, "i32", "i32"], result: "i32" } },
        }),
      LoadError,
    );
    assertEquals(error.problems, [`symbol "apply": ${line}`]);
  };
  await refused(
    "",
    { type: "function", parameters: ["f64", "f32"], result: "void" },
    'Cannot pass the function in argument 0 of "apply": that is (f64, f32) -> (), which is not ' +
      "among the guest's function types, expected one of (i32, i32) -> i32, (i32, i32) -> (), " +
      "(i32, i32, i32) -> i32, (i64) -> i64, (f32) -> f32, (f64, f64) -> f64, (i32) -> i32, " +
      "() -> i32, (i32) -> (), (i32, i32, i32) -> () and 5 more",
  );
  await refused(
    "",
    { type: "function", parameters: ["string"], result: "i32" },
    'Cannot tell how the guest calls the function in argument 0 of "apply": it has functions of ' +
      'the types (i32, i32) -> i32, (i32) -> i32, expected "pass" in the parameters, or ' +
      '"arguments"',
  );
  await refused(
    "hidden",
    { type: "function", parameters: ["i32", "i32"], result: "i32" },
    'Cannot pass a function to "apply": the guest exports no table of functions, expected one ' +
      "that was linked with --export-table and --growable-table",
  );
  await refused(
    "",
    { type: "function", parameters: ["i32", "i32"] },
    "parameters[0].result is missing, expected a type",
  );
  await refused(
    "",
    { type: "function", parameters: ["struct"], result: "void" },
    'parameters[0].parameters[0] is "struct", expected an object: { type: "struct", … }',
  );
});

Deno.test("a symbol waits for an asynchronous function", async () => {
  using guest = await load(guestPath(), {
    symbols: {
      apply: {
        parameters: [
          { type: "function", parameters: ["i32", "i32"], result: "i32", async: true },
          "i32",
          "i32",
        ],
        result: "i32",
        async: true,
      },
    },
  });
  for (let turn = 0; turn < 3; turn++) {
    const sum = await guest.symbols.apply(
      async (left, right) => {
        await Promise.resolve();
        return left + right + turn;
      },
      20,
      22,
    );
    assertEquals(sum, 42 + turn);
  }
});

Deno.test("guest.plan reports that a function is put into the table and removed from it", async () => {
  using guest = await loadPointers();
  const { steps } = await guest.plan("map_f32");
  assertEquals(steps.map(({ text }) => text), [
    'put argument 0, a function ("f32") -> "f32", into the guest\'s table for the call; null is ' +
    "passed as a pointer of 0",
    "check that argument 1 is an f32",
    'call "map_f32" with argument 0 and argument 1',
    "take the result as an f32",
    "remove argument 0 from the guest's table",
  ]);
});
