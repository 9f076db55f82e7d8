import { assertEquals, assertRejects } from "@std/assert";
import { allocator, cString, load, LoadError } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { loadStructs, POINT, RECT, STRUCT_GUESTS } from "../_struct_guests.ts";

// Both forms of a call must have the same outcome: the 100th call takes the compiled one.
const CALLS = 120;
const QUOTIENT = { type: "out", name: "quotient", value: "i32" } as const;
const REMAINDER = { type: "out", name: "remainder", value: "i32" } as const;

for (const guestName of STRUCT_GUESTS) {
  Deno.test(`${guestName}: the result has the values of out-parameters by their names`, async () => {
    const parameters = ["i32", "i32", QUOTIENT, REMAINDER] as const;
    using guest = await loadStructs(guestName, {
      divide: { parameters, result: "i32" },
      checked: {
        name: "divide",
        parameters,
        result: "void",
        status: { value: "result", fails: "negative" },
      },
    });
    const { divide, checked } = guest.symbols;
    for (let call = 0; call < CALLS; call++) {
      const found = { quotient: Math.trunc(call / 7), remainder: call % 7 };
      assertEquals(divide(call, 7), { result: 0, ...found });
      assertEquals(divide(call, 0), { result: -1, quotient: 0, remainder: 0 });
      assertEquals(checked(call, 7), found);
    }
  });

  Deno.test(`${guestName}: a struct and a number come out, before and after other parameters`, async () => {
    using guest = await loadStructs(guestName, {
      bounds: {
        parameters: [
          { type: "out", name: "rect", value: RECT },
          { type: "list", item: POINT },
          { type: "out", name: "weight", value: "f64" },
        ],
        result: "void",
      },
    });
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.bounds([{ x: 4, y: call }, { x: 1, y: 7 }, { x: 2, y: 200 }]), {
        rect: { a: { x: 1, y: Math.min(7, call) }, b: { x: 4, y: 200 } },
        weight: 1.5,
      });
    }
  });

  Deno.test(`${guestName}: a text in an out-parameter has its length in another one`, async () => {
    const found = {
      type: "out",
      name: "found",
      value: { type: "string", length: { field: "length" }, nullable: true, freedBy: "guest" },
    } as const;
    const length = { type: "out", name: "length", value: "pointer" } as const;
    const flag = { type: "out", name: "flag", value: "u8" } as const;
    using guest = await loadStructs(guestName, {
      find_name: { parameters: ["i32", found, length, flag], result: "bool" },
    });
    const { find_name } = guest.symbols;
    for (let call = 0; call < CALLS; call++) {
      assertEquals(find_name(2), { result: true, found: "three", flag: 200 });
      assertEquals(find_name(9), { result: false, found: null, flag: 0 });
    }
  });

  Deno.test(`${guestName}: a value that exists only for some statuses is undefined for the others`, async () => {
    const when = { value: "result", is: 0 } as const;
    const length = { type: "out", name: "length", value: "pointer" } as const;
    const value = { type: "string", length: { field: "length" }, freedBy: "guest" } as const;
    using guest = await loadStructs(guestName, {
      divide: {
        parameters: ["i32", "i32", { ...QUOTIENT, when }, {
          ...REMAINDER,
          when: { value: { parameter: 2 }, is: { except: [0] } },
        }],
        result: "i32",
      },
      find_name: {
        parameters: [
          "i32",
          { type: "out", name: "found", value, when: { value: { parameter: 3 }, is: "nonzero" } },
          { type: "out", name: "flag", value: "u8" },
          length,
        ],
        arguments: [
          { parameter: 0 },
          { text: 1, as: "pointer" },
          { text: 3, as: "pointer" },
          { text: 2, as: "pointer" },
        ],
        result: "bool",
      },
    });
    const { divide, find_name } = guest.symbols;
    for (let call = 0; call < CALLS; call++) {
      const quotient: number | undefined = divide(call + 7, 7).quotient;
      assertEquals(quotient, 1 + Math.trunc(call / 7));
      assertEquals(divide(call + 7, 7).remainder, call % 7);
      assertEquals(divide(call, 0), { result: -1, quotient: undefined, remainder: undefined });
      // The quotient is 0.
      assertEquals(divide(call, 200).remainder, undefined);
      assertEquals(find_name(2), { result: true, found: "three", flag: 200 });
      assertEquals(find_name(9), { result: false, found: undefined, flag: 0 });
    }
  });

  Deno.test(`${guestName}: the result has the values that the export changed`, async () => {
    using guest = await loadStructs(guestName, {
      grow: { parameters: [{ type: "inout", name: "rect", value: RECT }, "i32"], result: "void" },
      sort_points: {
        parameters: [{ type: "inout", name: "points", value: { type: "list", item: POINT } }],
        result: "void",
      },
      sort_stated: {
        name: "sort_points",
        parameters: [{ type: "inout", name: "points", value: { type: "list", item: POINT } }],
        arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "count" }],
        result: "void",
      },
    });
    using numbers = await loadStructs(guestName, {
      divide: {
        parameters: ["i32", "i32", { ...QUOTIENT, type: "inout" }, REMAINDER],
        result: "i32",
      },
    });
    const { grow, sort_points } = guest.symbols;
    const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };
    for (let call = 0; call < CALLS; call++) {
      assertEquals(grow(rect, call), {
        rect: { a: { x: 1, y: 2 }, b: { x: 4 + call, y: 6 + call } },
      });
      assertEquals(numbers.symbols.divide(call, call % 2, 77), {
        result: call % 2 - 1,
        quotient: call % 2 === 0 ? 77 : call,
        remainder: 0,
      });
      assertEquals(sort_points([{ x: 3, y: 1 }, { x: call, y: 2 }, { x: 2, y: 3 }]).points[0], {
        ...(call < 2 ? { x: call, y: 2 } : { x: 2, y: call === 2 ? 2 : 3 }),
      });
    }
    assertEquals(sort_points([]), { points: [] });
    const points = [{ x: 3, y: 1 }, { x: 2, y: 3 }];
    assertEquals(guest.symbols.sort_stated(points), sort_points(points));
    assertEquals(rect, { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } });
  });

  Deno.test(`${guestName}: other parts of a declaration count all parameters`, async () => {
    using guest = await loadStructs(guestName, {
      swapped: {
        name: "divide",
        parameters: [REMAINDER, QUOTIENT, "i32", "i32"],
        arguments: [
          { parameter: 2 },
          { parameter: 3 },
          { text: 1, as: "pointer" },
          { text: 0, as: "pointer" },
        ],
        result: "void",
        status: { value: { parameter: 0 }, fails: { except: [0, 1] } },
      },
    });
    assertEquals(guest.symbols.swapped(21, 4), { remainder: 1, quotient: 5 });
    await assertRejects(
      () =>
        loadStructs(guestName, {
          divide: {
            parameters: ["i32", "i32", QUOTIENT, REMAINDER],
            result: { type: "u32", value: { byteLengthOf: 2 } },
          },
        }),
      LoadError,
      'Cannot find { byteLengthOf: 2 } for "divide": parameter 2 is an out-parameter, expected ' +
        "{ argument: 2 } for its address, or { parameter: 2 } for its number",
    );
  });
}

