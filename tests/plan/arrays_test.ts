import { assertEquals } from "@std/assert";
import type { ArrayParameter, CoreArgument, Pass } from "../../mod.ts";
import { allocator, assemblyScript } from "../../mod.ts";
import { argumentsOfArray, passOfStrings, planOutput } from "../../src/plan/arrays.ts";

const MALLOC = allocator({ allocate: "malloc", free: "free" });

const text = 3;
const pointer = { text, as: "pointer" } as const;

/** The core arguments of a convention, those that a parameter sets, and the resulting ones. */
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

Deno.test("a guest counts the room for an array in the unit of its length", () => {
  for (const [unit, expected] of [["codeUnits", { unit: 8 }], ["bytes", {}]] as const) {
    const result = { kind: "text", content: { element: "f64" }, text: { unit } } as const;
    const place = { kind: "stack" } as const;
    assertEquals(planOutput({ parameter: 1 }, place, result as never, undefined), {
      capacity: { parameter: 1 },
      ...expected,
      status: undefined,
      place,
      free: undefined,
    });
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
