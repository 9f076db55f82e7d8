import { assertEquals, assertRejects } from "@std/assert";
import { load } from "../../mod.ts";
import { build, CODE, FUNCTION, section, START, VOID_TYPE } from "../binary/_build.ts";
import { assembleWith } from "../_binaryen.ts";
import { meter } from "./_rewritten.ts";

/**
 * A loop whose fuel is in a local: the first parameter is the number of rounds, of six units each.
 */
const LOOP = "(loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))";

/** Ways to leave a function after three rounds, and the units that are used after that. */
const ROWS: [name: string, body: string, units: number][] = [
  ["its end", "(i32.const 7)", 1],
  ["return", "(return (i32.const 7))", 2],
  ["br", "(block (br 1 (i32.const 7))) (i32.const 8)", 2],
  ["br_if", "(drop (br_if 0 (i32.const 7) (i32.const 1))) (i32.const 8)", 3],
  ["br_table", "(block (br_table 1 1 (i32.const 7) (i32.const 0))) (i32.const 8)", 3],
  ["a tail call", "(return_call $seven (i32.const 7))", 3],
  ["an indirect tail call", "(return_call_indirect (type $t) (i32.const 7) (i32.const 0))", 4],
  ["a call", "(call $calls (i32.const 7))", 5],
  [
    "an operator on many bytes",
    "(memory.fill (i32.const 0) (i32.const 0) (i32.const 32)) (i32.const 7)",
    7,
  ],
  ["a growth", "(drop (table.grow (ref.null func) (i32.const 5))) (i32.const 7)", 10],
  ["a call right after a growth", "(call $spins (table.grow (ref.null func) (i32.const 5)))", 18],
];

for (const [name, body, units] of ROWS) {
  Deno.test(`fuel in a local is kept when a function is left by ${name}`, () => {
    const text = `(module (type $t (func (param i32) (result i32))) (memory 1)
      (table 1 10 funcref) (elem (i32.const 0) func $seven)
      (func $seven (type $t) (local.get 0))
      (func $calls (type $t) (call $seven (local.get 0)))
      (func $spins (type $t) (local.set 0 (i32.const 1)) ${LOOP} (i32.const 7))
      (func (export "f") (param i32) (result i32) (local f64 i64 i64) ${LOOP} ${body}))`;
    for (const asks of [false, true]) {
      const metered = meter(assembleWith(text), { asks });
      assertEquals(metered.burn("f", 3), 3 * 6 + units);
      assertEquals(metered.exports.f!(3), 7);
    }
  });
}

/** How an exception leaves a function, and the units of that. */
const THROWING: [name: string, leave: string, units: number][] = [
  ["leaves a loop", "(throw $e)", 1],
  ["comes from a function that takes nothing itself", "(call $throw)", 2],
];

for (const [name, leave, units] of THROWING) {
  Deno.test(`fuel is kept when an exception ${name}, and is caught`, () => {
    // Each round of "f" has 9 operators, and "throws" has one round of 6.
    const text = `(module (tag $e) (func $throw (throw $e))
      (func $throws (param i32) ${LOOP} ${leave})
      (func (export "f") (param i32)
        (loop $again
          (block $caught
            (try_table (catch $e $caught) (call $throws (i32.const 1))))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`;
    assertEquals(meter(assembleWith(text)).burn("f", 3), 3 * (6 + units + 8));
  });
}

Deno.test("units before a call in a block are taken, although the call throws an exception", () => {
  // Each round has 10 operators up to the first `if`, 4 up to the exception, and 5 after it. It
  // takes the 3 after that `if` as well, which both ways through the second one have.
  const text = `(module (tag $e) (func $throw (throw $e))
    (func (export "f") (param i32)
      (loop $again
        (block $caught
          (try_table (catch $e $caught)
            ${"(nop) ".repeat(9)}
            (if (local.get 0) (then (call $throw)))
            (if (local.get 0) (then (nop)) (else (nop) (nop)))))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`;
  assertEquals(meter(assembleWith(text)).burn("f", 3), 3 * (10 + 4 + 5 + 3));
});

