// The time of reading is in proportion to the number of bytes, or reading ends with an error.
import { assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readComponent } from "../../src/component/component.ts";
import { leb, type Part, section } from "../binary/_build.ts";
import { ALIAS, build, IMPORT, list, named, TYPE, VOID } from "./_build.ts";

const MANY = 20_000;

/** An instance's type with many exports of one function type. */
const INSTANCE: Part = [
  0x42,
  leb(MANY + 1),
  [0x01, VOID],
  Array.from({ length: MANY }, (_, index) => [0x04, named(`f${index}`, 0x01, 0)]),
];

Deno.test("many aliases of an instance with many exports are read", () => {
  const aliases = Array.from({ length: MANY }, (_, index) => [0x01, 0x00, 0, `f${index}`]);
  readComponent(build(
    list(TYPE, INSTANCE),
    list(IMPORT, named("i", 0x05, 0)),
    section(ALIAS, leb(MANY), aliases),
  ));
});

Deno.test("many instances with many exports are refused", () => {
  const imports = Array.from({ length: MANY }, (_, index) => named(`i${index}`, 0x05, 0));
  const bytes = build(list(TYPE, INSTANCE), section(IMPORT, leb(MANY), imports));
  assertThrows(() => readComponent(bytes), WasmFormatError, "more than 1000000 parts");
});
