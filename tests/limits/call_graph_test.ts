import { assert, assertEquals, assertThrows } from "@std/assert";
import { findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { findReferences } from "../../src/limits/call_graph.ts";
import { findSections, rewrite } from "../../src/limits/rewrite.ts";
import { Redirects } from "../../src/limits/string_builtins.ts";
import { assembleWith } from "../_binaryen.ts";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

const FIBONACCI = `(if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
  (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1)))
    (call $f (i32.sub (local.get 0) (i32.const 2))))))`;

const EVEN = (other: string) =>
  `(if (result i32) (local.get 0) (then (call ${other} (i32.sub (local.get 0) (i32.const 1))))
  (else (i32.const 1)))`;

/** Functions that call others, with the units of a call of "f", counted by hand. */
const ROWS: [name: string, functions: string, argument: number, units: number][] = [
  // fib(5) is 8 calls that end at once, of 5 units, and 7 others, of 13.
  [
    "recursion of an exported function",
    `(func $f (export "f") (param i32) (result i32) ${FIBONACCI})`,
    5,
    8 * 5 + 7 * 13,
  ],
  [
    "recursion within a module",
    `(func $f (param i32) (result i32) ${FIBONACCI})
    (func (export "f") (param i32) (result i32) (call $f (local.get 0)))`,
    5,
    8 * 5 + 7 * 13 + 2,
  ],
  // Each call: local.get, if, local.get, i32.const, i32.sub, call; the last: local.get, if,
  // i32.const.
  [
    "functions that call each other",
    `(func $a (param i32) (result i32) ${EVEN("$b")}) (func $b (param i32) (result i32) ${
      EVEN("$a")
    })
    (func (export "f") (param i32) (result i32) (call $a (local.get 0)))`,
    7,
    7 * 6 + 3 + 2,
  ],
  [
    "a function of a table that code calls as well",
    `(type $t (func)) (table funcref (elem $a)) (func $a (type $t) nop)
    (func (export "f") (param i32) (call $a) (call_indirect (type $t) (i32.const 0)))`,
    0,
    1 + 1 + 2 + 1,
  ],
  [
    "an exported function that code calls, and refers to without a declaration",
    `(type $t (func)) (table 1 funcref) (func $a (export "a") (type $t) nop nop)
    (func (export "f") (param i32) (call $a) (table.set (local.get 0) (ref.func $a))
      (call_indirect (type $t) (local.get 0)))`,
    0,
    1 + 2 + 3 + 2 + 2,
  ],
  [
    "a loop that calls a function with two ways",
    `(func $a (param i32) (if (i32.and (local.get 0) (i32.const 1)) (then nop nop)))
    (func (export "f") (param i32)
      (loop (call $a (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`,
    4,
    // Each round has 8; the function has 4, and 2 more for 3 and for 1.
    4 * (8 + 4) + 2 * 2,
  ],
];

for (const [name, functions, argument, units] of ROWS) {
  Deno.test(`a call takes ${units} units for ${name}`, () => {
    for (const asks of [false, true]) {
      const metered = meter(assemble(`(module ${functions})`), { asks });
      assertEquals(metered.burn("f", argument), units);
    }
  });
}

const chain = Array.from(
  { length: 60 },
  (_, index) => `(func $f${index + 1} (call $f${index}) (call $f${index}))`,
);

/** A function of which only one branch is long, and one without branches. */
const ARM = `(func $g (param i32) (if (local.get 0) (then ${"nop ".repeat(20_000)})))`;

const STRAIGHT = `(func $g (param i32) ${"nop ".repeat(1000)})`;

const CALLS = "(call $g (local.get 0))".repeat(5000);

/** Functions "f" that execute tens of millions of operators without a loop. */
const LONG: [name: string, functions: string][] = [
  [
    "functions that each call another one twice",
    `(func $f0 nop) ${chain.join(" ")} (func (export "f") (param i32) (call $f60))`,
  ],
  [
    "functions that call themselves twice",
    `(func $d (param i32) (if (local.get 0) (then (call $d (i32.sub (local.get 0) (i32.const 1)))
      (call $d (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "f") (param i32) (call $d (i32.const 60)))`,
  ],
  [
    "functions that call each other twice through a table",
    `(type $t (func (param i32))) (table funcref (elem $a $b))
    (func $a (type $t) (if (local.get 0) (then
      (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1))
      (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))))
    (func $b (type $t) (call $a (local.get 0)))
    (func (export "f") (param i32) (call $a (i32.const 60)))`,
  ],
  ["calls of one with a long arm", `${ARM} (func (export "f") (param i32) ${CALLS})`],
  [
    "calls of one with long arms",
    `${ARM} (func $h (param i32) (if (local.get 0) (then ${"(call $g (local.get 0))".repeat(60)})))
    (func (export "f") (param i32) ${"(call $h (local.get 0))".repeat(60)})`,
  ],
  ["calls of a straight one", `${STRAIGHT} (func (export "f") (param i32) ${CALLS})`],
];

for (const [name, functions] of LONG) {
  Deno.test(`${name} end soon after fuel does`, () => {
    const { exports, counter } = meter(assemble(`(module ${functions})`));
    counter.value = 1_000_000n;
    assertThrows(() => exports.f!(1), WebAssembly.RuntimeError, "unreachable");
    const left = counter.value as bigint;
    assert(left < 0n && left > -100_000n, `${left}`);
  });
}

Deno.test("a function without loops and branches is not changed, and its callers take its units", () => {
  const text = `(module (func $leaf (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "f") (param i32) (result i32) (call $leaf (local.get 0))))`;
  const bytes = assemble(text);
  const rewritten = rewrite(bytes, readModule(bytes), false).bytes;
  const [before, after] = [bytes, rewritten].map((module) => {
    const { start, end } = findBodies(findSections(module).get(10)!)[0]!;
    return module.slice(start, end);
  });
  assertEquals(after, before);
  assertEquals(meter(bytes).burn("f", 1), 5);
});

/** Modules with four functions, and those that others can call. */
const REFERRING: [name: string, rest: string, found: number[]][] = [
  ["no other", "", []],
  ["an export, which does not count", '(export "f" (func 2)) (memory (export "m") 1)', []],
  ["the start function, which does not count", "(start 1)", []],
  ["elements of a table", "(table 4 funcref) (elem (i32.const 0) func 1 3)", [1, 3]],
  ["elements that are expressions", "(elem funcref (ref.func 2) (ref.null func))", [2]],
  ["a declaration for code", "(elem declare func 3) (func (drop (ref.func 3)))", [3]],
  ["a global", "(global funcref (ref.func 1))", [1]],
  ["the initial value of a table", "(table 1 1 funcref (ref.func 2))", [2]],
];

for (const [name, rest, expected] of REFERRING) {
  Deno.test(`functions that are referred to by ${name}`, () => {
    const bytes = assembleWith(`(module (func) (func) (func) (func) ${rest})`);
    const found = findReferences(findSections(bytes), readModule(bytes), new Redirects(new Map()));
    assertEquals([...found].sort(), expected);
  });
}
