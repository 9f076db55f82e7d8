import { assertEquals } from "@std/assert";
import type { TextResultPlan } from "../../../src/abi/plan_parts.ts";
import { writeText } from "../../../src/call/text_result.ts";
import { writeElements } from "../../../src/call/code/lists.ts";
import { instanceOf, makeWritten, OTHERWISE, otherwise, planOf, TEXT } from "../_unit.ts";

const instance = await instanceOf(`
  (data (i32.const 32) "a\\00bc\\00")
  (data (i32.const 64) "\\20\\00\\00\\00\\22\\00\\00\\00\\20\\00\\00\\00")`);

Deno.test("texts of a list that nobody frees are counted once, by either form", () => {
  const item: TextResultPlan = {
    ...TEXT,
    text: { pointer: { load: "u32", at: "result" }, length: "nul" },
    unfreed: true,
  };
  const bytes = { ...TEXT, text: { pointer: "result", length: 12 } } as const;
  const list = { kind: "elements", item, bytes, count: 3, stride: 4 } as const;
  const lift = makeWritten(instance, planOf(), (code) =>
    writeElements(
      list,
      { result: "core", types: ["i32"], otherwise, key: "core" },
      code,
      (result, scope, code) => writeText(result as TextResultPlan, scope, code),
    )!);
  assertEquals(lift(64), ["a", "bc", "a"]);
  const counted = { results: 3, arguments: 0, byteLength: 2 + 3 + 2 };
  assertEquals(instance.unfreed, counted);
  // The run form refuses the last one, and counts those before it.
  instance.memory.write("u32", 72, 0);
  assertEquals(lift(64), OTHERWISE);
  assertEquals(instance.unfreed, counted);
});
