import { assertEquals, assertStrictEquals } from "@std/assert";
import { cString } from "../../mod.ts";
import { conventionOption, declarationCheck, symbolsOption } from "../../src/check/declared.ts";
import { ConventionReport } from "../../src/detect/detect.ts";
import { problemsOf, read } from "./_read.ts";

Deno.test("a convention that is a record is copied, a custom one is used as it is", () => {
  const record = cString();
  const [copy, lines] = read(conventionOption, record);
  assertEquals([copy, copy === record, lines], [record, false, []]);
  const custom = { name: "own", lower: () => ({ args: [] }), lift: () => "" };
  assertStrictEquals(read(conventionOption, custom)[0], custom);
});

/** Values that are mistaken for a convention. */
const MISTAKEN: readonly (readonly [value: unknown, problem: string])[] = [
  [cString, "at is a function, expected what it returns: cString(…)"],
  [
    new ConventionReport(cString(), "why", {} as never),
    "at is the report in guest.convention, expected its property convention",
  ],
  ["cString", 'at is "cString", expected a convention such as cString()'],
  [
    { name: "C string" },
    "at is an object without a place, expected a convention such as cString()",
  ],
];

for (const [value, problem] of MISTAKEN) {
  Deno.test(`refused: ${problem}`, () =>
    assertEquals(problemsOf(conventionOption, value, "at"), [problem]));
}

Deno.test("a custom convention needs a name and both methods", () => {
  assertEquals(problemsOf(conventionOption, { lower: 5 }, "at"), [
    "at.name is missing, expected what errors call it",
    "at.lower is 5, expected a function",
    "at.lift is missing, expected a function",
  ]);
});

Deno.test("wrong declarations are reported by symbol, and the right ones are kept", () => {
  const wrong = new Map<string, readonly string[]>();
  const right = { parameters: [], result: "void" };
  const [copy, lines] = read(symbolsOption(wrong), { a: right, b: { result: "int" }, c: 5 });
  assertEquals([(copy as typeof wrong & { a: unknown }).a, lines], [right, []]);
  assertEquals([...wrong], [
    ["b", [
      'symbol "b": parameters is missing, expected an array of types such as ["string", "u32"]',
      'symbol "b": result is "int", did you mean "i32"?',
    ]],
    ["c", ['symbol "c": the declaration is 5, expected { parameters, result }']],
  ]);
});

Deno.test("the option symbols must be an object", () => {
  assertEquals(problemsOf(symbolsOption(new Map()), [], "at"), [
    "at is an object of class Array, expected an object of declarations by name",
  ]);
});

Deno.test("the check of a declaration reports mistakes that do not depend on the guest", () => {
  const wrong = new Map([["a", ["line"]]]);
  assertStrictEquals(declarationCheck(wrong).wrong, wrong);
});
