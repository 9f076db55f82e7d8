import { assertEquals, assertStrictEquals } from "@std/assert";
import { allocator, type Convention, staticBuffer, type SymbolDeclaration } from "../../mod.ts";
import { orThrow, Problem } from "../../src/base/errors.ts";
import { sharedBuffers } from "../../src/plan/plan_call.ts";
import { chunks, custom, needsConvention, planParts } from "../../src/plan/resolve.ts";
import { makeContext, problemOf } from "./_context.ts";

await custom.load();

await Promise.all([chunks.load(), sharedBuffers.load()]);

const PACKED = allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh" });
const TEXT: SymbolDeclaration = { parameters: ["string"], result: "string" };
const none = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot",
  found: "x",
});

Deno.test("a plan has the export's types, its core arguments and nothing open", () => {
  const context = makeContext({ f: "(i32, i32) -> i64" }, PACKED);
  const plan = orThrow(planParts("f", TEXT, context));
  assertEquals([plan.export, plan.core, plan.coreArguments], [
    "f",
    ["i32", "i32"],
    [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
  ]);
  assertEquals([plan.parameters[0]!.kind, plan.result.kind, plan.area], [
    "text",
    "text",
    undefined,
  ]);
});

Deno.test("a guest without a convention has plans for declarations that need none", () => {
  const context = makeContext({ f: "(i32) -> i32" }, none);
  assertStrictEquals(planParts("f", TEXT, context), none);
  assertEquals(orThrow(planParts("f", { parameters: ["i32"], result: "i32" }, context)).result, {
    kind: "number",
    type: "i32",
    value: "result",
  });
});

/** Declarations, and whether they need a convention. */
const NEEDS: readonly (readonly [declaration: SymbolDeclaration, needs: boolean])[] = [
  [{ parameters: ["i32"], result: "void" }, false],
  [TEXT, true],
  [{ parameters: [], result: "bytes" }, true],
  [{ parameters: [{ type: "string", place: { kind: "stack" } }], result: "void" }, false],
  [{ parameters: [{ type: "string" }], result: "void" }, true],
  [{ parameters: [], result: { type: "string", pointer: "result", length: "nul" } }, false],
  [{ parameters: [], result: { type: "string" } }, true],
  [{ parameters: [], result: "void", output: { capacity: 8 } }, true],
  [{ parameters: [], result: "void", output: { capacity: 8, place: { kind: "stack" } } }, false],
];

for (const [declaration, needs] of NEEDS) {
  Deno.test(`${JSON.stringify(declaration)} ${needs ? "needs a" : "needs no"} convention`, () => {
    assertEquals(needsConvention(declaration), needs);
  });
}

Deno.test("a return area has as many words as the result reads, and is a block from the guest", () => {
  const declaration: SymbolDeclaration = {
    parameters: [],
    arguments: [{ area: 0 }],
    result: { type: "string", pointer: { word: 0 }, length: { word: 2 } },
  };
  const types = { f: "(i32) -> ()" };
  const areaOf = (hasStack: boolean) =>
    orThrow(planParts("f", declaration, makeContext(types, PACKED, { hasStack }))).area!;
  assertEquals([areaOf(true).words, areaOf(true).place.kind], [3, "stack"]);
  assertEquals([areaOf(false).place.kind, areaOf(false).free], ["allocator", "free"]);
  // An object that is garbage-collected cannot be a return area.
  const pinned = {
    ...PACKED,
    place: { ...PACKED.place, pin: "pin", unpin: "unpin" },
  } as Convention;
  const onPinned = planParts("f", declaration, makeContext(types, pinned, { hasStack: false }));
  assertEquals(orThrow(onPinned).area!.place.kind, "stack");
});

Deno.test("a recognised convention does not apply to a block source that the declaration names", () => {
  const convention = { ...PACKED, encoding: "utf-16", trailingNul: "trim" } as const;
  const declaration: SymbolDeclaration = {
    parameters: [{ type: "string", place: { kind: "stack" } }, "string"],
    result: "void",
  };
  const encodings = (isRecognised: boolean) =>
    orThrow(
      planParts(
        "f",
        declaration,
        makeContext({ f: "(i32, i32, i32, i32) -> ()" }, convention, {
          isRecognised,
        }),
      ),
    ).parameters.map((parameter) => parameter.kind === "text" && parameter.encoding);
  assertEquals([encodings(true), encodings(false)], [["utf-8", "utf-16"], ["utf-16", "utf-16"]]);
  const trims = (isRecognised: boolean) => {
    const result = { type: "string", pointer: "result", length: 4 } as const;
    const context = makeContext({ f: "() -> i32" }, convention, { isRecognised });
    const plan = orThrow(planParts("f", { parameters: [], result }, context)).result;
    return plan.kind === "text" && [plan.encoding, plan.trailingNul];
  };
  assertEquals([trims(true), trims(false)], [["utf-8", "keep"], ["utf-16", "trim"]]);
});

Deno.test("a call that is made of several cannot wait", () => {
  const chunked = { update: "update", final: "final" };
  const declaration: SymbolDeclaration = {
    parameters: ["bytes"],
    result: "u32",
    chunked,
    async: true,
  };
  const types = { update: "(i32, i32) -> ()", final: "() -> i32" };
  assertEquals(problemOf(planParts("final", declaration, makeContext(types, PACKED))), [
    "asynchronous",
    "async",
    'Cannot wait in "final": it is called several times for one result, expected neither ' +
    '"chunked" nor the capacity "query" beside async: true',
  ]);
});

Deno.test("two texts in the one buffer of a guest are refused", () => {
  const context = makeContext({ f: "(i32, i32, i32, i32) -> i32" }, staticBuffer({ pointer: "b" }));
  const found = planParts("f", {
    parameters: ["bytes", "bytes"],
    arguments: [
      { text: 0, as: "pointer" },
      { text: 0, as: "byteLength" },
      { text: 1, as: "pointer" },
      { text: 1, as: "byteLength" },
    ],
    result: "i32",
  }, context);
  assertEquals(problemOf(found).slice(0, 2), ["signature", "parameters[1]"]);
});

Deno.test("a problem of a parameter says which one", () => {
  const declaration: SymbolDeclaration = {
    parameters: ["i32", { type: "array", element: "u8", class: "A" }],
    result: "void",
  };
  const found = planParts("f", declaration, makeContext({ f: "(i32, i32, i32) -> ()" }, PACKED));
  assertEquals(problemOf(found)[1], "parameters[1].class");
});
