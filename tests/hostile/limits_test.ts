// Guests that would run for ever or take all memory, with limits.
import { assertThrows } from "@std/assert";
import { allocator, type Guest, type GuestLimits, hostFunction } from "../../mod.ts";
import { assembleWith } from "../_binaryen.ts";
import { type Expected, type HostileRow, testHostile } from "./_rows.ts";

const GO = { go: { parameters: [], result: "void" } } as const;

const BACK = '(import "env" "back" (func $back))';

const imports = { env: { back: hostFunction({ parameters: [], result: "void" }, () => {}) } };

/** Makes an export that repeats something for ever. */
const go = (body: string, before = "") => `${before} (func (export "go") (enter go) ${body})`;

/** Functions of which each calls the next one twice. */
const DOUBLING = Array.from(
  { length: 64 },
  (_, index) => `(func $f${index} (call $f${index + 1}) (call $f${index + 1}))`,
).join("\n") + "(func $f64)";

const TABLE = "(table $table 2 funcref) (elem (table $table) (i32.const 0) func $one $two)";

type Endless = readonly [what: string, functions: string, parts?: Partial<HostileRow>];

const ENDLESS: readonly Endless[] = [
  ["branches back", go("(loop (br 0))")],
  ["branches back if that is true", go("(loop (br_if 0 (i32.const 1)))")],
  ["branches back by a table of labels", go("(loop (br_table 0 0 0 (i32.const 5)))")],
  ["branches back out of blocks", go("(loop (block (block (br 2))))")],
  ["loops within a loop", go("(loop $out (loop (br_if 0 (i32.const 0))) (br $out))")],
  ["calls a function in a loop", go("(loop (call $leaf) (br 0))", "(func $leaf)")],
  [
    "calls through its table in a loop",
    go("(loop (call_indirect $table (i32.const 0)) (br 0))", `(func $one) (func $two) ${TABLE}`),
  ],
  ["calls the host in a loop", go("(loop (call $back) (br 0))"), { imports: BACK }],
  ["leaves for itself", go("(return_call $spin)", "(func $spin (return_call $spin))")],
  [
    "has two functions that leave for each other through the table",
    go(
      "(return_call $one)",
      `(func $one (return_call_indirect $table (i32.const 1)))
       (func $two (return_call_indirect $table (i32.const 0))) ${TABLE}`,
    ),
  ],
  ["doubles its calls 64 times", go("(call $f0)", DOUBLING)],
  [
    "calls itself twice, 64 deep",
    go(
      "(call $tree (i32.const 64))",
      `(func $tree (param i32) (if (local.get 0) (then
        (call $tree (i32.sub (local.get 0) (i32.const 1)))
        (call $tree (i32.sub (local.get 0) (i32.const 1))))))`,
    ),
  ],
  [
    "throws and catches in a loop",
    go("(loop $again (try (do (throw $tag)) (catch_all (br $again))))", "(tag $tag)"),
  ],
  [
    "catches all errors of its own loop and goes on",
    go("(loop $again (try (do (loop (br 0))) (catch_all (br $again))))"),
  ],
  [
    "catches all errors of a function that loops and goes on",
    go(
      "(loop $again (block $caught (try_table (catch_all $caught) (call $spin))) (br $again))",
      "(func $spin (loop (br 0)))",
    ),
  ],
  [
    "fills its memory in a loop",
    go("(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 0xf000)) (br 0))"),
  ],
  [
    "copies its memory in a loop",
    go("(loop (memory.copy (i32.const 0) (i32.const 8) (i32.const 0xe000)) (br 0))"),
  ],
  [
    "asks for more memory than it gets in a loop",
    go("(loop (drop (memory.grow (i32.const -1))) (br 0))"),
  ],
  [
    "fills its table in a loop",
    go(
      "(loop (table.fill $table (i32.const 0) (ref.null func) (i32.const 9000)) (br 0))",
      "(table $table 9000 funcref)",
    ),
  ],
];

