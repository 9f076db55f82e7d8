import { assertEquals } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import { type Immediates, numberOf, OPERATORS } from "../../src/binary/operators.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** Makes a module with memory, a global, and an imported and some other functions. */
const withFields = (fields: string) =>
  `(module
    (import "env" "host" (func $host (result i32)))
    (memory (export "memory") 1)
    (global $set (mut i32) (i32.const 0))
    (table funcref (elem $seven))
    (func $seven (result i32) (i32.const 7))
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
    (func $again (result i32) (call $again))
    (func $2 (result i32) (call $3))
    (func $3 (result i32) (call $4)) (func $4 (result i32) (call $seven))
    ${fields})`;

/**
 * The body of an exported function, and its effects by their first letters, or `undefined` if they
 * are unknown.
 */
const BODIES: readonly [body: string, effects: string | undefined][] = [
  ["(result i32) (i32.const -1)", ""],
  ["(result i64) (i64.const -1)", ""],
  ["(result i32) (global.get $set)", ""],
  ["(result i32) (memory.size)", ""],
  ["(result i32) (unreachable)", ""],
  ["(param i32 i32) (result i32) (local.get 1)", ""],
  ["(param i32) (result i32) (i32.add (local.get 0) (i32.const 1000))", "o"],
  ["(param i64) (result i64) (i64.sub (local.get 0) (i64.const 1))", "o"],
  [
    `(param i32) (result i32) (if (result i32) (i32.gt_u (local.get 0) (i32.const 100))
      (then (i32.const -1)) (else (local.get 0)))`,
    "",
  ],
  ["(param i32) (result i32) (i32.trunc_f64_s (f64.const 1.5)) (drop) (local.get 0)", ""],
  ["(result i32) (i32.trunc_f32_s (f32.const 1.5)) (return)", ""],
  ["(param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))", "c"],
  ["(param i32) (result i32) (local i64 f64) (i32.mul (local.get 0) (local.get 0))", "c"],
  ["(param i32) (result i32) (call $twice (local.get 0))", "c"],
  ["(result i32) (i32.load offset=70000 (i32.const 8))", "r"],
  ["(param i32) (result i64) (i64.load8_u (local.get 0))", "pr"],
  ["(result i32) (global.set $set (i32.const 1)) (i32.const 1)", "w"],
  ["(result i32) (i32.store8 (i32.const 8) (i32.const 1)) (i32.const 1)", "w"],
  ["(result i32) (i64.store (i32.const 8) (i64.load (i32.const 9))) (i32.const 1)", "rw"],
  [
    `(result i32) (local i32) (loop $next (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $next (i32.load8_u (local.get 0)))) (local.get 0)`,
    "lopr",
  ],
  ...["", "(global.set $set (local.get 1))"].flatMap((moves): [string, string][] => {
    const frame = `(param i32) (result i32) (local i32)
      (local.set 1 (i32.sub (global.get $set) (i32.const 16))) ${moves}
      (i32.store8 (local.get 1) (local.get 0))`;
    return [
      [`${frame} (i32.load8_s (local.get 1))`, "o"],
      [`${frame} (i32.load (local.get 0))`, "or"],
      [`${frame} (i32.store (local.get 0) (local.get 1)) (i32.const 1)`, "ow"],
      [`${frame} (local.set 1 (local.get 0)) (i32.load (local.get 1))`, "or"],
    ];
  }),
  ["(result i32) (block $out (br $out)) (select (i32.const 1) (i32.const 2) (i32.const 3))", ""],
  ["(result i32) (call $seven)", ""],
  ["(result i32) (call $again)", "l"],
  ["(result i32) (call $3)", ""],
  ["(result i32) (call $2)", undefined],
  ["(result i32) (call $host)", undefined],
  ["(result i32) (call_indirect (result i32) (i32.const 0))", undefined],
  ["(result i32) (memory.grow (i32.const 1))", undefined],
  ["(result i32) (memory.fill (i32.const 0) (i32.const 0) (i32.const 9)) (i32.const 9)", "lw"],
  ["(result i32) (memory.copy (i32.const 0) (i32.const 0) (i32.const 9)) (i32.const 9)", "lrw"],
  ["(result i32) (table.size)", undefined],
  ["(param i32 i32) (result i64) (i64.const 0)", undefined],
  ["(result i32) (local externref) (i32.const 1)", undefined],
  ["(param i32 i32 i32) (result i32) (local.get 0)", undefined],
  ["(result f64) (f64.const 1)", undefined],
  ["(result i32 i32) (i32.const 1) (i32.const 1)", undefined],
  ["(param i32)", undefined],
];

for (const [body, expected] of BODIES) {
  Deno.test(`effects of ${body.replaceAll(/\s+/g, " ")}`, () => {
    const { effects } = readModule(assemble(withFields(`(func (export "f") ${body})`)));
    const found = effects?.get("f");
    const shown = found && Object.entries(found).flatMap(([name, does]) => does ? name[0]! : []);
    assertEquals(shown?.sort().join(""), expected?.split("").sort().join(""));
  });
}

