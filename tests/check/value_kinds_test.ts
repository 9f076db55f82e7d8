import { assertEquals } from "@std/assert";
import type { Value } from "../../mod.ts";
import { kindOf } from "../../src/check/value_kinds.ts";
import { makeScope } from "./_scope.ts";

const KINDS: readonly (readonly [value: Value, kind: string | undefined])[] = [
  [1, "integer"],
  [0.5, "float"],
  ["result", "integer"],
  [{ load: "f32", at: 0 }, "float"],
  [{ load: "u8", at: 0 }, "integer"],
  [{ parameter: 0 }, "integer"],
  [{ parameter: 1 }, undefined],
  [{ export: "ratio" }, "float"],
  [{ export: "base" }, "integer"],
  [{ product: [1, 0.5] }, undefined],
  [{ argument: 1 }, "integer"],
];

for (const [value, kind] of KINDS) {
  Deno.test(`${JSON.stringify(value)} is ${kind ?? "of no known kind"}`, () => {
    assertEquals(kindOf(value, makeScope()), kind);
  });
}
