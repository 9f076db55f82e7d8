import { assertEquals, assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { assemble } from "../_wat.ts";

/** A guest with the imports and the table of one from wasm-bindgen. */
const guestOf = (module: string, table: string, throws = "__wbindgen_throw") =>
  assemble(`(module
    (import "${module}" "__wbindgen_init_externref_table" (func $init))
    (import "${module}" "${throws}" (func $throw (param i32 i32)))
    (table $functions (export "__wbindgen_export_1") 1 funcref)
    (table $table (export "${table}") 128 externref)
    (memory (export "memory") 1)
    (data (i32.const 16) "no \\"text\\"")
    (global $pointer (export "__stack_pointer") (mut i32) (i32.const 1024))
    (func (export "__wbindgen_start") (call $init))
    (func (export "get") (param i32) (result externref) (table.get $table (local.get 0)))
    (func (export "fail") (call $throw (i32.const 16) (i32.const 9))))`);

const GUESTS: [module: string, table: string, throws?: string][] = [
  ["wbg", "__wbindgen_externrefs"],
  ["wbg", "__wbindgen_export_2"],
  ["__wbindgen_placeholder__", "__wbindgen_externrefs"], // for Node
  ["./guest_bg.js", "__wbindgen_externrefs", "__wbg___wbindgen_throw_b855445ff6a94295"],
];

for (const [module, table, throws] of GUESTS) {
  Deno.test(`"${module}", table "${table}": the guest starts without options, and throws`, async () => {
    using guest = await load(guestOf(module, table, throws), {
      symbols: { fail: { parameters: [], result: "void" } },
    });
    const get = guest.exports.get as (index: number) => unknown;
    for (const [index, value] of [undefined, null, true, false].entries()) {
      assertStrictEquals(get(128 + index), value);
    }
    assertStrictEquals(get(0), undefined);
    assertEquals((guest.exports[table] as WebAssembly.Table).length, 132);
    assertEquals(guestErrorOf(() => guest.symbols.fail()), [
      "exception",
      'Cannot continue: the guest threw "no \\"text\\""',
    ]);
    assertEquals(guest.state, "ready");
  });
}

Deno.test("imports that only some guests have must be given, and a guest without a table is refused", async () => {
  const guest = assemble(`(module
    (import "wbg" "__wbindgen_init_externref_table" (func))
    (import "wbg" "__wbg_now_2d3ae0273d8f4f8a" (func (result f64)))
    (import "wbg" "__wbindgen_throw" (func (param i64 i64)))
    (import "other" "__wbindgen_throw" (func (param i32 i32))))`);
  const { problems } = await loadErrorOf(() => load(guest));
  assertEquals(problems, [
    'import[0] "wbg.__wbindgen_init_externref_table" () -> (): Cannot start the guest: it exports ' +
    'no table "__wbindgen_externrefs", expected the output of `wasm-bindgen` or `wasm-pack build`',
    'import[1] "wbg.__wbg_now_2d3ae0273d8f4f8a" () -> f64: missing',
    'import[2] "wbg.__wbindgen_throw" (i64, i64) -> (): missing',
    'import[3] "other.__wbindgen_throw" (i32, i32) -> (): missing',
  ]);
});
