import { assertEquals, assertStrictEquals } from "@std/assert";
import { allocator, load, type Pass } from "../../mod.ts";
import { assemble } from "../_wat.ts";

/** `high` and `low` return their i64 argument as pointer and length; `wide` takes 64-bit sizes. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "same") (param i64) (result i64) (local.get 0))
  (func (export "wide") (param i32 i64 i32) (result i64)
    (i64.add (i64.mul (local.get 1) (i64.const 1000)) (i64.extend_i32_u (local.get 2)))))`);

for (
  const [pass, result] of [
    ["packedPointerHigh", "packedPointerHigh"],
    ["packedPointerLow", "packedPointerLow"],
  ] as const
) {
  Deno.test(`text is passed as one i64: ${pass}`, async () => {
    using guest = await load(GUEST, {
      convention: allocator({ allocate: "alloc", pass: [pass], result }),
      symbols: { raw: { name: "same", parameters: ["string"], result: "u64" } },
    });
    assertStrictEquals(guest.passString("Grüße", "same"), "Grüße");
    assertStrictEquals(
      guest.symbols.raw("Grüße"),
      pass === "packedPointerHigh" ? 1024n << 32n | 7n : 7n << 32n | 1024n,
    );
  });
}

Deno.test("lengths are as wide as the export's parameter, in bytes or in code units", async () => {
  const pass: readonly Pass[] = ["pointer", "byteLength", "codeUnits"];
  using guest = await load(GUEST, {
    convention: allocator({ allocate: "alloc", encoding: "utf-16", pass }),
    symbols: { wide: { parameters: ["string"], result: "u64" } },
  });
  assertEquals([guest.symbols.wide("ab🚀"), guest.symbols.wide("")], [8004n, 0n]);
});
