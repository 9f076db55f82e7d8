import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  asTyped,
  canCross,
  encodeFunctionModule,
  isOfType,
  tableCaller,
  typeKey,
} from "../../src/binary/function_module.ts";
import { readModule } from "../../src/binary/module.ts";
import type { FunctionType, ValueType } from "../../src/binary/types.ts";

const OP: FunctionType = { parameters: ["i32", "i32"], results: ["i32"] };

Deno.test("the module imports and exports one function of the type", () => {
  const types: FunctionType[] = [
    { parameters: [], results: [] },
    { parameters: ["i32", "i64", "f32", "f64"], results: ["funcref", "externref"] },
    { parameters: Array<ValueType>(200).fill("f64"), results: Array<ValueType>(130).fill("i32") },
  ];
  for (const type of types) {
    const { imports, exports } = readModule(encodeFunctionModule(type));
    assertEquals(imports, [{ module: "", name: "f", kind: "function", type }]);
    assertEquals(exports, [{ name: "f", kind: "function", type, index: 0 }]);
  }
});

Deno.test("a function of the host is wrapped in one that a table accepts", () => {
  const table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
  const fn = asTyped(OP, (left: number, right: number) => left - right);
  table.set(0, fn as never);
  assertEquals(table.get(0)!(7, 2.9), 5); // the engine converts to i32
  const swap = { parameters: ["i32", "i64"], results: ["i64", "i32"] } as const;
  const swapped = asTyped(swap, (left: number, right: bigint) => [right, left]);
  assertEquals((swapped as unknown as (...args: unknown[]) => unknown)(1, 2n), [2n, 1]);
});

Deno.test("a function of a table is called by its index, if it is of the type", () => {
  const table = new WebAssembly.Table({ initial: 2, element: "anyfunc" });
  const type = { parameters: ["f64", "i64"], results: ["f64"] } as const;
  const call = tableCaller(type, table) as unknown as (...args: unknown[]) => unknown;
  table.set(1, asTyped(type, (left: number, right: bigint) => left - Number(right)) as never);
  assertEquals(call(1, 0.5, 2n), -1.5);
  table.set(1, asTyped(OP, () => 0) as never);
  for (const index of [0, 1, 2]) assertThrows(() => call(index, 0.5, 2n), WebAssembly.RuntimeError);
});

Deno.test("a guest's function is of exactly one type", () => {
  const fn = asTyped(OP, () => 0);
  assertStrictEquals(asTyped(OP, fn), fn);
  assertThrows(() => asTyped({ parameters: ["i32"], results: ["i32"] }, fn), WebAssembly.LinkError);
  assertEquals(isOfType(OP, fn), true);
  assertEquals(isOfType({ parameters: ["i32", "i32"], results: [] }, fn), false);
  assertEquals(isOfType({ parameters: ["v128"], results: [] }, fn), false);
});

Deno.test("a type has a key of its own, however long it is", () => {
  const long = (last: ValueType): FunctionType => ({
    parameters: [...Array<ValueType>(50).fill("i32"), last],
    results: [],
  });
  assertEquals(typeKey(long("i32")) === typeKey(long("i64")), false);
  assertEquals(canCross(long("f32")), true);
  assertEquals(canCross(long("v128")), false);
});
