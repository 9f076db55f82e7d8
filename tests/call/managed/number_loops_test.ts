import { assertEquals, assertThrows } from "@std/assert";
import type { NumericType } from "../../../src/base/numeric_types.ts";
import { ValuePath } from "../../../src/call/value_path.ts";
import type { NumberName } from "../../../src/abi/number.ts";

// The same rows for generated loops, and for an engine that does not compile strings.

const ROWS: readonly (readonly [NumberName, NumericType, readonly unknown[], readonly number[]])[] =
  [
    ["bool", "u8", [true, false], [1, 0]],
    ["i8", "i8", [-1, 127], [255, 127]],
    ["u16", "u16", [1, 65535], [1, 0, 255, 255]],
    ["pointer", "u32", [16], [16, 0, 0, 0]],
    ["i64", "i64", [-2n], [254, 255, 255, 255, 255, 255, 255, 255]],
    ["u64", "u64", [2n ** 64n - 1n], [255, 255, 255, 255, 255, 255, 255, 255]],
    ["f32", "f32", [0.5], [0, 0, 0, 63]],
    ["f64", "f64", [-2], [0, 0, 0, 0, 0, 0, 0, 192]],
  ];

const { Function: made } = globalThis;

for (const isAllowed of [true, false]) {
  Deno.test(`numbers go into memory and come back, ${isAllowed ? "with" : "without"} code`, async () => {
    if (!isAllowed) {
      globalThis.Function = function () {
        throw new EvalError("no code");
      } as unknown as FunctionConstructor;
    }
    try {
      // Each of the two has loops of its own.
      const url = `../../../src/call/managed/number_loops.ts#${isAllowed}`;
      const { loopsOf } = await import(url) as {
        loopsOf: typeof import("../../../src/call/managed/number_loops.ts").loopsOf;
      };
      for (const [item, store, values, bytes] of ROWS) {
        const { check, write, read } = loopsOf(item, store);
        const memory = new Uint8Array(24).fill(9);
        const data = new DataView(memory.buffer);
        write(data, 8, check(values, new ValuePath(["pass argument 0", 'to "f"'])));
        assertEquals([...memory], [
          ...Array(8).fill(9),
          ...bytes,
          ...Array(16 - bytes.length).fill(9),
        ]);
        assertEquals(read(data, 8, values.length), values);
      }
      const at = new ValuePath(["pass argument 0", 'to "f"']);
      at.path.push("sizes");
      assertThrows(
        () => loopsOf("u8", "u8").check([1, 256], at),
        RangeError,
        'Cannot pass argument 0 .sizes[1] to "f": it is 256, expected u8, 0 to 255',
      );
    } finally {
      globalThis.Function = made;
    }
  });
}
