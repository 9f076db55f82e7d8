import { assert, assertEquals } from "@std/assert";
import { findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { BoundedBody } from "../../src/limits/bounded_body.ts";
import { SegmentFinder } from "../../src/limits/find_segments.ts";
import { findSections } from "../../src/limits/rewrite.ts";
import { Segments } from "../../src/limits/segments.ts";
import { Redirects } from "../../src/limits/string_builtins.ts";
import { assembleWith } from "../_binaryen.ts";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

for (
  const [where, body] of [
    ["in a straight line", "(call 0) ".repeat(200)],
    ["behind blocks that begin in one", `${"block ".repeat(99)} ${"(call 0) end ".repeat(99)}`],
  ] as const
) {
  Deno.test(`no segment has more than 8 calls ${where}`, () => {
    const bytes = assemble(`(module (func ${body}))`);
    const info = readModule(bytes), segments = new Segments(1);
    const walked = new BoundedBody(bytes, info);
    walked.enter(findBodies(findSections(bytes).get(10)!)[0]!);
    new SegmentFinder(segments, info, walked, new Redirects(new Map())).find(0);
    const calls = [...segments.calling.subarray(1, segments.count)];
    assertEquals(Math.max(...calls), 8);
    assertEquals(calls.reduce((sum, count) => sum + count), segments.calls);
  });
}

const ADD = "(global.set $sum (i32.add (global.get $sum) (i32.const 1))) ";

/** Work of 12,000 units. */
const WORK = ADD.repeat(3000);

/** Two arms, which are executed in turns. */
const ARMS = "(if (global.get $sum) (then (global.set $sum (i32.const 0))) (else " +
  "(global.set $sum (i32.const 1))))";

const RECURSION = `(if (local.get 0)
  (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (call $deepest)))`;

/** The legacy form of exceptions, whose arms are those of a block. */
const LEGACY = `(try (do ${RECURSION}) (catch_all)) ${WORK}`;

/** Bodies of a recursive function "f", each with about 12,000 units after it has called itself. */
const RETURNING: readonly (readonly [where: string, body: string])[] = [
  ["in a straight line", `${RECURSION} ${WORK}`],
  ["after blocks around the call", `(block (block (block ${RECURSION}) nop) ${WORK})`],
  ["after a block that the call leaves", `(block ${RECURSION} (br 0)) ${WORK}`],
  ["in an arm", `${RECURSION} (if (i32.const 1) (then ${WORK}))`],
  [
    "between loops with checks in arms that are not executed",
    RECURSION + `(loop (if (i32.const 0) (then (call $f (i32.const 0)) ${ADD.repeat(70)})))
      ${ADD.repeat(60)}`.repeat(50),
  ],
  ["on small objects", RECURSION + "(drop (struct.new_default $s))".repeat(1500)],
  ["in some arms", RECURSION + `(if (i32.const 1) (then ${ADD.repeat(750)}))`.repeat(4)],
  ["in many arms", RECURSION + ARMS.repeat(3000)],
  [
    "beside many arms",
    RECURSION + `${ADD.repeat(4)} (if (i32.const 0) (then ${ADD.repeat(70)}))`.repeat(667),
  ],
  [
    "beside the rest of many blocks",
    RECURSION +
    `${ADD.repeat(4)} (block (br_if 0 (i32.const 1)) ${ADD.repeat(70)})`.repeat(667),
  ],
  ["in many calls", RECURSION + "(call $small)".repeat(3000)],
  ["after a loop", `${RECURSION} (loop nop) ${WORK}`],
  ["after work and a block around it", `(block ${RECURSION} ${ADD.repeat(300)}) ${WORK}`],
  [
    "after a call through a table",
    `(if (local.get 0) (then (call_indirect (type $t)
    (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))) (else (call $deepest))) ${WORK}`,
  ],
  [
    "after a block that handles exceptions",
    `(block $out
    (try_table (catch_all $out) ${RECURSION})) ${WORK}`,
  ],
  [
    "for an exception",
    `(block $out (try_table (catch_all $out) ${RECURSION} (throw $e)))
    ${WORK} (throw $e)`,
  ],
  ["after a block of the legacy form that handles exceptions", LEGACY],
  [
    "for an exception of the legacy form",
    `(try (do ${RECURSION} (throw $e))
    (catch_all ${WORK} (throw $e)))`,
  ],
];

const DEPTH = 300, SLICE = 65_536;

for (const [where, body] of RETURNING) {
  Deno.test(`the host is asked for fuel while a recursion returns that works ${where}`, () => {
    const text = `(module (type $t (func (param i32))) (type $s (struct ${
      "(field i32)".repeat(14)
    })) (import "host" "deepest" (func $deepest))
      (tag $e) (global $sum (mut i32) (i32.const 0)) (table funcref (elem $f))
      (func $small nop nop nop)
      (func $f (type $t) ${body})
      (func (export "f") (param i32)
        (block $out (try_table (catch_all $out) (call $f (local.get 0))))))`;
    let asked = 0;
    const { exports } = meter(assembleWith(where.includes("legacy") ? legacy(text) : text), {
      asks: true,
      give() {
        asked++;
        return BigInt(SLICE);
      },
      imports: { host: { deepest: () => asked = 0 } },
    });
    exports.f!(DEPTH);
    const expected = DEPTH * 12_000 / SLICE;
    assert(asked > expected * 0.9, `${asked} times, expected ${expected}`);
  });
}

/** Engines refuse modules that use both forms of exceptions. */
const legacy = (text: string) =>
  text.replace(
    "(block $out (try_table (catch_all $out) (call $f (local.get 0))))",
    "(try (do (call $f (local.get 0))) (catch_all))",
  );
