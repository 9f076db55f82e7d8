import { assertEquals } from "@std/assert";
import { allocator, type Convention, staticBuffer, type SymbolDeclaration } from "../../mod.ts";
import { planProblems } from "../../src/check/plan_problems.ts";
import { orThrow } from "../../src/base/errors.ts";
import { chunks, planParts } from "../../src/plan/resolve.ts";
import { makeContext } from "../plan/_context.ts";

const TYPES: Readonly<Record<string, string>> = {
  f: "(i32, i32) -> i32",
  g: "(i32) -> i32",
  update: "(i32, i32) -> ()",
  final: "() -> i32",
  length: "() -> i32",
  ratio: "() -> f64",
  pin: "(i32, i32) -> i32",
  unpin: "(i32) -> ()",
  packed: "(i32) -> i64",
};

await chunks.load();

const MALLOC = allocator({ allocate: "malloc", free: "free" });

/** Plans a call of an export, and returns its problems. */
function problemsOf(
  name: string,
  declaration: SymbolDeclaration,
  convention: Convention = MALLOC,
): string[] {
  const context = makeContext(TYPES, convention);
  const exports = Object.fromEntries(Object.keys(TYPES).map((name) => [name, () => 0]));
  const plan = orThrow(planParts(name, declaration, context));
  return planProblems(plan, declaration, context, exports);
}

const range = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;

Deno.test("a call whose references exist has no problems", () => {
  assertEquals(
    problemsOf("f", {
      parameters: ["string"],
      arguments: range,
      result: { type: "string", pointer: "result", length: { export: "length" } },
      status: { value: { export: "ratio" }, fails: "negative" },
    }),
    [],
  );
});

/** Declarations with one fault, and the problem. */
const FAULTS:
  readonly (readonly [name: string, declaration: SymbolDeclaration, problem: string])[] = [
    [
      "f",
      {
        parameters: ["string"],
        result: { type: "string", pointer: "result", length: { export: "ratio" } },
      },
      'result.length is { export: "ratio" }, a floating-point number, expected an integer',
    ],
    [
      "f",
      {
        parameters: ["string"],
        result: { type: "string", pointer: "result", length: { end: { argument: 1 } } },
      },
      "result.length.end is { argument: 1 }, expected 0, the only parameter",
    ],
    [
      "f",
      {
        parameters: ["string"],
        result: { type: "record", fields: { a: { type: "u32", value: { argument: 4 } } } },
      },
      "result.fields.a.value is { argument: 4 }, expected 0, the only parameter",
    ],
    [
      "f",
      {
        parameters: ["u32", "u32"],
        result: "u32",
        status: { value: { parameter: 2 }, fails: "zero" },
      },
      "status.value is { parameter: 2 }, expected 0 to 1",
    ],
    [
      "g",
      { parameters: ["string"], arguments: [2 ** 32], result: "u32" },
      "arguments[0] is 4294967296, expected an integer from -2147483648 to 4294967295",
    ],
    [
      "g",
      {
        parameters: [{ type: "string", place: { kind: "buffer", pointer: "lenght" } }],
        arguments: [range[0]],
        result: "u32",
      },
      'parameters[0].place.pointer is "lenght", which is neither a function nor a global, did you mean "length"?',
    ],
    [
      "g",
      {
        parameters: [{ type: "string", byteLength: { export: "ratio" } }],
        arguments: [range[0]],
        result: "u32",
      },
      'parameters[0].byteLength is { export: "ratio" }, a floating-point number, expected an integer',
    ],
    [
      "g",
      {
        parameters: ["string"],
        arguments: [range[0]],
        result: "u32",
        output: { capacity: { parameter: 3 } },
      },
      "output.capacity is { parameter: 3 }, expected 0, the only parameter",
    ],
    [
      "final",
      {
        parameters: ["bytes"],
        result: "u32",
        chunked: { update: { export: "update", arguments: [range[0]] }, final: "final" },
      },
      'chunked.update is "update", which is (i32, i32) -> (), expected (i32) -> ()',
    ],
  ];

for (const [name, declaration, problem] of FAULTS) {
  Deno.test(`a problem of the declaration: ${problem}`, () => {
    assertEquals(problemsOf(name, declaration), [problem]);
  });
}

Deno.test("a problem of the convention is named by its part there", () => {
  const text: SymbolDeclaration = { parameters: ["string"], arguments: range, result: "u32" };
  assertEquals(
    problemsOf("f", text, staticBuffer({ pointer: "length", capacity: { export: "pin" } })),
    [
      'convention.place.capacity.export is "pin", which is (i32, i32) -> i32, expected no parameter ' +
      "and a number as its result",
    ],
  );
  const place = { kind: "allocator", allocate: "g", pin: "pin", unpin: "unpin" } as const;
  assertEquals(problemsOf("f", text, { ...MALLOC, place }), [
    'convention.place.pin is "pin", which is (i32, i32) -> i32, expected one parameter',
  ]);
  const packed = { kind: "allocator", allocate: "packed" } as const;
  const problem =
    'convention.place.allocate is "packed", which is (i32) -> i64, expected an i32 as ' +
    'its result, or pointer: { low: "result" } or { high: "result" } beside it';
  assertEquals(problemsOf("f", text, { ...MALLOC, place: packed }), [problem]);
  const pointer = { low: "result" } as const;
  assertEquals(problemsOf("f", text, { ...MALLOC, place: { ...packed, pointer } }), []);
});
