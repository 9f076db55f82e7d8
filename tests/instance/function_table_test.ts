import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, Problem } from "../../src/base/errors.ts";
import { asTyped } from "../../src/binary/function_module.ts";
import { findFunctionTable, FunctionTable } from "../../src/instance/function_table.ts";
import type { Instance } from "../../src/instance/instance.ts";

const OP = { parameters: ["i32"], results: ["i32"] } as const;
const table = (initial = 1, element = "anyfunc", maximum?: number) =>
  new WebAssembly.Table({ initial, element: element as never, ...(maximum && { maximum }) });

function instanceOf(
  exports: Record<string, unknown>,
  imports?: Record<string, unknown>,
): Instance {
  return { exports, imports: imports && { env: imports }, thrown: undefined } as never;
}

function lengthOf(found: FunctionTable | Problem): number | string {
  return found instanceof Problem ? found.message : found.length;
}

Deno.test("the table of functions is found among exports and imports", () => {
  const one = table(3);
  const rows: readonly [exports: object, imports: object, length: number | string][] = [
    [{ t: one }, {}, 3],
    [{}, { t: one }, 3],
    [{ t: one, alias: one }, { t: one }, 3],
    [{ t: one, refs: table(9, "externref"), memory: {} }, {}, 3],
    [{ a: table(1), __indirect_function_table: one, b: table(2) }, {}, 3],
    [
      { a: table(1), b: table(2) },
      {},
      'Cannot act: the guest has tables of functions "a", "b", expected one, or one of the name ' +
      '"__indirect_function_table"',
    ],
    [
      { refs: table(1, "externref") },
      {},
      "Cannot act: the guest exports no table of functions, expected one that was linked with " +
      "--export-table and --growable-table",
    ],
  ];
  for (const [exports, imports, length] of rows) {
    assertEquals(
      lengthOf(findFunctionTable(instanceOf({ ...exports }, { ...imports }), "act")),
      length,
    );
  }
});

Deno.test("an instance has one table", () => {
  const instance = instanceOf({ t: table() });
  assertStrictEquals(findFunctionTable(instance, "act"), findFunctionTable(instance, "act"));
});

Deno.test("entries are added, taken out and used again in the order they were taken out", () => {
  const raw = table(2);
  const instance = instanceOf({ t: raw });
  const functions = new FunctionTable(raw, instance);
  const add = (value: number) => functions.add(() => value, OP);
  assertEquals([add(10), add(11), add(12)], [2, 3, 4]);
  assertEquals([2, 3, 4].map((index) => raw.get(index)!()), [10, 11, 12]);
  assertEquals([functions.get(0), functions.get(9)], [null, undefined]);
  functions.remove(4, OP);
  functions.remove(2, OP);
  const removed = functions.get(4)!;
  assertEquals([functions.isRemoved(removed), functions.isRemoved(functions.get(3)!)], [
    true,
    false,
  ]);
  const error = assertThrows(() => removed(), GuestError);
  assertEquals(error.code, "function-pointer");
  assertStrictEquals(instance.thrown, error);
  assertEquals([add(13), add(14), add(15)], [4, 2, 5]);
});

Deno.test("a function can be put at a given index, unless the entry is in use", () => {
  const raw = table(2);
  const functions = new FunctionTable(raw, instanceOf({ t: raw }));
  assertEquals(functions.addAt(5, () => 1, OP), 5);
  assertEquals([raw.length, raw.get(5)!(), raw.get(4)], [6, 1, null]);
  assertEquals(functions.addAt(4, () => 2, OP), 4);
  assertEquals(functions.addAt(5, () => 3, OP), 6);
});

Deno.test("a table that cannot grow is refused, with the linker's flag", () => {
  const raw = table(2, "anyfunc", 2);
  const functions = new FunctionTable(raw, instanceOf({ t: raw }));
  const error = assertThrows(() => functions.add(() => 1, OP), GuestError);
  assertEquals(
    error.message,
    "Cannot put a function into the guest's table: it has 2 entries and cannot grow, expected a " +
      "guest that was linked with --growable-table (Emscripten: -sALLOW_TABLE_GROWTH)",
  );
  raw.set(1, asTyped(OP, () => 7) as never);
  assertEquals(functions.get(1)!(), 7);
});

Deno.test("a table with 64-bit indices is used like any other", () => {
  const raw = new WebAssembly.Table(
    { initial: 1n, element: "anyfunc", address: "i64" } as unknown as WebAssembly.TableDescriptor,
  );
  const found = findFunctionTable(instanceOf({ t: raw }), "act");
  if (found instanceof Problem) throw found.error();
  assertEquals([found.add(() => 8, OP), found.length, found.get(1)!()], [1, 2, 8]);
});
