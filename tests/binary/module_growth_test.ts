import { assert } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import {
  bodies,
  build,
  DATA,
  EXPORT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  leb,
  MEMORY,
  type Part,
  section,
  TABLE,
  TAG,
  TYPE,
  VOID_TYPE,
} from "./_build.ts";
import { mostWeight, weigh } from "./_weight.ts";

const COUNT = 20_000;
const repeat = (part: Part): Part => [leb(COUNT), Array.from({ length: COUNT }, () => part)];

/** For each kind of item, as many as possible in as few bytes as possible. */
const densest: [title: string, sections: Part][] = [
  ["structs", section(TYPE, repeat([0x5f, 0]))],
  ["structs of a recursion group", section(TYPE, 1, 0x4e, repeat([0x5f, 0]))],
  ["recursion groups without types", section(TYPE, repeat([0x4e, 0]))],
  ["function types", section(TYPE, repeat([0x60, 0, 0]))],
  ["parameters", section(TYPE, 1, [0x60, leb(1000), Array.from({ length: 1000 }, () => 0x7f), 0])],
  ["imports", [VOID_TYPE, section(IMPORT, repeat(["", "", 0, 0]))]],
  ["compact imports", [
    VOID_TYPE,
    section(IMPORT, 1, "long ".repeat(99), "", 0x7e, 0, 0, repeat("")),
  ]],
  ["functions", [VOID_TYPE, section(FUNCTION, repeat(0)), bodies(COUNT)]],
  ["tables", section(TABLE, repeat([0x70, 0, 0]))],
  ["memories", section(MEMORY, repeat([0, 0]))],
  ["tags", [VOID_TYPE, section(TAG, repeat([0, 0]))]],
  ["globals", section(GLOBAL, repeat([0x7f, 0, 0x41, 0, 0x0b]))],
  ["data segments", section(DATA, repeat([1, ""]))],
  ["exports", [
    section(MEMORY, 1, [0, 0]),
    section(EXPORT, leb(COUNT), Array.from({ length: COUNT }, (_, index) => [`${index}`, 2, 0])),
  ]],
  ["custom sections", Array.from({ length: COUNT }, () => section(0, ""))],
];

for (const [title, sections] of densest) {
  Deno.test(`the result grows no faster than the bytes: ${title}`, () => {
    const bytes = build(sections);
    const weight = weigh(readModule(bytes));
    assert(weight <= mostWeight(bytes.length), `${weight} parts of ${bytes.length} bytes`);
  });
}
