import { assertEquals } from "@std/assert";
import type { Value } from "../../mod.ts";
import {
  checkAsked,
  checkGetter,
  checkInteger,
  checkValue,
  findFunction,
} from "../../src/check/value_problems.ts";
import type { Scope } from "../../src/check/value_kinds.ts";
import { makeScope } from "./_scope.ts";

function problemsOf(check: (scope: Scope) => unknown, more: Partial<Scope> = {}): string[] {
  const scope = makeScope(more);
  check(scope);
  return [...scope.problems];
}

const FINE: readonly Value[] = [
  5,
  -1,
  "result",
  { argument: 1 },
  { byteLengthOf: 1 },
  { parameter: 0 },
  { export: "length" },
  { export: "base" },
  { call: "add", with: [1, { low: { parameter: 0 } }] },
  { word: 0, at: "result" },
  { sum: ["result", { load: "u16", at: { argument: 1 } }] },
];

for (const value of FINE) {
  Deno.test(`${JSON.stringify(value)} is there`, () => {
    assertEquals(problemsOf((scope) => checkInteger(value, "at", scope)), []);
  });
}

const REFUSED: readonly (readonly [value: Value, problem: string])[] = [
  [2 ** 53, "at is 9007199254740992, expected an integer from -2147483648 to 9007199254740991"],
  [1.5, "at is 1.5, a floating-point number, expected an integer"],
  ["output", 'at is "output", expected "output" to be declared'],
  [{ result: 0 }, 'at is { result: 0 }, but the export returns one result, expected "result"'],
  [{ argument: 3 }, "at is { argument: 3 }, expected 0 to 2"],
  [
    { argument: 0 },
    'at is { argument: 0 }, but parameter 0 is "i64", expected { parameter: 0 }, or text or bytes in memory',
  ],
  [
    { byteLengthOf: 2 },
    "at is { byteLengthOf: 2 }, but parameter 2 is no block of memory, expected text or bytes in memory",
  ],
  [
    { parameter: 1 },
    "at is { parameter: 1 }, but parameter 1 is in memory, expected { argument: 1 } for its address or { byteLengthOf: 1 } for its length",
  ],
  [
    { export: "lenght" },
    'at.export is "lenght", which is neither a function nor a global, did you mean "length"?',
  ],
  [{ export: "ratio" }, 'at is { export: "ratio" }, a floating-point number, expected an integer'],
  [
    { export: "add" },
    'at.export is "add", which is (i32, i32) -> i32, expected no parameter and a number as its result',
  ],
  [{ export: "table" }, 'at.export is "table", a global of externref, expected one of a number'],
  [
    { call: "add", with: [1] },
    'at.call is "add", which is (i32, i32) -> i32, expected 1 number as parameters and one as its result',
  ],
  [
    { call: "add", with: [1, { parameter: 0 }] },
    "at.with[1] is { parameter: 0 }, which is 64 bits wide, expected a number of 32 bits, such as { low: { parameter: 0 } }",
  ],
  [{ word: 0 }, 'at is { word: 0 }, expected "at" beside it: the export gets no return area'],
  [
    { low: { word: 0 } },
    'at.low is { word: 0 }, expected "at" beside it: the export gets no return area',
  ],
  [{ sum: [0, { argument: 5 }] }, "at.sum[1] is { argument: 5 }, expected 0 to 2"],
];

for (const [value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => {
    assertEquals(problemsOf((scope) => checkInteger(value, "at", scope)), [problem]);
  });
}

Deno.test("the index of a result must be one of the export's", () => {
  const wrong = (value: Value, results: Scope["results"]) =>
    problemsOf((scope) => checkValue(value, "at", scope), { results });
  assertEquals(wrong("result", []), [
    'at is "result", but the export returns nothing, expected another value',
  ]);
  assertEquals(wrong("result", ["i32", "i64"]), [
    'at is "result", but the export returns 2 results, expected { result: 0 } to { result: 1 }',
  ]);
  assertEquals(wrong({ result: 2 }, ["i32", "i64"]), [
    "at is { result: 2 }, but the export returns 2 results, expected 0 to 1",
  ]);
  assertEquals([wrong({ result: 1 }, ["i32", "i64"]), wrong("result", undefined)], [[], []]);
});

Deno.test("a value of a convention is a problem only if it has the wrong type, and is reported once", () => {
  const more = { isDeclared: false };
  assertEquals(problemsOf((scope) => checkGetter("missing", "at", scope), more), []);
  assertEquals(
    problemsOf((scope) => {
      checkGetter("add", "place.pointer", scope);
      checkGetter("add", "place.capacity", scope);
    }, more).length,
    1,
  );
});

Deno.test("an export that is called for a value takes no arguments, and returns a value if that is used", () => {
  const asked = (name: string, gives: boolean) =>
    problemsOf((scope) => checkAsked(name, "at", gives, scope));
  assertEquals([asked("length", true), asked("nothing", false)], [[], []]);
  assertEquals(asked("nothing", true), [
    'at is "nothing", which is () -> (), expected no parameter and a result',
  ]);
  assertEquals(asked("f", false), ['at is "f", which is (i32) -> i32, expected no parameter']);
  // The star stands for the name of the called export.
  assertEquals(
    asked("*_length", true)[0]?.startsWith('at is "f_length", which is not an exported function'),
    true,
  );
});

Deno.test("inherited properties are not taken for exports", () => {
  const scope = makeScope();
  assertEquals(findFunction("add", "at", scope)?.parameters, ["i32", "i32"]);
  assertEquals(findFunction("toString", "at", scope), undefined);
  assertEquals(scope.problems.size, 1);
});
