import { assertEquals } from "@std/assert";
import { importProblem, isOfToolchain, sizeProblem } from "../../src/imports/import_problem.ts";
import type { WantedImport } from "../../src/source/wanted_import.ts";
import { makeMemory64 } from "../_memories.ts";

/** An import of a kind; without `type`, its type is unknown. */
function wanted(kind: string, type?: unknown): WantedImport {
  return { module: "env", name: "f", kind, type } as WantedImport;
}

const toI32 = { parameters: [], results: ["i32"] };
const toNothing = { parameters: [], results: [] };
const pages = { minimum: 1, maximum: 2, shared: false, address: "i32", pageSize: 65536 };
const shared = { ...pages, shared: true };
const memory = (initial: number, isShared = false) =>
  new WebAssembly.Memory({ initial, maximum: 4, shared: isShared });
const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
const f64 = { type: "f64", mutable: false };

const ROWS:
  readonly (readonly [item: WantedImport, value: unknown, problem: string | undefined])[] = [
    [wanted("function"), undefined, "missing"],
    [wanted("memory"), undefined, "missing"],
    [wanted("function", toI32), () => 1, undefined],
    [wanted("function"), {}, "it is an object of class Object, expected a function"],
    [
      wanted("function", toI32),
      async () => await 1,
      "it is an async function, expected hostFunction() with async: true in its declaration",
    ],
    // Nothing waits for the promise, but it is not converted to a number either.
    [wanted("function", toNothing), async () => await 1, undefined],
    [wanted("memory", pages), memory(1), undefined],
    [wanted("memory", pages), memory(3), "it has 3 pages, expected at most 2"],
    [wanted("memory", pages), memory(0), "it has 0 pages, expected at least 1"],
    [wanted("memory"), memory(0), undefined],
    [wanted("memory", pages), memory(1, true), "it is shared, expected one that is not"],
    [wanted("memory", shared), memory(1), "it is not shared, expected a shared one"],
    [
      wanted("memory", pages),
      table,
      "it is an object of class Table, expected a WebAssembly.Memory",
    ],
    [
      wanted("memory", { ...pages, minimum: 2n, maximum: 4n, address: "i64" }),
      makeMemory64(1n, 4n),
      "it has 1 pages, expected at least 2",
    ],
    [
      wanted("table", { minimum: 2, shared: false }),
      table,
      "it has 1 elements, expected at least 2",
    ],
    [wanted("table"), [], "it is an object of class Array, expected a WebAssembly.Table"],
    [wanted("global", f64), 1.5, undefined],
    [wanted("global", f64), 1n, "it is 1n, expected a number"],
    [wanted("global", { type: "i64", mutable: false }), 1, "it is 1, expected a bigint"],
    [wanted("global", { type: "f64", mutable: true }), 1, "it is 1, expected a WebAssembly.Global"],
    [
      wanted("global", { type: "v128", mutable: false }),
      1,
      "it is 1, expected a WebAssembly.Global",
    ],
    [wanted("global", { type: "externref", mutable: false }), "any", undefined],
    [wanted("global"), 1, undefined],
    [wanted("tag"), {}, "it is an object of class Object, expected a WebAssembly.Tag"],
  ];

for (const [item, value, problem] of ROWS) {
  const type = item.type === undefined
    ? "unknown type"
    : JSON.stringify(item.type, (_, part) => typeof part === "bigint" ? `${part}n` : part);
  Deno.test(`a ${item.kind} of ${type}, given ${Deno.inspect(value)}: ${problem ?? "fits"}`, () => {
    assertEquals(importProblem(item, value), problem);
  });
}

Deno.test("the least and the greatest allowed size fit", () => {
  const limits = { minimum: 2, maximum: 3, shared: false, address: "i32" } as const;
  assertEquals([1, 2, 3, 4].map((size) => sizeProblem(limits, size, "pages") === undefined), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("toolchains provide functions of env, Math and Date, and constants of Math only", () => {
  const is = (module: string, name: string, kind: string) =>
    isOfToolchain({ module, name, kind } as WantedImport);
  assertEquals([is("env", "abort", "function"), is("Date", "now", "function")], [true, true]);
  assertEquals([is("Math", "PI", "global"), is("env", "Math.PI", "global")], [true, true]);
  assertEquals([is("env", "base", "global"), is("Date", "x", "global")], [false, false]);
  assertEquals([is("wbg", "f", "function"), is("Math", "m", "memory")], [false, false]);
});
