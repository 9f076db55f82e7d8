import { assertEquals } from "@std/assert";
import { declaredName } from "../../src/component/declared_names.ts";
import type { ValueType } from "../../src/component/types.ts";
import { primitive } from "./values/_place.ts";

/** Types with their names in declarations. */
const NAMES: readonly (readonly [ValueType, string | undefined])[] = [
  [primitive("s8"), "i8"],
  [primitive("u64"), "u64"],
  [primitive("string"), "string"],
  [primitive("char"), undefined],
  [{ kind: "list", type: primitive("u8") }, "bytes"],
  [{ kind: "list", type: primitive("u16") }, undefined],
  [{ kind: "named", name: "n", owner: undefined, type: primitive("bool") }, "bool"],
  [{ kind: "tuple", types: [primitive("u8")] }, undefined],
];

for (const [type, name] of NAMES) {
  Deno.test(`${JSON.stringify(type)} is ${name} in declarations`, () => {
    assertEquals(declaredName(type), name);
  });
}
