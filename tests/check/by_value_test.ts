import { assertEquals } from "@std/assert";
import { by, lookAtNull } from "../../src/check/by_value.ts";
import { Problems } from "../../src/check/problems.ts";

for (
  const [given, kept, ...lines] of [
    ["value", "value"],
    ["pointer", "pointer"],
    ["reference", undefined, 'by is "reference", did you mean "pointer"?'],
    ["copy", undefined, 'by is "copy", did you mean "value"?'],
  ] as const
) {
  Deno.test(`C passes ${given}: ${lines.length === 0 ? "accepted" : "refused"}`, () => {
    const problems = new Problems("the type");
    const read = problems.read(by, given, "by");
    assertEquals(problems.lines, lines);
    if (kept !== undefined) assertEquals(read, kept);
  });
}

Deno.test("only what is passed by a pointer can be null", () => {
  const linesOf = (kept: Record<string, unknown>) => {
    const problems = new Problems("the type");
    lookAtNull({ type: "variant", ...kept }, "result", problems);
    return problems.lines;
  };
  assertEquals(linesOf({ nullable: true, by: "pointer" }), []);
  assertEquals(linesOf({ nullable: true }), []);
  assertEquals(linesOf({ nullable: false, by: "value" }), []);
  assertEquals(linesOf({ nullable: true, by: "value" }), [
    "result.nullable has no effect on a variant that is passed by value",
  ]);
});
