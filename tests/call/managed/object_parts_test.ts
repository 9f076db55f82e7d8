import { assertEquals, assertThrows } from "@std/assert";
import { DraftPath, MOST_LEVELS } from "../../../src/call/managed/object_parts.ts";

Deno.test("data that changed its size while the rest was read is refused", () => {
  const at = new DraftPath(["pass argument 0", 'to "f"']);
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const view = new Uint8Array(buffer);
  at.data.push({ view, byteLength: 8 });
  at.checkSizes("f");
  buffer.resize(16);
  assertThrows(() => at.checkSizes("f"), TypeError, "their length changed during the call");
  assertEquals(at.action(), 'pass argument 0 to "f"');
});

Deno.test("a value that is too deep is named without its long path", () => {
  const at = new DraftPath(["pass argument 0", 'to "f"']);
  at.path.push(...Array.from({ length: MOST_LEVELS + 1 }, () => "next"));
  assertEquals(
    at.tooDeep().message,
    'Cannot pass argument 0 to "f": it goes more than 1000 levels deep, expected fewer, and no ' +
      "object that holds itself",
  );
});
