import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { ignoring, MissingFunctions, trapping } from "../../src/imports/stand_in.ts";
import type { FunctionType, ValueType } from "../../mod.ts";
import { loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** The types of a missing function's results, and what its stand-in returns for them. */
const IGNORED: [results: ValueType[], value: unknown][] = [
  [[], undefined],
  [["i32"], 0],
  [["i64"], 0n],
  [["f32"], 0],
  [["f64"], 0],
  [["externref"], null],
  [["funcref"], null],
  [["(ref null 3)"], null],
  [["i64", "externref", "f64"], [0n, null, 0]],
];

const NONE = new MissingFunctions();

function missing(results: ValueType[]) {
  const type: FunctionType = { parameters: ["i32"], results };
  return { module: "env", name: "absent", kind: "function", type } as const;
}

for (const [results, value] of IGNORED) {
  Deno.test(`an ignored function with results (${results.join()}) returns ${typeof value}`, () => {
    assertEquals(ignoring(missing(results), 0, undefined, NONE).value?.(), value);
  });
}

for (const result of ["v128", "(ref func)", "(ref 3)"] as const) {
  Deno.test(`there is no default result of type ${result}`, () => {
    assertEquals(ignoring(missing([result]), 0, undefined, NONE), {
      problem: `missing, and nothing stands for a result of type ${result}`,
    });
  });
}

Deno.test("a function that traps names the import, and why it is missing", () => {
  const { value } = trapping(missing(["i32"]), 3, undefined, NONE);
  assertEquals(
    assertThrows(value!, GuestError).message,
    'Cannot call import[3] "env.absent" (i32) -> i32: missing, expected a function in the option ' +
      "imports",
  );
  const other = trapping(missing(["i32"]), 3, "it was lost", NONE).value!;
  assertThrows(other, GuestError, 'Cannot call import[3] "env.absent" (i32) -> i32: it was lost');
});

/** Calls missing functions of each type, and returns what it got. */
const CALLER = `(module
  (import "env" "i32" (func $i32 (param i32) (result i32)))
  (import "env" "i64" (func $i64 (result i64)))
  (import "env" "f64" (func $f64 (result f64)))
  (import "env" "ref" (func $ref (result externref)))
  (import "env" "two" (func $two (result i64 i32)))
  (func (export "all") (result i64 f64 i32)
    (call $two) i64.extend_i32_s i64.add (call $i64) i64.add
    (call $f64)
    (call $i32 (i32.const 5)) (ref.is_null (call $ref)) i32.add)
  (func (export "callI64") (result i64) (call $i64))
  (func (export "callF64") (result f64) (call $f64)))`;

Deno.test('missing: "ignore" returns 0 or null of every type', async () => {
  using guest = await load(assemble(CALLER), { missing: "ignore" });
  assertEquals((guest.exports.all as () => unknown)(), [0n, 0, 1]);
});

Deno.test('missing: "ignore" returns 0 in a compiled module, whose types are unknown', async () => {
  const module = new WebAssembly.Module(assemble(CALLER) as BufferSource);
  using guest = await load(module, { missing: "ignore" });
  assertEquals((guest.exports.callI64 as () => unknown)(), 0n);
  assertEquals((guest.exports.callF64 as () => unknown)(), 0);
});

Deno.test('missing: "ignore" does not replace given imports, or imports that are not functions', async () => {
  const guest = assemble(`(module
    (import "env" "now" (func $now (result i32)))
    (import "env" "log" (func (param i32)))
    (import "env" "table" (table 1 funcref))
    (import "env" "base" (global i32))
    (func (export "now") (result i32) (call $now)))`);
  const { problems } = await loadErrorOf(() => load(guest, { missing: "ignore" }));
  assertEquals(problems, [
    'import[2] "env.table" table 1 or more funcref: missing',
    'import[3] "env.base" global i32: missing',
  ]);
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  using loaded = await load(guest, {
    missing: "ignore",
    imports: { env: { now: () => 5, table, base: 0 } },
  });
  assertEquals((loaded.exports.now as () => number)(), 5);
});

Deno.test('missing: "ignore" returns 0 to a guest of clang', async () => {
  using guest = await load(guestUrl("c/imports_twenty"), { missing: "ignore" });
  assertEquals(guest.passString("callb"), "\0allbWASM is cool!"); // the guest writes what it got
});
