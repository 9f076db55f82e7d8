import { assertEquals, assertThrows } from "@std/assert";
import { SourceMapConsumer } from "npm:source-map@0.8.0";
import { allocator, GuestError, hostFunction, load } from "../../mod.ts";
import { sourceMap } from "./_bytes.ts";

const BYTES = await sourceMap();
const GREATEST_LOWER_BOUND = 1, LEAST_UPPER_BOUND = 2;

/** One mapping: generated line and column, then source, original line and column, and name. */
type Mapping = readonly (number | null)[];

/** The guest calls back once for each mapping that it finds. */
async function loadMappings() {
  const found: Mapping[] = [];
  const mapping_callback = hostFunction(
    {
      parameters: ["u32", "u32", "bool", "u32", "bool", "u32", "u32", "u32", "bool", "u32"],
      result: "void",
    },
    (
      line,
      column,
      _hasLast,
      _last,
      hasOriginal,
      source,
      originalLine,
      originalColumn,
      hasName,
      name,
    ) =>
      void found.push([
        line + 1,
        column,
        ...hasOriginal ? [source, originalLine + 1, originalColumn] : [null, null, null],
        hasOriginal && hasName ? name : null,
      ]),
  );
  const guest = await load(BYTES, {
    convention: allocator({
      allocate: "allocate_mappings",
      argumentsFreedBy: "guest",
      terminated: false,
    }),
    imports: { env: { mapping_callback } },
    symbols: {
      parse_mappings: {
        parameters: ["string"],
        result: "pointer",
        status: {
          value: "result",
          fails: "zero",
          code: { export: "get_last_error" },
          message: {
            1: "the mappings contained a negative line, column, source index, or name index",
            2: "the mappings contained a number larger than 2**32",
            3: "reached EOF while in the middle of parsing a VLQ",
            4: "invalid base 64 character while parsing a VLQ",
          },
        },
      },
      free_mappings: { parameters: ["pointer"], result: "void" },
      by_generated_location: { parameters: ["pointer"], result: "void" },
      original_location_for: { parameters: ["pointer", "u32", "u32", "u32"], result: "void" },
    },
  });
  return { guest, symbols: guest.symbols, found };
}

// https://tc39.es/ecma426/: segments of VLQ numbers, each relative to the one before.
const MAPPINGS = "AAAA,IAAI;AACJ,CAACA,GCDC;A";
const BY_HAND: readonly Mapping[] = [
  [1, 0, 0, 1, 0, null],
  [1, 4, 0, 1, 4, null],
  [2, 0, 0, 2, 0, null],
  [2, 1, 0, 2, 1, 0],
  [2, 4, 1, 1, 2, null],
  [3, 0, null, null, null, null],
];

Deno.test("source-map: mappings are reported one by one as in the specification", async () => {
  const { guest, symbols, found } = await loadMappings();
  using _ = guest;
  const mappings = symbols.parse_mappings(MAPPINGS);
  symbols.by_generated_location(mappings);
  assertEquals(found, BY_HAND);
  symbols.free_mappings(mappings);
});

Deno.test("source-map: original positions agree with the package's own glue", async () => {
  const { guest, symbols, found } = await loadMappings();
  using _ = guest;
  const map = { version: 3, file: "", sources: ["a", "b"], names: ["n"], mappings: MAPPINGS };
  const consumer = await new SourceMapConsumer(map as never);
  const mappings = symbols.parse_mappings(MAPPINGS);
  for (const [line, column, bias] of [[1, 2, 1], [2, 3, 1], [2, 2, 2], [2, 9, 1]] as const) {
    found.length = 0;
    symbols.original_location_for(mappings, line - 1, column, bias);
    const expected = consumer.originalPositionFor({ line, column, bias });
    const [, , source, originalLine, originalColumn, name] = found[0]!;
    assertEquals({
      source: map.sources[source!] ?? null,
      line: originalLine,
      column: originalColumn,
      name: name === null ? null : map.names[name!]!,
    }, { ...expected });
  }
  found.length = 0;
  symbols.original_location_for(mappings, 50, 0, LEAST_UPPER_BOUND);
  assertEquals(found, []);
  symbols.original_location_for(mappings, 0, 0, GREATEST_LOWER_BOUND);
  assertEquals(found, [BY_HAND[0]]);
  consumer.destroy();
});

Deno.test("source-map: an invalid map is an error with a message, and the guest frees it", async () => {
  const { guest, symbols } = await loadMappings();
  using _ = guest;
  const { parse_mappings, free_mappings } = symbols;
  const rows: [mappings: string, words: string][] = [
    ["D", "a negative line, column, source index, or name index (the guest's code is 1)"],
    ["g", "reached EOF while in the middle of parsing a VLQ (the guest's code is 3)"],
    ["ä", "invalid base 64 character while parsing a VLQ (the guest's code is 4)"],
  ];
  free_mappings(parse_mappings(MAPPINGS.repeat(100)));
  const before = guest.memory.size;
  for (let times = 0; times < 300; times++) {
    for (const [mappings, words] of rows) {
      assertThrows(() => parse_mappings(`${"AAAA;".repeat(50)}${mappings}`), GuestError, words);
    }
    free_mappings(parse_mappings(MAPPINGS));
  }
  assertEquals(guest.memory.size, before);
  free_mappings(parse_mappings(""));
});
