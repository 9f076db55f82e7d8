// Guests that trap, recurse, throw, and swallow what is thrown.
import { hostFunction } from "../../mod.ts";
import type { Feature } from "../_engine.ts";
import { assemble } from "../_wat.ts";
import { type Expected, type HostileRow, testHostile } from "./_rows.ts";

const GO = { go: { parameters: [], result: "i32" } } as const;
const go = (body: string, more = "") =>
  `${more} (func $go (export "go") (result i32) (enter go) ${body})
  (func (export "after") (enter after))`;

const trap = (reason: string): Expected => [
  "GuestError",
  "trap",
  `Cannot complete "go": the guest trapped: ${reason}`,
];

const OVERFLOW = trap("Maximum call stack size exceeded");

// The message is V8's.
const TRAPS: readonly (readonly [
  name: string,
  body: string,
  reason: string,
  more?: string,
  ...needs: Feature[],
])[] = [
  ["executes unreachable", "unreachable", "unreachable"],
  ["divides by zero", "(i32.div_s (i32.const 1) (i32.const 0))", "divide by zero"],
  [
    "divides the least number by -1",
    "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
    "divide result unrepresentable",
  ],
  ["takes a remainder by zero", "(i32.rem_u (i32.const 1) (i32.const 0))", "remainder by zero"],
  [
    "truncates a NaN",
    "(i32.trunc_f64_s (f64.const nan))",
    "float unrepresentable in integer range",
  ],
  ["loads from outside memory", "(i32.load (i32.const -4))", "memory access out of bounds"],
  [
    "fills outside memory",
    "(memory.fill (i32.const 0xffff) (i32.const 0) (i32.const 2)) (i32.const 0)",
    "memory access out of bounds",
  ],
  [
    "calls what is not in its table",
    "(call_indirect (type $f) (i32.const 9))",
    "table index is out of bounds",
    "(type $f (func (result i32))) (table 2 funcref)",
  ],
  [
    "calls an empty entry of its table",
    "(call_indirect (type $f) (i32.const 1))",
    "null function",
    "(type $f (func (result i32))) (table 2 funcref)",
    "own trap of an empty entry",
  ],
];

const ENV = (functions: Record<string, unknown>) => ({ imports: { env: functions } });

/** An instance that was made elsewhere. */
const TRAPPING = new WebAssembly.Instance(
  new WebAssembly.Module(assemble('(module (func (export "trap") unreachable))')),
);

const rows: readonly HostileRow[] = [
  ...TRAPS.map(([what, body, reason, more, ...needs]): HostileRow => ({
    needs,
    name: `a guest ${what}`,
    functions: go(body, more),
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    throws: trap(reason),
    entered: "go",
  })),
  {
    name: "a guest calls itself without end",
    functions: `(func $go (export "go") (result i32) (i32.add (i32.const 1) (call $go)))`,
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    throws: OVERFLOW,
    entered: "",
  },
  {
    name: "two functions of a guest call each other without end through the table",
    functions: `(type $f (func (result i32))) (table funcref (elem $one $two))
      (func $one (result i32) (i32.add (i32.const 1) (call_indirect (type $f) (i32.const 1))))
      (func $two (result i32) (i32.add (i32.const 1) (call_indirect (type $f) (i32.const 0))))
      (func (export "go") (result i32) (enter go) (call $one))`,
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    throws: OVERFLOW,
    entered: "go",
  },
  {
    name: "a guest throws a tag that nothing catches",
    functions: go("(throw $tag (i32.const 5))", "(tag $tag (param i32))"),
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    throws: [
      "GuestError",
      "exception",
      'Cannot complete "go": the guest threw an exception and did not catch it',
    ],
    state: "ready",
    entered: "go",
  },
  {
    name: "catch_all does not catch a trap",
    functions: go("(try (result i32) (do unreachable) (catch_all (call $go)))"),
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    throws: trap("unreachable"),
    entered: "go",
  },
  {
    name: "a guest swallows a host function's error by catch_all and traps",
    imports: '(import "env" "fail" (func $fail))',
    functions: go("(try (do (call $fail)) (catch_all)) unreachable"),
    options: {
      symbols: GO,
      ...ENV({
        fail: () => {
          throw new Error("the host's");
        },
      }),
    } as HostileRow["options"],
    ask: (guest) => guest.symbols.go!(),
    throws: trap("unreachable"),
    entered: "go",
  },
  {
    name: "a host function's error passes through a guest unchanged",
    imports: '(import "env" "fail" (func $fail))',
    functions: go("(call $fail) (i32.const 1)"),
    options: {
      symbols: GO,
      imports: {
        env: {
          fail: hostFunction({ parameters: [], result: "void" }, () => {
            throw new SyntaxError("the host's own");
          }),
        },
      },
    },
    ask: (guest) => guest.symbols.go!(),
    throws: ["SyntaxError", undefined, "the host's own"],
    state: "ready",
    entered: "go",
  },
  ...[{}, { fuel: 1000 }, { deadline: 10_000 }].map((limits): HostileRow => ({
    name: `an instance that a guest imports traps, with limits of ${JSON.stringify(limits)}`,
    imports: '(import "ends" "trap" (func $trap))',
    functions: go("(call $trap) (i32.const 1)"),
    options: { symbols: GO, limits, imports: { ends: TRAPPING.exports } },
    ask: (guest) => guest.symbols.go!(),
    throws: trap("unreachable"),
    entered: "go",
  })),
];

testHostile(rows);
