import { assertEquals, assertThrows } from "@std/assert";
import { DraftPath } from "../../../src/call/managed/object_parts.ts";

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
