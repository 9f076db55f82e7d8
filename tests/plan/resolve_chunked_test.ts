import { assertEquals } from "@std/assert";
import type { Chunked, Parameter, SymbolDeclaration } from "../../src/abi/declaration.ts";
import { orThrow, Problem } from "../../src/base/errors.ts";
import {
  declareResult,
  resolveChunked,
  resultExport,
  withHandle,
} from "../../src/plan/resolve_chunked.ts";
import { makeContext, problemOf } from "./_context.ts";

const update = {
  parameters: ["bytes"],
  result: "u32",
  chunked: { init: "init", update: "update", final: "final" },
} as const;
const TYPES = { init: "(i32) -> ()", update: "(i32, i32) -> ()", final: "(i32) -> i32" };

const byteLength = { text: 0, as: "byteLength" }, pointer = { text: 0, as: "pointer" };

/** Resolves all calls; those without a type of their own follow from the flattening. */
function callsOf(declaration: SymbolDeclaration, types: Record<string, string>): unknown {
  const context = makeContext(types);
  const given = withHandle(declaration);
  const shown = orThrow(declareResult(given, 0, context));
  const { calls } = orThrow(
    resolveChunked(given, 0, { coreArguments: shown.arguments ?? [] }, context),
  );
  return Object.fromEntries(
    Object.entries(calls).map(([purpose, call]) => [purpose, call!.coreArguments]),
  );
}

Deno.test("the calls for chunks get as many arguments as they take", () => {
  assertEquals<unknown>(callsOf({ ...update, parameters: ["bytes", "u32"] }, TYPES), {
    init: [{ parameter: 1 }],
    update: [pointer, byteLength],
    final: [{ parameter: 1 }],
  });
  const short = { ...TYPES, update: "(i32) -> ()", init: "() -> ()", final: "() -> i32" };
  assertEquals<unknown>(callsOf(update, short), { init: [], update: [byteLength], final: [] });
});

Deno.test("a chunk of an array has a number of elements unless it is in bytes", () => {
  const array = { type: "array", element: "f64" } as const;
  const types = { ...TYPES, init: "() -> ()", final: "() -> i32" };
  const passed = (parameter: Parameter) =>
    (callsOf({ ...update, parameters: [parameter] }, types) as Record<string, unknown>).update;
  assertEquals(passed(array), [pointer, { text: 0, as: "codeUnits" }]);
  assertEquals(passed({ ...array, unit: "bytes" }), [pointer, byteLength]);
});

Deno.test("a handle comes first, and the output buffer last", () => {
  const chunked = {
    init: "create",
    update: "update",
    drain: "drain",
    final: "finish",
    destroy: "destroy",
    handle: "pointer",
    parts: true,
    repeat: ["update"],
  } as const;
  const handle = { parameter: 1 };
  const types = {
    create: "() -> i32",
    update: "(i32, i32, i32, i32, i32) -> i32",
    drain: "(i32, i32, i32) -> i32",
    finish: "(i32, i32, i32) -> i32",
    destroy: "(i32) -> ()",
  };
  const declaration = {
    parameters: ["bytes"],
    output: { capacity: 64 },
    result: { type: "bytes", pointer: "output", length: "result" },
    chunked,
  } as const;
  assertEquals<unknown>(callsOf(declaration, types), {
    init: [],
    update: [handle, pointer, byteLength, "output", "capacity"],
    drain: [handle, "output", "capacity"],
    final: [handle, "output", "capacity"],
    destroy: [handle],
    more: [handle, 0, 0, "output", "capacity"],
  });
  const stated = {
    ...chunked,
    update: { export: "update", arguments: ["output", "capacity", "handle", pointer, byteLength] },
  };
  assertEquals(
    (callsOf({ ...declaration, chunked: stated as unknown as Chunked }, types) as {
      final: unknown;
    }).final,
    ["output", "capacity", handle],
  );
});

Deno.test("the result is that of the last call, or of each one", () => {
  const names = { update: "u", final: { export: "f", arguments: [] } };
  assertEquals([resultExport(names), resultExport({ ...names, parts: true })], ["f", "u"]);
  assertEquals(resultExport({ update: "u", parts: true }), "u");
});

Deno.test("chunks without data, of one of several texts, or for another type are problems", () => {
  const message = (declaration: SymbolDeclaration, types = TYPES) => {
    const context = makeContext(types);
    const shown = declareResult(declaration, 0, context);
    if (shown instanceof Problem) return problemOf(shown).slice(1);
    return problemOf(resolveChunked(declaration, 0, { coreArguments: [] }, context)).slice(1);
  };
  assertEquals(message({ ...update, parameters: [] }), [
    "parameters",
    'Cannot pass input in chunks to "update": the declaration has 0 texts, expected one text, or ' +
    '"parameter" to say which it is',
  ]);
  assertEquals(message({ ...update, parameters: ["bytes", "string"] })[0], "parameters");
  const types = {
    ...TYPES,
    update: "(i32, i32, i32) -> ()",
    init: "() -> ()",
    final: "() -> i32",
  };
  assertEquals(message(update, types), [
    "chunked",
    'Cannot pass chunks to "update": it takes 3 arguments, expected 1 or 2, or { export, ' +
    "arguments } to say which",
  ]);
});
