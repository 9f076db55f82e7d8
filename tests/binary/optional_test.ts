import { assertEquals } from "@std/assert";
import { compileSource } from "../../src/source/source.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const READ = "(global.get $passed)";
const jump = (by: string) =>
  `(block $b (block $a (block $out (br_table $a $b $out ${by})) (unreachable)) (nop))`;

/** A module whose exports have optional arguments, with more fields of its own. */
function withSetter(fields: string, setter = "(global.set $passed (local.get 0))"): string {
  return `(module
    (import "env" "first" (func $first))
    (global $other (mut i32) (i32.const 0))
    (global $passed (mut i32) (i32.const 0))
    (func (export "__setArgumentsLength") (param i32) ${setter})
    ${fields})`;
}

const TABLE: readonly [name: string, text: string, expected: [string, number][] | undefined][] = [
  [
    "a jump by the number of arguments, or by that number less those that have to be passed",
    withSetter(`
      (func (export "all") (param i32) ${jump(READ)})
      (func (export "behind") (param i32 i32) ${jump(`(i32.sub ${READ} (i32.const 1))`)})`),
    [["all", 0], ["behind", 1]],
  ],
  [
    "the jump of the function that an export hands its arguments to",
    withSetter(`
      (func $real (param i32) ${jump(READ)})
      (func $other (param i64) ${jump(READ)})
      (func (export "wrapped") (param i32) (call $real (local.get 0)))
      (func (export "unlike") (param i32) (call $other (i64.const 1)))`),
    [["wrapped", 0]],
  ],
  [
    "an export that says itself how many arguments it passes on has none to be left out",
    withSetter(`
      (func $real (param i32) ${jump(READ)})
      (func (export "passes") (param i32)
        (global.set $passed (i32.const 0)) (call $real (local.get 0)))`),
    [],
  ],
  [
    "a jump by something else",
    withSetter(`
      (func (export "other") (param i32) ${jump("(global.get $other)")})
      (func (export "reads") (param i32) (drop ${READ}))
      (func (export "none") ${jump(READ)})`),
    [],
  ],
  [
    "a setter that does something else",
    withSetter(`(func (export "all") (param i32) ${jump(READ)})`, "(drop (local.get 0))"),
    [],
  ],
  [
    "the global itself where it is exported",
    `(module
      (global $passed (export "__argumentsLength") (mut i32) (i32.const 0))
      (func (export "all") (param i32) ${jump(READ)}))`,
    [["all", 0]],
  ],
  [
    "nothing is read where nothing sets the number",
    `(module
      (global $passed (mut i32) (i32.const 0))
      (func (export "all") (param i32) ${jump(READ)}))`,
    undefined,
  ],
];

for (const [name, text, expected] of TABLE) {
  Deno.test(`optional arguments: ${name}`, async () => {
    const { optionalArguments } = (await compileSource(assemble(text))).info!;
    assertEquals(optionalArguments && [...optionalArguments], expected);
  });
}

for (const name of ["optional", "optional_plain", "optional_numbers"]) {
  Deno.test(`optional arguments of ${name}, as the compiler emits them`, async () => {
    const bytes = await guestBytes(`assemblyscript/${name}`);
    const { optionalArguments } = (await compileSource(bytes)).info!;
    assertEquals(
      new Map([...optionalArguments!].sort()),
      new Map([
        ["add", 0],
        ["addMore", 0],
        ["greet", 0],
        ["repeat", 1],
        ["scale", 0],
        ["subtract", 1],
      ]),
    );
  });
}
