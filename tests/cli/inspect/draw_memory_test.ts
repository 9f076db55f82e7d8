import { assertEquals } from "@std/assert";
import { drawMemory, letterOf, scaleFor, usedPart } from "../../../src/cli/inspect/draw_memory.ts";
import type { MemoryRange } from "../../../src/cli/inspect/inspection.ts";
import { PLAIN } from "../../../src/cli/style.ts";

function range(kind: MemoryRange["kind"], address: number, end: number): MemoryRange {
  return { kind, what: "", address, byteLength: end - address };
}

Deno.test("a character stands for a power of two, so that a picture has at most 8 lines", () => {
  assertEquals([1024, 8192, 8193, 65536, 2 ** 32].map(scaleFor), [16, 16, 32, 128, 2 ** 23]);
});

Deno.test("each character shows the smallest thing in its bytes", () => {
  const ranges = [
    range("data", 0, 1024), // 64 characters
    range("buffer", 40, 41), // in the third character
    range("stack", 1024, 1040), // one character
    range("heap", 1056, 2048),
  ];
  assertEquals(drawMemory({ byteLength: 2048, ranges }, PLAIN), [
    `  0x0  DDB${"D".repeat(61)}`,
    `0x400  S.${"H".repeat(62)}`,
  ]);
});

Deno.test("equal lines in a row are counted", () => {
  assertEquals(
    drawMemory({ byteLength: 4096, ranges: [range("heap", 0, 4096)] }, PLAIN),
    [
      `   0x0  ${"H".repeat(64)}`,
      "        the same 3 times more",
    ].map((line) => line.slice(1).padStart(line.length)),
  );
});

Deno.test("the last line is as long as memory is", () => {
  assertEquals(drawMemory({ byteLength: 1056, ranges: [] }, PLAIN).at(-1), "0x400  ..");
});

Deno.test("a part is drawn separately if it is smaller than an eighth", () => {
  const memory = (end: number) => ({
    byteLength: 8192,
    ranges: [range("data", 0, end)],
    marks: [],
  });
  assertEquals([usedPart(memory(1024)), usedPart(memory(1025))], [1024, undefined]);
  assertEquals(
    usedPart({ byteLength: 8192, ranges: [range("heap", 64, 8192)], marks: [] }),
    undefined,
  );
});

Deno.test("a range has the letter of its kind", () => {
  assertEquals(letterOf(range("stack", 0, 1), PLAIN), "S");
});