Deno.test("effects of an imported function that is exported are unknown", () => {
  const { effects } = readModule(assemble(`(module
    (import "env" "host" (func $host (result i32)))
    (export "host" (func $host)))`));
  assertEquals(effects, undefined);
});

Deno.test("effects of a function with more than 16 KiB of code are unknown", () => {
  const long = (name: string, length: number) =>
    `(func (export "${name}") (result i32) ${"(drop (i32.const 1))".repeat(length)} (i32.const 1))`;
  const text = `(module ${long("a", 1)} ${long("b", 6000)} ${long("c", 1)} ${long("d", 4000)}
    ${long("e", 4000)} ${long("f", 1)})`;
  assertEquals([...readModule(assemble(text)).effects!.keys()], ["a", "c", "d", "f"]);
});

/** A module with an exported function of this body, and one after it. */
function withBody(size: number, ...body: number[]): Uint8Array {
  // deno-fmt-ignore
  return Uint8Array.of(
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 5, 1, 0x60, 0, 1, 0x7f, // a type: () -> i32
    3, 3, 2, 0, 0, // two functions
    7, 9, 2, 1, 0x61, 0, 0, 1, 0x62, 0, 1, // which are exported as "a" and "b"
    10, body.length + 7, 2, size, ...body, 4, 0, 0x41, 7, 0x0b,
  );
}

/**
 * Immediates by their form. If too few bytes are read, the last one is taken for a `try`, which is
 * unknown; if too many are read, they include the `loop` that follows, before a `memory.grow`.
 */
const IMMEDIATES: { readonly [K in Immediates]?: readonly number[] } = {
  "": [],
  type: [0x86, 0x06],
  index: [0x86, 0x06],
  "index index": [0x86, 0x06, 0x86, 0x06],
  address: [0x06, 0x86, 0x06],
  integer: [0x86, 0x06],
  "4 bytes": [6, 6, 6, 6],
  "8 bytes": [6, 6, 6, 6, 6, 6, 6, 6],
};

/** The one-byte operators whose effects are unknown. */
const UNKNOWN = new Set(
  ("try catch throw rethrow throw_ref br_table call call_indirect return_call " +
    "return_call_indirect call_ref return_call_ref delegate catch_all try_table table.get " +
    "table.set memory.grow ref.null ref.is_null ref.func ref.eq ref.as_non_null br_on_null " +
    "br_on_non_null cont.new cont.bind suspend resume resume_throw resume_throw_ref switch")
    .split(" "),
);

Deno.test("operators with effects end where the table of all operators says", () => {
  const known = new Set(["memory.copy", "memory.fill"]);
  const wrong: string[] = [];
  for (const [number, operator] of OPERATORS.entries()) {
    if (operator === undefined) continue;
    const { name, immediates } = operator;
    const isShort = number < 0x100;
    const opcode = isShort ? [number] : [0xfc, number - numberOf(0xfc, 0)];
    if (!isShort && !known.has(name)) continue;
    const bytes = IMMEDIATES[immediates] ?? [];
    const body = [0, ...opcode, ...bytes, 0x03, 0x40, 0x0b];
    const { effects } = readModule(withBody(body.length, ...body));
    // `select` has two forms, of which only that without types is known.
    const isUnknown = UNKNOWN.has(name) || immediates === "types";
    if (effects?.get("a")?.loops !== (isUnknown ? undefined : true)) wrong.push(name);
  }
  assertEquals(wrong, []);
});

const BAD_BODIES: readonly [what: string, size: number, body: readonly number[]][] = [
  ["longer than its section", 99, [0, 0x41, 7, 0x0b]],
  ["cut within a constant", 3, [0, 0x41, 0x87]],
  ["with an overlong constant", 8, [0, 0x41, 0x87, 0x87, 0x87, 0x87, 0x87, 0x0b]],
  ["cut within its locals", 1, [5]],
  ["of a function that is not there", 4, [0, 0x10, 9, 0x0b]],
  // A block of a reference to type 65, which is the number of `i32.const`.
  ["with a block of a reference", 6, [0, 0x02, 0x63, 0x41, 0x0b, 0x0b]],
];

for (const [what, size, body] of BAD_BODIES) {
  Deno.test(`a body ${what} is left to the engine: everything else is read`, () => {
    const { exports, effects } = readModule(withBody(size, ...body));
    assertEquals(exports.map(({ name }) => name), ["a", "b"]);
    assertEquals(effects?.has("a") ?? false, false);
  });
}

const none = {
  loops: false,
  reads: false,
  peeks: false,
  writes: false,
  calculates: false,
  offsets: false,
};

Deno.test("effects of clang's code", async () => {
  const { effects } = readModule(await guestBytes("c/echo_length"));
  assertEquals(
    effects,
    new Map([
      ["get_buffer_pointer", none],
      ["get_buffer_capacity", none],
      ["echo", none],
    ]),
  );
  const scanning = readModule(await guestBytes("c/passing_data")).effects;
  assertEquals(scanning!.get("get_buffer_pointer"), none);
  assertEquals(scanning!.get("add_wasm_is_cool")?.loops, true);
});
