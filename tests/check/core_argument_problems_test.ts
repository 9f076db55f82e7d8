import { assertEquals } from "@std/assert";
import { allocator, type CoreArgument, type Parameter, type SymbolDeclaration } from "../../mod.ts";
import {
  argumentProblems,
  checkConstants,
  hostArgumentProblems,
  rangeProblem,
} from "../../src/check/core_argument_problems.ts";
import { makeContext } from "../plan/_context.ts";

const MALLOC = allocator({ allocate: "malloc", free: "free" });

function problemsOf(
  parameters: readonly Parameter[],
  more: Partial<SymbolDeclaration>,
): string[] {
  return argumentProblems({ parameters, result: "void", ...more }, makeContext({}, MALLOC));
}

Deno.test("core arguments refer to parameters of their kind", () => {
  const given: CoreArgument[] = [
    { parameter: 0 },
    { text: 1, as: "pointer" },
    { text: 2, as: "count" },
    { area: 5 },
    7,
  ];
  const parameters: Parameter[] = ["u32", "string", { type: "strings" }];
  assertEquals(problemsOf(parameters, { arguments: given }), []);
});

const REFUSED: readonly (readonly [coreArgument: CoreArgument, problem: string])[] = [
  [{ parameter: 2 }, "arguments[0] is { parameter: 2 }, expected 0 to 1"],
  [
    { parameter: 1 },
    'arguments[0] is { parameter: 1 }, but parameter 1 is "string", expected { text: 1, as } for a ' +
    "core argument of it",
  ],
  [
    { text: 0, as: "pointer" },
    'arguments[0] is { text: 0, as: "pointer" }, but parameter 0 is "u32", expected { parameter: 0 }',
  ],
  [
    { text: 1, as: "lengths" },
    'arguments[0] is { text: 1, as: "lengths" }, but parameter 1 is "string", and only "strings" ' +
    "have that",
  ],
  ["output", 'arguments[0] is "output", expected "output" to be declared beside "arguments"'],
];

for (const [coreArgument, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => {
    assertEquals(problemsOf(["u32", "string"], { arguments: [coreArgument] }), [problem]);
  });
}

Deno.test("the return area and the calls for chunks are checked, too", () => {
  const chunked = { update: { export: "u", arguments: [{ parameter: 3 }] }, final: "f" } as const;
  assertEquals(problemsOf(["bytes"], { area: [{ parameter: 2 }], chunked }), [
    "area[0] is { parameter: 2 }, expected 0, the only parameter",
    "chunked.update.arguments[0] is { parameter: 3 }, expected 0, the only parameter",
  ]);
});

Deno.test("only several strings have lengths, and only they and lists have a count", () => {
  assertEquals(problemsOf([{ type: "string", pass: ["pointer", "count"] }], {}), [
    'parameters[0].pass has "count", which only "strings" and lists have',
  ]);
  const list = { type: "list", item: "u32" } as const;
  assertEquals(problemsOf([{ ...list, pass: ["pointer", "lengths", "count"] }], {}), [
    'parameters[0].pass has "lengths", which only "strings" have',
  ]);
  const count = [{ text: 0, as: "count" }] as const;
  assertEquals(problemsOf([list], { arguments: count }), []);
  const changed = { type: "inout", name: "items" } as const;
  assertEquals(problemsOf([{ ...changed, value: list }], { arguments: count }), []);
  assertEquals(problemsOf([{ ...changed, value: "bytes" }], { arguments: count }), [
    'arguments[0] is { text: 0, as: "count" }, but parameter 0 is "inout", and only "strings" and ' +
    "lists have that",
  ]);
});

Deno.test("a declaration cannot set how a custom convention lowers its values", () => {
  const custom = { name: "own", lower: () => ({ args: [] }), lift: () => "" };
  const declaration = { parameters: [], result: "void", arguments: [], area: [] } as const;
  assertEquals(argumentProblems(declaration, makeContext({}, custom)), [
    'arguments cannot be used: the convention "own" lowers by itself',
    'area cannot be used: the convention "own" lowers by itself',
  ]);
});

Deno.test("a host function can refer to the guest's output, and to lengths that are known before", () => {
  const host = {
    parameters: ["u32"],
    result: "string",
    arguments: ["output", "capacity"],
  } as const;
  assertEquals(hostArgumentProblems(host, MALLOC), []);
  const wrong = {
    parameters: [{ type: "string", length: "result" }],
    result: "void",
    arguments: [{ parameter: 4 }],
  } as const;
  assertEquals(hostArgumentProblems(wrong, MALLOC).map((line) => line.split(",")[0]), [
    "arguments[0] is { parameter: 4 }",
    'parameters[0].length is "result"',
  ]);
});

Deno.test("the error for an index describes the possible range", () => {
  assertEquals([rangeProblem(0), rangeProblem(1), rangeProblem(3)], [
    "but there are no parameters",
    "expected 0, the only parameter",
    "expected 0 to 2",
  ]);
});

Deno.test("a constant fits its parameter, if that has 32 bits", () => {
  const problems = new Set<string>();
  const parameters = ["i32", "i64", "i32", "i32"] as const;
  checkConstants(
    [2 ** 32, 2 ** 32, -(2 ** 31), "output"],
    { parameters, results: [] },
    "at",
    problems,
  );
  checkConstants([2 ** 32], undefined, "at", problems);
  assertEquals([...problems], [
    "at[0] is 4294967296, expected an integer from -2147483648 to 4294967295",
  ]);
});
