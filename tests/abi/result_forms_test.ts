import { assert, assertEquals } from "@std/assert";
import type { ResultForm } from "../../src/abi/result.ts";
import { RESULT_FORMS } from "../../src/abi/result_forms.ts";

const FORMS: readonly (readonly [string, ResultForm])[] = Object.entries(RESULT_FORMS);

/** Calls `look` with each object in a form. */
function visit(part: unknown, look: (part: Readonly<Record<string, unknown>>) => void): void {
  if (typeof part !== "object" || part === null) return;
  look(part as Record<string, unknown>);
  for (const inner of Object.values(part)) visit(inner, look);
}

for (const [name, form] of FORMS) {
  Deno.test(`the form ${name} refers only to results and words that such an export has`, () => {
    assertEquals(form.name, name);
    const count = form.results?.length ?? 0;
    visit({ text: form.text, status: form.status }, (part) => {
      if (typeof part.result === "number") {
        assert(count > 1 && part.result < count, `{ result: ${part.result} } of ${count}`);
      }
      // A word without an address is in the return area.
      if (typeof part.word === "number" && part.at === undefined) assert(form.area !== undefined);
    });
  });
}

/** Finds a form by the one type that its export returns. */
const returning = (type: string) =>
  FORMS.filter(([, { results }]) => results?.join() === type).map(([name]) => name);

Deno.test("the two packed forms have one type and differ in which half is the pointer", () => {
  assertEquals(returning("i64"), ["packedPointerHigh", "packedPointerLow"]);
  const { packedPointerHigh: high, packedPointerLow: low } = RESULT_FORMS;
  assertEquals(high.text, { pointer: { high: "result" }, length: { low: "result" } });
  assertEquals(low.text, { pointer: { low: "result" }, length: { high: "result" } });
});

Deno.test("a form with a status keeps the text where the form without it has it", () => {
  const { multiValue, multiValueResult, areaBefore, areaBeforeResult } = RESULT_FORMS;
  assertEquals<unknown>(multiValueResult.text, multiValue.text);
  assertEquals<unknown>(areaBeforeResult.text, areaBefore.text);
  // Rust's `Result`: an error, then whether there is one.
  assertEquals(multiValueResult.status.value, { result: 3 });
  assertEquals(areaBeforeResult.status.value, { word: 3 });
});