/** Limits, and how they end a call. */
const LIMITS: readonly (readonly [limits: GuestLimits, code: string, reason: string])[] = [
  [
    { fuel: 100_000 },
    "fuel-exhausted",
    "used up its 100000 units of fuel, expected less work, or more in limits.fuel",
  ],
  [
    { deadline: 20 },
    "deadline-exceeded",
    "run for more than 20 ms, expected less work, or more in limits.deadline",
  ],
];

const ended = (
  name: string,
  code: string,
  reason: string,
): Expected => ["GuestError", code, `Cannot complete "${name}": the guest has ${reason}`];

const convention = allocator({ allocate: "malloc", free: "free" });

const USE = { use: { parameters: ["bytes"], result: "void" } } as const;

const SPIN = "(loop (br 0))";

/** Makes a guest that takes bytes, one of whose functions loops. */
const spinning = (where: string) => {
  const body = (name: string) => `(enter ${name}) ${name === where ? SPIN : ""}`;
  return `
    (func (export "malloc") (param i32) (result i32) ${body("malloc")} (i32.const 0x1000))
    (func (export "use") (param i32 i32) ${body("use")})
    (func (export "free") (param i32) ${body("free")})`;
};

/** Waits for a clock by `poll_oneoff` again and again, each time for 584 years. */
const SLEEP = go(`(loop (i64.store (i32.const 24) (i64.const -1))
  (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))) (br 0))`);

const CAPPED = { go: { parameters: [], result: "i32" } } as const;

const SPINNING = `${go("(call $back)")}
  (func (export "spin") (enter spin) (loop (br 0)))
  (func (export "count") (result i32) (local $count i32) (enter count)
    (loop
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $count) (i32.const 10000))))
    (local.get $count))`;

// deno-lint-ignore no-explicit-any -- whatever its symbols are
let current: Guest<any>;

/** Calls a raw export, which the engine ends at the limit. */
const spin = () => (current.exports.spin as () => void)();

