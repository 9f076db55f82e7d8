import { assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { assemble } from "../_wat.ts";

/** Toolchains' names on functions of other types, which do not count. */
const OTHER_TYPES = [
  '(func (export "__new") (param i32) (result i32) (i32.const 0))' +
  '(func (export "__pin")) (func (export "__unpin"))',
  '(func (export "__wbindgen_malloc") (result i32) (i32.const 0))',
  '(func (export "cabi_realloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "malloc") (param f64) (result i32) (i32.const 0))',
  '(func (export "malloc_usable_size") (param i32) (result i32) (i32.const 0))',
  '(func (export "alloc") (param i32 i64) (result i32) (i32.const 0))',
  '(func (export "calloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "realloc") (param i32 i32) (result i32) (i32.const 0))',
];

for (const functions of OTHER_TYPES) {
  Deno.test(`the type counts before the name: ${functions}`, async () => {
    using guest = await load(assemble(`(module (memory (export "memory") 1) ${functions})`));
    assertStrictEquals(guestErrorOf(() => guest.convention)[0], "no-convention");
  });
}
