import { assertEquals } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
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

/** The body of an exported function, and its effects by their first letters, or none. */
const BODIES: readonly [body: string, effects: string | undefined][] = [
  ["(result i32) (i32.const -1)", ""],
  ["(result i64) (i64.const -1)", ""],
  ["(result i32) (global.get $set)", ""],
  ["(result i32) (memory.size)", ""],
  ["(result i32) (unreachable)", ""],
  ["(param i32 i32) (result i32) (local.get 1)", ""],
  ["(param i32) (result i32) (i32.add (local.get 0) (i32.const 1000))", ""],
  ["(param i64) (result i64) (i64.sub (local.get 0) (i64.const 1))", ""],
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
  ["(param i32) (result i64) (i64.load8_u (local.get 0))", "r"],
  ["(result i32) (global.set $set (i32.const 1)) (i32.const 1)", "w"],
  ["(result i32) (i32.store8 (i32.const 8) (i32.const 1)) (i32.const 1)", "w"],
  ["(result i32) (i64.store (i32.const 8) (i64.load (i32.const 9))) (i32.const 1)", "rw"],
  [
    `(result i32) (local i32) (loop $next (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $next (i32.load8_u (local.get 0)))) (local.get 0)`,
    "lr",
  ],
  ["(result i32) (block $out (br $out)) (select (i32.const 1) (i32.const 2) (i32.const 3))", ""],
  ["(result i32) (call $seven)", ""],
  ["(result i32) (call $again)", "l"],
  ["(result i32) (call $3)", ""],
  ["(result i32) (call $2)", undefined],
  ["(result i32) (call $host)", undefined],
  ["(result i32) (call_indirect (result i32) (i32.const 0))", undefined],
  ["(result i32) (memory.grow (i32.const 1))", undefined],
  ["(result i32) (memory.fill (i32.const 0) (i32.const 0) (i32.const 9)) (i32.const 9)", undefined],
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

Deno.test("effects of an imported function that is exported are not known", () => {
  const { effects } = readModule(assemble(`(module
    (import "env" "host" (func $host (result i32)))
    (export "host" (func $host)))`));
  assertEquals(effects, undefined);
});

Deno.test("effects of what comes after 16 KiB of code are not known", () => {
  const long = `(func (export "long") (result i32) ${
    "(drop (i32.const 1))".repeat(6000)
  } (i32.const 1))`;
  const short = (name: string) => `(func (export "${name}") (result i32) (i32.const 1))`;
  const text = `(module ${short("before")} ${long} ${short("after")})`;
  assertEquals([...readModule(assemble(text)).effects!.keys()], ["before"]);
});

const none = { loops: false, reads: false, writes: false, calculates: false };

Deno.test("effects of what clang made", async () => {
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
