import { assertEquals, assertThrows } from "@std/assert";
import { globalFunctions } from "../../src/binary/global_module.ts";

const ROWS = [
  { value: "i32", values: [0, 1, 65_536, -1, 2 ** 31 - 1, -(2 ** 31)] },
  { value: "i64", values: [0n, 1n, 65_536n, -1n, 2n ** 63n - 1n, -(2n ** 63n)] },
] as const;

for (const { value: type, values } of ROWS) {
  Deno.test(`a mutable global of ${type} is read and set by functions`, () => {
    const zero = type === "i64" ? 0n : 0;
    const [one, other] = [0, 1].map(() =>
      new WebAssembly.Global({ value: type, mutable: true }, zero)
    ) as [WebAssembly.Global, WebAssembly.Global];
    const { get, set } = globalFunctions(one);
    globalFunctions(other).set(type === "i64" ? 7n : 7);
    for (const value of values) {
      one.value = value;
      assertEquals(get(), value);
      one.value = zero;
      set(value);
      assertEquals(one.value, value);
    }
    assertEquals(String(other.value), "7");
  });
}

Deno.test("an address from 2 GiB on is set as the signed number that a global has", () => {
  const global = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  globalFunctions(global).set(2 ** 32 - 32);
  assertEquals(global.value, -32);
});

Deno.test("a constant global is refused by the engine", () => {
  const global = new WebAssembly.Global({ value: "i32" }, 7);
  assertThrows(() => globalFunctions(global), WebAssembly.LinkError);
});
