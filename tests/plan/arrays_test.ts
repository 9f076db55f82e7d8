import { assertEquals } from "@std/assert";
import type { ArrayParameter, CoreArgument, Length, LengthUnit, Pass } from "../../mod.ts";
import { allocator, assemblyScript } from "../../mod.ts";
import {
  argumentsOfArray,
  countArray,
  passOfStrings,
  unitOfOutput,
} from "../../src/plan/arrays.ts";

const MALLOC = allocator({ allocate: "malloc", free: "free" });

const text = 3;
const pointer = { text, as: "pointer" } as const;

/** What a convention passes of data, what a parameter sets, and the core arguments. */
const PASSES: [pass: Pass[], set: Partial<ArrayParameter>, passed: CoreArgument[]][] = [
  [["pointer", "byteLength"], {}, [pointer, { text, as: "codeUnits" }]],
  [["pointer", "byteLength"], { unit: "bytes" }, [pointer, { text, as: "byteLength" }]],
  [["pointer", "codeUnits"], {}, [pointer, { text, as: "codeUnits" }]],
  [["pointer", "codeUnits"], { unit: "bytes" }, [pointer, { text, as: "byteLength" }]],
  [["pointer"], { pass: ["byteLength", "pointer"] }, [{ text, as: "byteLength" }, pointer]],
  [["packedPointerLow"], {}, [{ text, as: "packedPointerLow", unit: "codeUnits" }]],
  [["packedPointerLow"], { unit: "bytes" }, [{ text, as: "packedPointerLow", unit: "bytes" }]],
];

Deno.test("elements are passed as the length of an array unless it sets bytes", () => {
  for (const [pass, set, passed] of PASSES) {
    assertEquals(argumentsOfArray({ type: "array", element: "f64", ...set }, text, pass), passed);
  }
});

type Unit = LengthUnit | undefined;

const UNITS: [length: Length, form: Unit, set: Unit, unit: LengthUnit][] = [
  ["result", undefined, undefined, "codeUnits"],
  [{ prefix: "u32" }, undefined, undefined, "codeUnits"],
  ["result", undefined, "bytes", "bytes"],
  ["result", "bytes", undefined, "bytes"],
  ["result", "bytes", "codeUnits", "codeUnits"],
  [{ countOf: 0 }, undefined, undefined, "codeUnits"],
  [{ byteLengthOf: 0 }, undefined, undefined, "bytes"],
  [{ end: "result" }, undefined, undefined, "bytes"],
  ["nul", "codeUnits", undefined, "bytes"],
];

Deno.test("the length of a returned array is in elements unless it has a unit of its own", () => {
  for (const [length, form, set, unit] of UNITS) {
    const found = countArray({ pointer: "result", length, ...(form && { unit: form }) }, set);
    assertEquals(found.unit, unit);
    // The guest counts its room in the same unit.
    const result = { kind: "text", content: { element: "f64" }, text: found } as const;
    assertEquals(unitOfOutput(result as never), unit === "bytes" ? {} : { unit: 8 });
  }
});

Deno.test("several strings are passed with lengths unless something else shows their ends", () => {
  const pass = (parameter: object, convention = MALLOC) =>
    passOfStrings({ type: "strings", ...parameter }, convention);
  assertEquals(pass({}), ["pointer", "lengths", "count"]);
  assertEquals(pass({ layout: "pairs" }), ["pointer", "count"]);
  assertEquals(pass({ terminated: true }), ["pointer", "count"]);
  assertEquals(pass({ pass: ["count"] }), ["count"]);
  assertEquals(pass({}, assemblyScript()), ["pointer"]);
});
