import { assertEquals } from "@std/assert";
import { Input } from "../../src/wasi/input.ts";

Deno.test("read() returns the bytes once, in order, and none at the end", () => {
  const input = new Input(Uint8Array.of(1, 2, 3));
  const read = [2, 0, 2, 2].map((
    most,
  ) => [...input.read(most) as Uint8Array, `${input.byteLength} left`]);
  assertEquals(read, [[1, 2, "1 left"], ["1 left"], [3, "0 left"], ["0 left"]]);
});