Deno.test("numbers and bytes that an export changed come back as typed arrays", async () => {
  const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" });
  const value = { type: "array", element: "f64" } as const;
  using guest = await load(await guestBytes("c/shapes"), {
    convention,
    missing: "trap",
    symbols: {
      scale: { parameters: [{ type: "inout", name: "numbers", value }], result: "void" },
      bytes: {
        name: "scale",
        parameters: [{ type: "inout", name: "bytes", value: "bytes" }],
        result: "void",
      },
    },
  });
  const { scale, bytes } = guest.symbols;
  for (let call = 0; call < CALLS; call++) {
    const { numbers } = scale([1.5, call]);
    assertEquals([...numbers], [3, 2 * call]);
  }
  assertEquals(numbersOf(scale([])), []);
  // The guest takes the number of bytes for that of its numbers.
  assertEquals(bytes(new Uint8Array()).bytes, new Uint8Array());
});

Deno.test("an array that an export changes passes the number of its elements, in any convention", async () => {
  const value = { type: "array", element: "f64" } as const;
  for (const make of [allocator, cString]) {
    using guest = await load(await guestBytes("c/shapes"), {
      convention: make({ allocate: "malloc", free: "free", resultsFreedBy: "guest" }),
      missing: "trap",
      symbols: {
        scale: { parameters: [{ type: "inout", name: "numbers", value }], result: "void" },
        malloc: { parameters: ["u32"], result: "pointer" },
      },
    });
    const { scale, malloc } = guest.symbols;
    for (let call = 0; call < CALLS; call++) {
      // The guest gives out one block after another: the array's is the next one.
      const next = malloc(16) + 16;
      const numbers = new Float64Array(guest.memory.memory.buffer, next, 16).fill(1);
      assertEquals([...scale([1.5, 2]).numbers], [3, 4]);
      assertEquals([...numbers], [3, 4, ...Array(14).fill(1)]);
    }
  }
});

function numbersOf({ numbers }: { numbers: Float64Array }): number[] {
  return [...numbers];
}

Deno.test("the plan shows where out-parameters are", async () => {
  using guest = await loadStructs("c/struct_types_stack", {
    divide: { parameters: ["i32", "i32", QUOTIENT, REMAINDER], result: "i32" },
    grow: { parameters: [{ type: "inout", name: "rect", value: RECT }, "i32"], result: "void" },
  });
  assertEquals(`${await guest.plan("divide")}`.split("\n").slice(2), [
    "3. take room for a return area of 2 words on the guest's stack",
    "4. clear the return area",
    '5. call "divide" with argument 0, argument 1, the address of the return area and the ' +
    "address of word 1",
    '6. "result": take the result as an i32',
    '7. "quotient": take the i32 at offset 0 of what the address of the return area points at as ' +
    "an i32",
    '8. "remainder": take the i32 at offset 4 of what the address of the return area points at as ' +
    "an i32",
    "9. restore the guest's stack pointer",
  ]);
  assertEquals(`${await guest.plan("grow")}`.split("\n").slice(4, 7), [
    '5. call "grow" with the address of argument 0 and argument 1',
    '6. "rect", "a", "x": take the i32 at offset 0 of what the address of argument 0 points at as ' +
    "an i32",
    '7. "rect", "a", "y": take the i32 at offset 4 of what the address of argument 0 points at as ' +
    "an i32",
  ]);
});
