import { assertEquals, assertThrows } from "@std/assert";
import { LoadError, WasmFormatError } from "../../mod.ts";
import { takeOther } from "../../src/source/engine_refusals.ts";
import { guestBytes } from "../_guests.ts";

function given(bytes: Uint8Array<ArrayBuffer>) {
  return { name: '"a.wasm"', source: "a.wasm", bytes };
}

Deno.test("takeOther() keeps a component, and an empty module stands for it", async () => {
  const bytes = await guestBytes("component/linked");
  const { component, module, source } = takeOther(given(bytes));
  assertEquals([component === bytes, source], [true, "a.wasm"]);
  assertEquals(WebAssembly.Module.exports(module), []);
});

Deno.test("takeOther() refuses other files", () => {
  assertThrows(() => takeOther(given(new Uint8Array())), LoadError);
  const cut = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1);
  for (const bytes of [cut, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]) {
    assertThrows(() => takeOther(given(bytes)), WasmFormatError);
  }
});
