import { assertEquals } from "@std/assert";
import { slopeOf, soak } from "./_soak.ts";

Deno.test("a short soak loses nothing", async () => {
  const lines: string[] = [];
  await soak(5000, (line) => lines.push(line));
  assertEquals(lines.length, 3);
});

Deno.test("the slope of a line is found in spite of noise that cancels out", () => {
  assertEquals(slopeOf([1, 3, 5, 7]), 2);
  assertEquals(slopeOf([4, 4, 4]), 0);
  assertEquals(slopeOf([1, -1, -1, 1]), 0);
});
