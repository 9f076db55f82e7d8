import { assertEquals } from "@std/assert";
import { OPERATORS } from "../../src/binary/operators.ts";
import { Flow, FLOWS } from "../../src/limits/find_segments.ts";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

/**
 * Functions with the units of a call, counted by hand: one for each operator, none for the ends of
 * blocks.
 */
const ROWS: [name: string, body: string, args: number[], units: number][] = [
  ["nothing", "", [0], 0],
  ["one operator", "nop", [0], 1],
  ["a straight line", "(drop (i32.add (local.get 0) (i32.const 1)))", [0], 4],
  ["a block, whose marks are free", "block nop end nop", [0], 2],
  ["a loop that is entered once: one for each round", "loop nop end nop", [0], 3],
  // Each round: loop, local.get, i32.const, i32.sub, local.tee, br_if.
  ["three rounds", "(loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))", [3], 18],
  // local.get and if, then three, or one.
  ["the first arm", "(if (local.get 0) (then nop nop nop) (else nop))", [1], 5],
  ["the second arm", "(if (local.get 0) (then nop nop nop) (else nop))", [0], 3],
  ["no arm", "(if (local.get 0) (then nop nop nop)) nop", [0], 3],
  ["an arm and what follows it", "(if (local.get 0) (then nop nop nop)) nop", [1], 6],
  ["a branch that is taken", "(block (br_if 0 (local.get 0)) nop nop) nop", [1], 3],
  ["a branch that is not taken", "(block (br_if 0 (local.get 0)) nop nop) nop", [0], 5],
  ["code after a branch", "(block (br 0) nop nop) nop", [0], 2],
  [
    "a branch out of two blocks",
    "(block (block (br_if 1 (local.get 0)) nop) nop) nop",
    [1],
    3,
  ],
  [
    "the same, not taken",
    "(block (block (br_if 1 (local.get 0)) nop) nop) nop",
    [0],
    5,
  ],
  ["a return within a block", "(block (if (local.get 0) (then (return))) nop) nop", [1], 3],
  ["the same without the return", "(block (if (local.get 0) (then (return))) nop) nop", [0], 4],
  [
    "a table of branches, the first",
    "(block (block (block (br_table 0 1 2 (local.get 0))) nop) nop nop) nop",
    [0],
    6,
  ],
  [
    "a table of branches, the last",
    "(block (block (block (br_table 0 1 2 (local.get 0))) nop) nop nop) nop",
    [9],
    3,
  ],
  ["a call with what the function executes", "(call $three) nop", [0], 5],
  [
    "an early end of a loop",
    "(block (loop (br_if 1 (i32.eqz (local.get 0))) (local.set 0 (i32.const 0)) (br 0))) nop",
    [1],
    // Twice loop, local.get, i32.eqz, br_if; once i32.const, local.set, br; nop.
    12,
  ],
];

for (const [name, body, args, units] of ROWS) {
  Deno.test(`a function takes ${units} units for ${name}`, () => {
    const text = `(module (func $three nop nop nop) (func (export "f") (param i32) ${body}))`;
    assertEquals(meter(assemble(text)).burn("f", ...args), units);
  });
}

// WebAssembly 3.0, section 5.4.1 "Control Instructions", without `nop`, and the proposals.
Deno.test("the operators that change the flow of control are known", () => {
  const found = OPERATORS.flatMap((operator, number) =>
    operator && FLOWS[number] !== Flow.next ? [operator.name] : []
  );
  assertEquals(
    found.sort(),
    [
      ...["block", "br", "br_if", "br_on_cast", "br_on_cast_fail", "br_on_non_null", "br_on_null"],
      ...[
        "br_table",
        "call",
        "call_indirect",
        "call_ref",
        "catch",
        "catch_all",
        "delegate",
        "else",
      ],
      ...[
        "end",
        "if",
        "loop",
        "ref.func",
        "resume",
        "resume_throw",
        "resume_throw_ref",
        "rethrow",
        "return",
      ],
      ...["return_call", "return_call_indirect", "return_call_ref", "suspend", "switch", "throw"],
      ...["throw_ref", "try", "try_table", "unreachable"],
    ],
  );
});
