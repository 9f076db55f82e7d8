// The component model's canonical ABI, "Alignment", "Element Size" and "Flattening". The values are
// those of elem_size, alignment and flatten_type in its definitions.py.
import { assertEquals } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { layoutOf, recordLayout } from "../../../src/component/values/value_layout.ts";
import { primitive } from "./_place.ts";

const U8 = primitive("u8"), U32 = primitive("u32"), U64 = primitive("u64"), F32 = primitive("f32");

const F64 = primitive("f64"), STRING = primitive("string");

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

const LAYOUTS: readonly (readonly [ValueType, number, number, string])[] = [
  [primitive("bool"), 1, 1, "i32"],
  [primitive("s16"), 2, 2, "i32"],
  [primitive("char"), 4, 4, "i32"],
  [U64, 8, 8, "i64"],
  [F32, 4, 4, "f32"],
  [F64, 8, 8, "f64"],
  [STRING, 8, 4, "i32 i32"],
  [{ kind: "list", type: U64 }, 8, 4, "i32 i32"],
  [{ kind: "map", key: STRING, value: U64 }, 8, 4, "i32 i32"],
  [{ kind: "tuple", types: [U8, U32, U8] }, 12, 4, "i32 i32 i32"],
  [{ kind: "tuple", types: [U8, U64] }, 16, 8, "i32 i64"],
  [{ kind: "flags", names: names(8) }, 1, 1, "i32"],
  [{ kind: "flags", names: names(9) }, 2, 2, "i32"],
  [{ kind: "flags", names: names(17) }, 4, 4, "i32"],
  [{ kind: "enum", names: names(256) }, 1, 1, "i32"],
  [{ kind: "enum", names: names(257) }, 2, 2, "i32"],
  [{ kind: "enum", names: names(65537) }, 4, 4, "i32"],
  [{ kind: "option", type: U8 }, 2, 1, "i32 i32"],
  [{ kind: "option", type: U64 }, 16, 8, "i32 i64"],
  [{ kind: "result", ok: undefined, error: undefined }, 1, 1, "i32"],
  [{ kind: "result", ok: U8, error: STRING }, 12, 4, "i32 i32 i32"],
  [{ kind: "result", ok: F32, error: U32 }, 8, 4, "i32 i32"],
  [{ kind: "result", ok: F32, error: F64 }, 16, 8, "i32 i64"],
  [{ kind: "result", ok: F32, error: U64 }, 16, 8, "i32 i64"],
  [{ kind: "result", ok: F64, error: undefined }, 16, 8, "i32 f64"],
];

for (const [type, byteLength, alignment, flat] of LAYOUTS) {
  Deno.test(`the layout of ${JSON.stringify(type).slice(0, 60)} is that of the ABI`, () => {
    const found = layoutOf(type);
    assertEquals(
      [found.byteLength, found.alignment, found.flat.join(" ")],
      [byteLength, alignment, flat],
    );
  });
}

Deno.test("parts follow each other, each at a multiple of its alignment", () => {
  const { parts } = recordLayout([U8, STRING, primitive("u16"), U64]);
  assertEquals(parts.map(({ offset, index }) => [offset, index]), [
    [0, 0],
    [4, 1],
    [12, 3],
    [16, 4],
  ]);
});

Deno.test("a name changes nothing", () => {
  const type = { kind: "named", name: "size", owner: undefined, type: U64 } as const;
  assertEquals(layoutOf(type), layoutOf(U64));
});

Deno.test("counting the core values of a huge type stops once it has to go through memory", () => {
  let type = U8;
  for (let depth = 0; depth < 20; depth++) type = { kind: "tuple", types: [type, type] };
  const { byteLength, flat } = layoutOf(type);
  assertEquals([byteLength, flat.length], [2 ** 20, 17]);
});
