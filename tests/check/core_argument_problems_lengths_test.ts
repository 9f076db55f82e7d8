import { assertEquals } from "@std/assert";
import type { Length } from "../../mod.ts";
import { hostLengthProblems } from "../../src/check/core_argument_problems.ts";

function problemsOf(length: Length): string[] {
  return hostLengthProblems({
    parameters: ["u32", { type: "string", length }],
    result: "void",
  });
}

const ACCEPTED: readonly Length[] = [
  "nul",
  8,
  { prefix: "u32" },
  { object: "managed" },
  { export: "length" },
  { word: 0, at: { export: "header" } },
  { end: { export: "end" } },
  { sum: [{ export: "length" }, -1] },
];

for (const length of ACCEPTED) {
  Deno.test(`a host function can find the length ${JSON.stringify(length)}`, () => {
    assertEquals(problemsOf(length), []);
  });
}

const LATER = "which is not known when argument 1 is read, expected pass: " +
  '["pointer", "byteLength"] if the guest passes the length, or a place in memory, an export or ' +
  "a fixed number";

const REFUSED: readonly (readonly [length: Length, problem: string])[] = [
  ["result", `parameters[1].length is "result", ${LATER}`],
  [{ parameter: 0 }, `parameters[1].length is { parameter: 0 }, ${LATER}`],
  [{ end: { result: 1 } }, `parameters[1].length.end is { result: 1 }, ${LATER}`],
  [
    { word: 1 },
    'parameters[1].length is { word: 1 }, expected "at" beside it: a host function is given no ' +
    "return area",
  ],
  [{ low: "result" }, `parameters[1].length.low is "result", ${LATER}`],
  [{ sum: [4, { argument: 0 }] }, `parameters[1].length.sum[1] is { argument: 0 }, ${LATER}`],
  [{ word: 0, at: "result" }, `parameters[1].length.at is "result", ${LATER}`],
];

for (const [length, problem] of REFUSED) {
  Deno.test(`the length ${JSON.stringify(length)} comes too late`, () => {
    assertEquals(problemsOf(length), [problem]);
  });
}
