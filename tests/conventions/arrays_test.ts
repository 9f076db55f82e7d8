// Arrays of numbers of guests that count numbers, and of some that count bytes.
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { allocator, hostFunction, load } from "../../mod.ts";
import { guestPath } from "../_guests.ts";

const f64 = { type: "array", element: "f64" } as const;
const i16 = { type: "array", element: "i16" } as const;
const i32 = { type: "array", element: "i32" } as const;

const c = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" });

const imports = {
  env: {
    mean: hostFunction(
      { parameters: [f64], result: "f64" },
      (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
    ),
    powers: hostFunction(
      { parameters: [], result: f64, arguments: ["output", "capacity"] },
      () => Float64Array.of(1, 2, 4, 8),
    ),
  },
};

const packed = { ...i16, form: "packedPointerHigh" } as const;
const squares = {
  parameters: [],
  arguments: ["output", "capacity"],
  result: { ...i32, pointer: "output", length: "result" },
} as const;

Deno.test("C gets and returns arrays with the number of their elements", async () => {
  using guest = await load(guestPath("c/numbers"), {
    convention: c,
    imports,
    symbols: {
      sum: { parameters: [f64], result: "f64" },
      mean_of: { parameters: [f64], result: "f64" },
      reversed: { parameters: [i16], result: packed },
      squares: { ...squares, output: { capacity: 4 } },
      sum_powers: { parameters: [], result: "f64" },
      live_allocations: { parameters: [], result: "u32" },
    },
  });
  const { sum, mean_of, reversed, squares: square, sum_powers, live_allocations } = guest.symbols;
  for (let round = 0; round < 3; round++) {
    assertEquals([sum([0.5, 2, -4]), sum([])], [-1.5, 0]);
    assertEquals(mean_of(Float64Array.of(1, 2, 6)), 3);
    assertEquals(reversed([1, -2, 3]), Int16Array.of(3, -2, 1));
    assertEquals(square(), Int32Array.of(0, 1, 4, 9));
    assertEquals(sum_powers(), 15);
    assertEquals(live_allocations(), 0);
  }
});

Deno.test("Rust gets slices and returns vectors with their lengths", async () => {
  using guest = await load(guestPath("rust/numbers"), {
    convention: allocator({ allocate: "alloc", free: "dealloc", resultsFreedBy: "host" }),
    symbols: {
      sum: { parameters: [f64], result: "f64" },
      differences: { parameters: [i32], result: { ...i32, form: "packedPointerHigh" } },
      live_bytes: { parameters: [], result: "u32" },
    },
  });
  const { sum, differences, live_bytes } = guest.symbols;
  assertEquals(sum([1, 2.5]), 3.5);
  assertEquals(differences([1, 4, 2, 2]), Int32Array.of(3, -2, 0));
  assertEquals(live_bytes(), 0);
});

Deno.test("a length is in bytes if a declaration sets that", async () => {
  const bytes = { unit: "bytes" } as const;
  using guest = await load(guestPath("c/numbers"), {
    convention: c,
    imports: {
      env: {
        ...imports.env,
        mean: hostFunction(
          { parameters: [{ ...f64, ...bytes }], result: "f64" },
          (numbers) => numbers.length,
        ),
        powers: hostFunction(
          { parameters: [], result: { ...f64, ...bytes }, arguments: ["output", "capacity"] },
          () => Float64Array.of(1),
        ),
      },
    },
    symbols: {
      // The guest takes the length of 8 bytes for a number of elements.
      reversed: {
        parameters: [{ ...i16, ...bytes }],
        result: { ...packed, unit: "codeUnits" },
      },
      half: { name: "reversed", parameters: [i16], result: { ...packed, ...bytes } },
      mean_of: { parameters: [f64], result: "f64" },
      sum_powers: { parameters: [], result: "f64" },
    },
  });
  const { symbols } = guest;
  assertEquals(symbols.reversed([1, 2, 3, 4]).subarray(4), Int16Array.of(4, 3, 2, 1));
  assertEquals(symbols.half([1, 2, 3, 4]), Int16Array.of(4, 3));
  assertEquals(symbols.mean_of([1, 2, 3, 4, 5, 6, 7, 8]), 1);
  const { message } = assertThrows(() => symbols.sum_powers(), RangeError);
  assertEquals(
    message,
    'Cannot return 8 bytes from import "env.powers": the guest\'s buffer holds 4',
  );
});

Deno.test("the lines of a plan say in which unit a length is", async () => {
  using guest = await load(guestPath("c/numbers"), {
    convention: c,
    imports,
    symbols: {
      sum: { parameters: [f64], result: "f64" },
      reversed: { parameters: [i16], result: packed },
      squares: { ...squares, output: { capacity: 4 } },
    },
  });
  for (
    const [symbol, text] of [
      ["sum", 'call "sum" with the address and the number of elements of the array'],
      ["reversed", "take the length from the low half of the result, in elements"],
      ["squares", "for an output buffer of 4 elements"],
    ] as const
  ) assertStringIncludes(`${await guest.plan(symbol)}`, text);
});