const STRUCT = `(type $s (struct ${"(field i64) ".repeat(8000)}))`;

/** Long code without loops and calls, and its units; an object of 8,000 fields has 4,000. */
const LONG: readonly (readonly [what: string, code: string, units: number])[] = [
  ["operators", "(nop)".repeat(120_000), 120_000],
  ["blocks", `(block ${"(nop)".repeat(4000)})`.repeat(30), 120_000],
  ["objects", "(drop (struct.new_default $s))".repeat(30), 30 * 4002],
  [
    "ways that make objects",
    `(if (i32.const 1) (then (drop (struct.new_default $s)))
      (else (drop (struct.new_default $s))))`.repeat(30),
    30 * 4004,
  ],
  [
    "blocks with a condition",
    `(if (i32.const 1) (then ${"(nop)".repeat(4000)}))`.repeat(30),
    30 * 4002,
  ],
  [
    "blocks within blocks",
    `(if (i32.const 1) (then ${"(nop)".repeat(4000)}`.repeat(30) + "))".repeat(30),
    30 * 4002,
  ],
  [
    "long alternatives",
    `(if (i32.const 1) (then ${"(nop)".repeat(4000)}) (else ${"(nop)".repeat(4000)}))`.repeat(30),
    30 * 4002,
  ],
  [
    "exceptions",
    `(block $b (try_table (catch $e $b) ${"(nop)".repeat(4000)} (throw $e)))`.repeat(30),
    30 * 4001,
  ],
  [
    "operators before different ways",
    `${"(nop)".repeat(4000)} (if (i32.const 1) (then (nop)) (else (nop) (nop)))`.repeat(30),
    30 * 4003,
  ],
];

for (const [what, code, units] of LONG) {
  Deno.test(`the host is asked repeatedly in a long function of ${what}`, () => {
    const bytes = assembleWith(`(module ${STRUCT} (tag $e) (func (export "f") ${code}))`);
    assertEquals(meter(bytes).burn("f"), units);
    let asked = 0;
    const give = () => {
      asked++;
      return 10_000n;
    };
    const { counter, exports } = meter(bytes, { asks: true, give });
    counter.value = 10_000n;
    exports.f!();
    assertEquals(asked >= 6, true, `${asked}`);
  });
}

/** Modules that a rewriter could make valid by leaving out a mistake or by adding to it. */
const INVALID: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  [
    "a code section that continues after its last function",
    build(VOID_TYPE, section(FUNCTION, 1, 0), section(CODE, 1, [2, 0, 0x0b], 0)),
  ],
  [
    "a reference to the start function, which nothing declares",
    build(
      VOID_TYPE,
      section(FUNCTION, 1, 0),
      section(START, 0),
      section(CODE, 1, [5, 0, 0xd2, 0, 0x1a, 0x0b]),
    ),
  ],
];

for (const [what, bytes] of INVALID) {
  Deno.test(`${what} is refused, as without limits`, async () => {
    const { message } = await assertRejects(() => load(bytes), Error);
    for (const limits of [{ fuel: 1000 }, { deadline: 1000 }]) {
      assertEquals((await assertRejects(() => load(bytes, { limits }), Error)).message, message);
    }
  });
}

Deno.test("the start function takes its units, although another function calls it as well", async () => {
  const text = `(module (func $start (drop (i32.const 1))) (start $start)
    (func (export "f") (call $start)))`;
  using guest = await load(assembleWith(text), {
    limits: { fuel: 1000 },
    symbols: { f: { parameters: [], result: "void" } },
  });
  assertEquals(guest.fuel?.burnt, 2);
  guest.symbols.f();
  assertEquals(guest.fuel?.burnt, 3);
});
