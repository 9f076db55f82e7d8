import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../../mod.ts";
import { listSections } from "../../../src/cli/inspect/sections.ts";
import { build, section } from "../../binary/_build.ts";

Deno.test("sections are listed with their heads, custom ones by their own names", () => {
  const bytes = build(section(1, 0), section(0, "producers", 0, 0), section(13, 0));
  assertEquals(listSections(bytes, false), [
    { name: "type", custom: false, offset: 8, byteLength: 3 },
    // The name takes its length and 9 bytes.
    { name: "producers", custom: true, offset: 11, byteLength: 14 },
    { name: "tag", custom: false, offset: 25, byteLength: 3 },
  ]);
});

Deno.test("a component's sections have other names", () => {
  const names = listSections(build(section(1, 0), section(8, 0), section(12, 0)), true)
    .map(({ name }) => name);
  assertEquals(names, ["core module", "canonical function", "value"]);
});

Deno.test("a section beyond the end of the file is refused", () => {
  assertThrows(() => listSections(build([1, 9, 0]), false), WasmFormatError);
});
