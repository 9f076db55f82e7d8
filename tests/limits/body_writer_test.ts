import { assertEquals } from "@std/assert";
import { Body, findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { OPERATORS } from "../../src/binary/operators.ts";
import { findSections, rewrite } from "../../src/limits/rewrite.ts";
import { assemble } from "../_wat.ts";

/** Counts operators in the first function of a rewritten module. */
function count(text: string, asks: boolean): Record<string, number> {
  const bytes = assemble(text);
  const { bytes: rewritten } = rewrite(bytes, readModule(bytes), asks);
  const body = new Body(rewritten);
  body.enter(findBodies(findSections(rewritten).get(10)!)[0]!);
  const counts: Record<string, number> = {};
  while (!body.isAtEnd) {
    const { name } = OPERATORS[body.next()]!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const LOOP = `(module (func (export "f") (param i32)
  (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`;

Deno.test("a loop without calls keeps its fuel in a local, and calls nothing", () => {
  const { "global.get": gets, "global.set": sets, call } = count(LOOP, false);
  // The global is read where the function begins, and set where it ends, in both ways.
  assertEquals([gets, sets, call], [1, 2, undefined]);
});

Deno.test("a loop that asks for fuel puts the answer into its local", () => {
  const { "global.get": gets, "global.set": sets, call } = count(LOOP, true);
  assertEquals([gets, sets, call], [2, 2, 1]);
});

/** A loop that calls a function, in the first function of a module. */
const calling = (callee: string) =>
  `(module (memory 1 1 shared) (func (export "f") (param i32)
    (loop (call $callee) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $callee ${callee}))`;

const WAIT = "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 1)))";

// If the fuel stays in the global, the loop reads that twice: to subtract from it, and to compare
// it.
for (
  const [name, callee, gets, sets] of [
    ["that takes nothing finds its fuel in a local", "nop", 2, 2],
    ["that waits leaves its fuel where the host changes it", WAIT, 2, 1],
    [
      "that fills memory leaves its fuel where that takes some",
      "(memory.fill (i32.const 0) (i32.const 0) (i32.const 9))",
      2,
      1,
    ],
  ] as const
) {
  Deno.test(`a loop with a call of a function ${name}`, () => {
    const counts = count(calling(callee), true);
    assertEquals([counts["global.get"], counts["global.set"]], [gets, sets]);
  });
}

Deno.test("a loop checks its fuel once in each round, also soon after a call", () => {
  const nops = (count: number) => "nop ".repeat(count);
  const text = `(module (func (export "f") (param i32) (call $g) ${nops(200)}
    (loop ${nops(30)} (br_if 0 (local.get 0)))) (func $g nop))`;
  // It is checked where the function begins as well.
  assertEquals(count(text, false)["i64.lt_s"], 2);
});
