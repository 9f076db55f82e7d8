import { assertEquals } from "@std/assert";
import { findMappedPlaces } from "../../../src/binary/trace/source_map.ts";

function find(map: unknown, offsets: readonly number[]): (string | undefined)[] {
  const text = typeof map === "string" ? map : JSON.stringify(map);
  return findMappedPlaces(text, offsets).map((place) =>
    place && `${place.file}:${place.line}:${place.column}`
  );
}

// By the encoding of ECMA-426: A is 0, C is 1, D is -1, gB is 16, "AACA" is (0, 0, 1, 0).
const MAP = {
  version: 3,
  sources: ["assembly/index.ts", "~lib/rt.ts"],
  mappings: "gBAEI,EAAC,ECDDD,C",
};

Deno.test("an offset gets the last mapping at or before it", () => {
  assertEquals(find(MAP, [15, 16, 17, 18, 19, 20, 21, 99]), [
    undefined,
    "assembly/index.ts:3:5",
    "assembly/index.ts:3:5",
    "assembly/index.ts:3:6",
    "assembly/index.ts:3:6",
    "~lib/rt.ts:2:5",
    undefined, // a mapping without a source
    undefined,
  ]);
});

Deno.test("the root of sources comes before them, and a guard before the map is skipped", () => {
  assertEquals(find({ ...MAP, sourceRoot: "src" }, [16]), ["src/assembly/index.ts:3:5"]);
  assertEquals(find(`)]}'\n${JSON.stringify(MAP)}`, [16]), ["assembly/index.ts:3:5"]);
});

Deno.test("a value that is not a source map has no places", () => {
  for (const map of ["", "null", "7", "{}", { ...MAP, sources: 1 }, { ...MAP, mappings: 1 }]) {
    assertEquals(find(map, [16]), [undefined]);
  }
  assertEquals(find({ ...MAP, mappings: "gBAEI,!!" }, [16, 99]), [
    "assembly/index.ts:3:5",
    "assembly/index.ts:3:5",
  ]);
});
