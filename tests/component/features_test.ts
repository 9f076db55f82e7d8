// The component model's explainer, "Gated Features".
import { assertEquals } from "@std/assert";
import type { Part } from "../binary/_build.ts";
import { section } from "../binary/_build.ts";
import { CANON, IMPORT, list, named, read, refusal, TYPE, VOID } from "./_build.ts";

const GATED:
  readonly (readonly [feature: string, what: string, offset: string, sections: Part[]])[] = [
    ["values", "section", "0x8", [section(12, 0)]],
    ["values", "sort", "0xe", [list(IMPORT, named("a", 0x02, 0x01, 0x7f))]],
    ["component start", "section", "0x8", [section(9, 0, 0, 0)]],
    ["error-context", "value type", "0xb", [list(TYPE, 0x64)]],
    ["error-context", "canonical function", "0xb", [list(CANON, [0x1e])]],
    ["fixed-length lists", "type", "0xb", [list(TYPE, [0x67, 0x7d, 4])]],
    ["threads", "canonical function", "0xb", [list(CANON, [0x26])]],
    ["threads", "canonical function", "0xb", [list(CANON, [0x42, 0])]],
    ["nested namespaces", "name", "0x13", [
      list(TYPE, VOID),
      list(IMPORT, named("a:b:c/d", 0x01, 0x00)),
    ]],
    ["version suffixes", "attribute", "0x18", [
      list(TYPE, [0x42, 0]),
      list(IMPORT, [0x02, "a:b/c", 1, 0x01, ".2.3", 0x05, 0x00]),
    ]],
    ["64-bit memories", "representation", "0xc", [list(TYPE, [0x3f, 0x7e, 0])]],
  ];

for (const [feature, what, offset, sections] of GATED) {
  Deno.test(`${feature} are named where a ${what} uses them`, () => {
    assertEquals(
      refusal(...sections),
      `Cannot read ${what} at offset ${offset}: it uses ${feature}, which the component model has ` +
        "not released, expected a component without",
    );
  });
}

Deno.test("released features are listed with the offset of their first use", () => {
  const { features, type } = read(
    list(TYPE, [0x66, 0x00], [0x43, 0, 1, 0], [0x63, 0x73, 0x7d], [0x42, 0]),
    list(IMPORT, [0x02, "a", 2, 0x00, "b:c/d", 0x02, "A key", 0x05, 0x03]),
  );
  // The types begin at 0xb, the attributes after the names at 0x1f.
  assertEquals(features, [
    { feature: "async", offset: 0xb },
    { feature: "map", offset: 0x11 },
    { feature: "implements", offset: 0x1d },
    { feature: "external-id", offset: 0x24 },
  ]);
  assertEquals(
    type.imports.map(({ name, implements: of, externalId }) => [name, of, externalId]),
    [["a", "b:c/d", "A key"]],
  );
});
