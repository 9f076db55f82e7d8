import { assertEquals } from "@std/assert";
import {
  allocator,
  assemblyScript,
  canonicalAbi,
  cString,
  inPlace,
  jsStrings,
  staticBuffer,
  wasmBindgen,
} from "../../mod.ts";
import { conventionShape } from "../../src/check/declared.ts";
import { problemsOf, read } from "./_read.ts";

const PRESETS = [
  allocator({ allocate: "malloc", free: "free" }),
  assemblyScript(),
  assemblyScript({ runtime: "arc" }),
  canonicalAbi(),
  cString(),
  inPlace({ pointer: "reserve", byteLength: 8 }),
  jsStrings(),
  staticBuffer({ pointer: "b", capacity: 8 }),
  wasmBindgen(),
];

for (const convention of PRESETS) {
  Deno.test(`${convention.expression} is a convention, whole and unchanged`, () => {
    assertEquals(read(conventionShape, convention), [convention, []]);
  });
}

Deno.test("the error for a missing part of a convention names the part", () => {
  const lines = problemsOf(conventionShape, {});
  assertEquals(lines.map((line) => /^(\w+) is missing, expected /.exec(line)?.[1]), [
    "name",
    "expression",
    "encoding",
    "place",
    "pass",
    "terminated",
    "results",
    "argumentsFreedBy",
    "resultsFreedBy",
    "trailingNul",
  ]);
});

Deno.test("a changed convention is checked in every part", () => {
  const changed = {
    ...cString(),
    encoding: "utf8",
    place: { kind: "stak" },
    terminated: true,
    pass: ["pointer"],
    free: "free",
  };
  assertEquals(problemsOf(conventionShape, changed).map((line) => line.split(" is ")[0]), [
    "free",
    "encoding",
    "place.kind",
    "pass[0]",
    "terminated",
  ]);
});
