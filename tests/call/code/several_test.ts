import { assertEquals } from "@std/assert";
import type { ElementsPlan, ResultPlan, TextResultPlan } from "../../../src/abi/plan_parts.ts";
import type { CallCode } from "../../../src/call/code/call_code.ts";
import { writeText } from "../../../src/call/text_result.ts";
import { writeElements } from "../../../src/call/code/lists.ts";
import { writeWhole } from "../../../src/call/code/several.ts";
import { writeValue } from "../../../src/call/code/value.ts";
import type { Scope } from "../../../src/call/code/scope.ts";
import { instanceOf, makeWritten, OTHERWISE, otherwise, planOf, TEXT } from "../_unit.ts";

// A struct { i32, u8 } at 64, and three of them in a list at 96.
const instance = await instanceOf(`
  (func (export "next") (result i32) (i32.const 0))
  (data (i32.const 64) "\\fe\\ff\\ff\\ff\\07")
  (data (i32.const 96) "\\01\\00\\00\\00\\02\\00\\00\\00\\03\\00\\00\\00\\04\\00\\00\\00\\05\\00\\00\\00\\06")`);

const field = (load: "i32" | "u8", offset: number): ResultPlan => ({
  kind: "number",
  type: load,
  value: { load, at: "result", offset },
});

const pair = {
  kind: "record",
  fields: [["left", field("i32", 0)], ["right", field("u8", 4)]],
  nullable: false,
} as const satisfies ResultPlan;

/** Writes the source for a number as the step that lifts does: the loaded value is the result. */
function writeNumber(result: ResultPlan, scope: Scope, code: CallCode): string | undefined {
  return result.kind === "number"
    ? writeValue(result.value, scope, code, "number").signed
    : undefined;
}

/**
 * Returns the value that generated source lifts from core results, or `undefined` if there is no
 * source.
 */
function lift(
  write: (scope: Scope, code: CallCode) => string | undefined,
  core: unknown,
): unknown {
  let isWritten = true;
  const written = makeWritten(instance, planOf(), (code) => {
    const scope: Scope = { result: "core", types: ["i32"], otherwise, key: "core" };
    const value = write(scope, code);
    isWritten = value !== undefined;
    return value ?? "undefined";
  });
  return isWritten ? written(core) : undefined;
}

const record = (result: ResultPlan & { kind: "record" }, core: unknown) =>
  lift((scope, code) => writeWhole(result, scope, code, writeNumber), core);

const elements = (changes: Partial<ElementsPlan>, core: unknown) =>
  lift((scope, code) => {
    const plan: ElementsPlan = {
      kind: "elements",
      item: pair,
      bytes: { ...TEXT, text: { pointer: "result", length: { fixed: 24 } } as never },
      count: 3,
      stride: 8,
      ...changes,
    };
    return writeElements(plan, scope, code, writeNumber);
  }, core);

Deno.test("the fields of a struct are read, also of one within another", () => {
  assertEquals(record(pair, 64), { left: -2, right: 7 });
  const nested = { ...pair, fields: [["inner", pair], ["__proto__", field("u8", 4)]] } as const;
  const found = record(nested, 64) as Record<string, unknown>;
  assertEquals(Object.keys(found), ["inner", "__proto__"]);
  assertEquals([found.inner, Object.getPrototypeOf(found)], [
    { left: -2, right: 7 },
    Object.prototype,
  ]);
});

Deno.test("a struct that exceeds memory by one byte is left to the run form", () => {
  assertEquals(record(pair, 65536 - 5), { left: 0, right: 0 });
  assertEquals(record(pair, 65536 - 4), OTHERWISE);
  assertEquals(record(pair, -1), OTHERWISE);
});

Deno.test("the items of a list are read one after another", () => {
  assertEquals(elements({}, 96), [
    { left: 1, right: 2 },
    { left: 3, right: 4 },
    { left: 5, right: 6 },
  ]);
  assertEquals(elements({ count: 0 }, 96), []);
});

Deno.test("a list that exceeds memory by one byte is left to the run form", () => {
  assertEquals((elements({}, 65536 - 24) as unknown[]).length, 3);
  assertEquals(elements({}, 65536 - 23), OTHERWISE);
  // Items of which each reaches into the next one: the last one takes 5 bytes.
  assertEquals((elements({ stride: 4 }, 65536 - 13) as unknown[]).length, 3);
  assertEquals(elements({ stride: 4 }, 65536 - 12), OTHERWISE);
});

Deno.test("a value that is freed, or for which the guest is called, has no fast form", () => {
  const asked = { kind: "number", type: "i32", value: { export: "next" } } as const;
  assertEquals(record({ ...pair, fields: [["asked", asked]] }, 64), undefined);
  assertEquals(record({ ...pair, whole: ["free"] }, 64), undefined);
  assertEquals(elements({ whole: ["free"] }, 96), undefined);
  assertEquals(elements({ stride: 0 }, 96), undefined);
});

Deno.test("a record's texts that nobody frees are counted once, after all of them were found", () => {
  const text = (offset: number): ResultPlan => ({
    ...TEXT,
    text: { pointer: { load: "u32", at: "result", offset }, length: "nul" },
    unfreed: true,
  });
  const person = {
    kind: "record",
    fields: [["name", text(0)], ["other", text(4)]],
    nullable: false,
  } as const;
  const write = (scope: Scope, code: CallCode) =>
    writeWhole(
      person,
      scope,
      code,
      (result, scope, code) => writeText(result as TextResultPlan, scope, code),
    );
  instance.memory.write("u32", 128, 160);
  instance.memory.write("u32", 132, 170);
  instance.memory.writeBytes(160, new TextEncoder().encode("Ada\0"));
  instance.memory.writeBytes(170, new TextEncoder().encode("Bo\0"));
  assertEquals(lift(write, 128), { name: "Ada", other: "Bo" });
  assertEquals(instance.unfreed, { results: 2, arguments: 0, byteLength: 3 + 1 + 2 + 1 });
  // A null pointer is left to the run form, which counts what it lifts.
  instance.memory.write("u32", 132, 0);
  assertEquals(lift(write, 128), OTHERWISE);
  assertEquals(instance.unfreed.results, 2);
});
