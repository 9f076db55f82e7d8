import { assertEquals } from "@std/assert";
import {
  hostFunctionShape,
  LAYOUT_SHAPES,
  symbolShape,
} from "../../src/check/declaration_shapes.ts";
import { Problems } from "../../src/check/shape.ts";

/** Returns the problems of a struct with a variant as its field. */
function problemsOf(variant: unknown): readonly string[] {
  const problems = new Problems("the type");
  problems.read(LAYOUT_SHAPES.struct.field, { type: "struct", fields: { what: variant } }, "");
  return problems.lines;
}

Deno.test("a variant with a tag and cases is accepted", () => {
  const cases = { none: { is: -1 }, some: { is: 127, value: "f64" } };
  assertEquals(problemsOf({ type: "variant", tag: "i8", cases }), []);
});

for (
  const [what, variant, ...expected] of [
    ["has cases of one tag", { tag: "u8", cases: { a: { is: 1 }, b: { is: 1, value: "i32" } } }, [
      'fields.what.cases.b.is is 1, which "a" has',
    ]],
    [
      "has a tag that its type cannot hold",
      { tag: "u8", cases: { a: { is: 256 }, b: { is: -1 } } },
      [
        "fields.what.cases.a.is is 256, expected 0 to 255, which u8 holds",
        "fields.what.cases.b.is is -1, expected 0 to 255, which u8 holds",
      ],
    ],
    ["has no cases", { tag: "u8", cases: {} }, [
      "fields.what.cases is {}, expected at least one case",
    ]],
    ["has a length in another field", {
      tag: "u8",
      cases: { a: { is: 1, value: { type: "bytes", length: { field: "count" } } } },
    }, [
      "fields.what.cases.a.value.length is in another field, expected a struct around both",
    ]],
  ] as const
) {
  Deno.test(`a variant is refused that ${what}`, () => {
    assertEquals(problemsOf({ type: "variant", ...variant }), expected[0]);
  });
}

Deno.test("a misspelt part of a variant is named", () => {
  const [line] = problemsOf({ type: "variant", tag: "u8", cases: { a: { is: 1, valu: "i32" } } });
  assertEquals(line?.includes('did you mean "value"'), true, line);
});

const CASES = { some: { is: 1, value: "f64" } } as const;
const WHOLE = { type: "variant", tag: "u8", cases: CASES } as const;

/** The declarations whose only parameter or result is a value, with the place of it. */
const AROUND = [
  [symbolShape, "parameters[0]", (one: unknown) => ({ parameters: [one], result: "void" })],
  [symbolShape, "result", (one: unknown) => ({ parameters: [], result: one })],
  [hostFunctionShape, "parameters[0]", (one: unknown) => ({ parameters: [one], result: "void" })],
  [hostFunctionShape, "result", (one: unknown) => ({ parameters: [], result: one })],
] as const;

Deno.test("a variant can be a parameter and a result, and its parts are checked there too", () => {
  for (const [shape, at, around] of AROUND) {
    const linesOf = (one: unknown) => {
      const problems = new Problems("the type");
      problems.read(shape, around(one), "");
      return problems.lines;
    };
    assertEquals(linesOf({ ...WHOLE, by: "value" }), []);
    assertEquals(linesOf({ ...WHOLE, nullable: true }), []);
    assertEquals(linesOf({ ...WHOLE, by: "value", nullable: true }), [
      `${at}.nullable has no effect on a variant that is passed by value`,
    ]);
    assertEquals(linesOf({ ...WHOLE, cases: { some: { is: 256 } } }), [
      `${at}.cases.some.is is 256, expected 0 to 255, which u8 holds`,
    ]);
    assertEquals(linesOf({ ...WHOLE, tag: "f64" }), [
      `${at}.tag is "f64", expected "i8", "u8", "i16", "u16", "i32" or "u32"`,
    ]);
  }
});
