import { assertEquals } from "@std/assert";
import { Descriptors } from "../../src/wasi/descriptors.ts";
import type { Failure } from "../../src/wasi/errno.ts";
import { Input } from "../../src/wasi/input.ts";

Deno.test("the lowest free number is opened, and only open numbers can be used", () => {
  const table = new Descriptors();
  const made = Array.from({ length: 3 }, () => {
    return { kind: "input", stream: new Input(new Uint8Array()) } as const;
  });
  assertEquals(made.map((descriptor) => table.add(descriptor)), [0, 1, 2]);
  assertEquals(table.close(1), made[1]);
  assertEquals(table.add(made[1]!), 1);
  assertEquals([table.move(2, 0), table.get(0)], [made[0], made[2]]);
  for (const use of [() => table.get(2), () => table.close(-1), () => table.move(0, 2)]) {
    try {
      use();
    } catch (error) {
      assertEquals((error as Failure).errno, 8); // badf
      continue;
    }
    throw new Error("it is refused");
  }
});
