import { assertEquals } from "@std/assert";
import type { MemoryType } from "../../src/binary/types.ts";
import { describeImport, importsError } from "../../src/imports/import_problem.ts";
import type { WantedImport } from "../../src/source/wanted_import.ts";

const type: MemoryType = { minimum: 1, maximum: 3, shared: false, address: "i32", pageSize: 65536 };

const TYPES: readonly (readonly [item: Record<string, unknown>, shown: string])[] = [
  [{ kind: "function" }, "function"],
  [{ kind: "function", type: { parameters: ["i32"], results: [] } }, "(i32) -> ()"],
  [{ kind: "tag", type: { function: { parameters: ["i32"], results: [] } } }, "tag (i32) -> ()"],
  [{ kind: "global", type: { type: "i64", mutable: true } }, "global mut i64"],
  [{ kind: "global", type: { type: "i64", mutable: false } }, "global i64"],
  [{ kind: "memory", type: { ...type, shared: true } }, "memory 1 to 3 shared"],
  [{ kind: "memory", type: { minimum: 1n, address: "i64" } }, "memory i64 1 or more"],
  [{ kind: "table", type: { minimum: 1, maximum: 2, element: "funcref" } }, "table 1 to 2 funcref"],
];

for (const [item, shown] of TYPES) {
  Deno.test(`an import is described as ${shown}`, () => {
    const wanted = { module: "m", name: "n", ...item } as WantedImport;
    assertEquals(describeImport(wanted, 2), `import[2] "m.n" ${shown}`);
  });
}

Deno.test("the error for imports has a line for each", () => {
  const error = importsError(["one", "two"]);
  assertEquals([error.message, error.problems], [
    "Cannot satisfy the guest's imports:\none\ntwo",
    ["one", "two"],
  ]);
});
