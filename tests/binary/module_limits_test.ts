import { assertStrictEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { build, leb, type Part, section, TABLE, TYPE } from "./_build.ts";
import { readModule } from "./_read.ts";

// WebAssembly JavaScript Interface, "Implementation-defined limits".
const MAX_TYPES = 1_000_000;
const MAX_PARAMETERS = 1000;
const MAX_RESULTS = 1000;
const MAX_FIELDS = 10_000;
const MAX_TABLES = 100_000;

/** Modules with so many items, and the limit on which engines agreed. */
const LIMITS: readonly (readonly [what: string, most: number, make: (count: number) => Part])[] = [
  [
    "parameters",
    MAX_PARAMETERS,
    (count) => section(TYPE, 1, 0x60, leb(count), Array(count).fill(0x7f), 0),
  ],
  [
    "results",
    MAX_RESULTS,
    (count) => section(TYPE, 1, 0x60, 0, leb(count), Array(count).fill(0x7f)),
  ],
  [
    "fields of a struct",
    MAX_FIELDS,
    (count) => section(TYPE, 1, 0x5f, leb(count), Array(count).fill([0x7f, 0])),
  ],
  ["tables", MAX_TABLES, (count) => section(TABLE, leb(count), Array(count).fill([0x70, 0, 0]))],
];

for (const [what, most, make] of LIMITS) {
  Deno.test(`a module can have ${most} ${what} and no more, as in the engine`, () => {
    const enough = build(make(most)), tooMany = build(make(most + 1));
    readModule(enough);
    assertStrictEquals(WebAssembly.validate(enough), true);
    assertThrows(() => readModule(tooMany), WasmFormatError, `${most + 1}`);
    assertStrictEquals(WebAssembly.validate(tooMany), false);
  });
}

Deno.test("a count above its limit is refused before anything is allocated for it", () => {
  const bytes = build(section(TYPE, leb(MAX_TYPES + 1), Array(20).fill(0)));
  assertThrows(() => readModule(bytes), WasmFormatError, `${MAX_TYPES + 1}`);
});