testHostile([
  ...LIMITS.flatMap(([limits, code, reason]) => [
    ...ENDLESS.map(([what, functions, parts]): HostileRow => ({
      name: `a guest ${what}, until it is ended as ${code}`,
      functions,
      ...parts,
      options: { symbols: GO, limits, ...parts?.imports && { imports } },
      ask: (guest) => guest.symbols.go!(),
      throws: ended("go", code, reason),
      entered: "go",
    })),
    ...["malloc", "malloc use", "malloc use free"].map((names): HostileRow => {
      const name = names.split(" ").at(-1)!;
      return {
        name: `a guest loops in "${name}" of a call, until it is ended as ${code}`,
        functions: spinning(name),
        options: { convention, symbols: USE, limits },
        ask: (guest) => guest.symbols.use!(Uint8Array.of(1)),
        throws: ended("use", code, reason),
        entered: names,
      };
    }),
    {
      name: `a command loops in its start, until it is ended as ${code}`,
      functions: `(func (export "_start") (enter start) ${SPIN})`,
      options: { limits },
      ask: (guest) => guest.run(),
      throws: ended("_start", code, reason),
      entered: "start",
    } satisfies HostileRow,
  ]),
  {
    name: "a guest sleeps for ever, until it is ended as deadline-exceeded",
    imports: `(import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll (param i32 i32 i32 i32) (result i32)))`,
    functions: SLEEP,
    options: { symbols: GO, limits: { deadline: 20 } },
    ask: (guest) => guest.symbols.go!(),
    throws: ended("go", "deadline-exceeded", LIMITS[1]![2]),
    entered: "go",
  },
  ...LIMITS.flatMap(([limits, code, reason]): HostileRow[] => [
    {
      name: `a guest loops in a raw export, and is called again after ${code}`,
      imports: BACK,
      functions: SPINNING,
      options: { symbols: { count: CAPPED.go }, limits, imports },
      ask: (guest) => {
        current = guest;
        const { message } = assertThrows(spin, WebAssembly.RuntimeError);
        return [message.includes("unreachable"), guest.symbols.count!()];
      },
      gives: [true, 10_000],
      state: "ready",
      entered: "spin count",
    },
    {
      name: `a guest loops in a raw export within a call, until it is ended as ${code}`,
      imports: BACK,
      functions: SPINNING,
      options: {
        symbols: GO,
        limits,
        imports: { env: { back: hostFunction({ parameters: [], result: "void" }, spin) } },
      },
      ask: (guest) => {
        current = guest;
        return guest.symbols.go!();
      },
      throws: ended("go", code, reason),
      entered: "go spin",
    },
  ]),
  {
    name: "a guest makes an array that takes longer than its deadline",
    functions: go(
      "(drop (array.new_default $bytes (i32.const 1000000000)))",
      "(type $bytes (array (mut i8)))",
    ),
    assembler: assembleWith,
    options: { symbols: GO, limits: { deadline: 20 } },
    ask: (guest) => guest.symbols.go!(),
    throws: ended("go", "deadline-exceeded", LIMITS[1]![2]),
    entered: "go",
  },
  {
    name: "a guest grows its table by more than its deadline has time for",
    functions: go(
      "(drop (table.grow $table (ref.null func) (i32.const 9000000)))",
      "(table $table 0 funcref)",
    ),
    options: { symbols: GO, limits: { deadline: 20 } },
    ask: (guest) => guest.symbols.go!(),
    throws: ended("go", "deadline-exceeded", LIMITS[1]![2]),
    entered: "go",
  },
  {
    name: "a guest joins the host's text with itself to one of 500 million bytes",
    imports: `(import "wasm:js-string" "concat"
      (func $concat (param externref externref) (result (ref extern))))`,
    functions: `(func (export "double") (param externref) (result externref) (local $count i32)
      (enter double)
      (loop
        (local.set 0 (call $concat (local.get 0) (local.get 0)))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get $count) (i32.const 24))))
      (local.get 0))`,
    assembler: assembleWith,
    options: {
      symbols: { double: { parameters: ["string"], result: "string" } },
      limits: { results: 1_000_000 },
    },
    ask: (guest) => guest.symbols.double!("a text of 31 bytes in one piece"),
    throws: [
      "GuestError",
      "result-too-large",
      'Cannot lift the result of "double": it takes at least 520093696 bytes of host memory, ' +
      "expected at most 1000000 or a higher limits: { results }",
    ],
    state: "ready",
    entered: "double",
  },
  {
    name: "a guest grows its memory as far as its cap lets it",
    memory: '(memory (export "memory") 1)',
    functions: `(func (export "go") (result i32) (enter go)
      (loop (br_if 0 (i32.ge_s (memory.grow (i32.const 3)) (i32.const 0)))) (memory.size))`,
    options: { symbols: CAPPED, limits: { memory: 1_000_000 } },
    ask: (guest) => guest.symbols.go!(),
    gives: 13, // 1 + 3 n, up to the 15 pages of 65,536 bytes that a million bytes have
    state: "ready",
    entered: "go",
  },
  {
    name: "a guest grows 50 memories as far as the cap of all of them lets it",
    memory: `(memory (export "memory") 1) ${"(memory 0) ".repeat(49)}`,
    functions: `(func (export "go") (result i32) (local $sum i32) (enter go) ${
      Array.from({ length: 50 }, (_, index) =>
        `(loop (br_if 0 (i32.ge_s (memory.grow ${index} (i32.const 1)) (i32.const 0))))
        (local.set $sum (i32.add (local.get $sum) (memory.size ${index})))`).join("\n")
    } (local.get $sum))`,
    options: { symbols: CAPPED, limits: { memory: 10_000_000 } },
    ask: (guest) => guest.symbols.go!(),
    gives: 152, // the whole pages of 65,536 bytes that ten million bytes have
    state: "ready",
    entered: "go",
  },
  {
    name: "a guest grows its table as far as its cap lets it",
    functions: `(table $table 1 funcref) (func (export "go") (result i32) (enter go)
      (loop (br_if 0 (i32.ge_s (table.grow $table (ref.null func) (i32.const 7)) (i32.const 0))))
      (table.size $table))`,
    options: { symbols: CAPPED, limits: { tableElements: 5000 } },
    ask: (guest) => guest.symbols.go!(),
    gives: 4999, // 1 + 7 n
    state: "ready",
    entered: "go",
  },
]);
