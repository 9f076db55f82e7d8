// The component model's WIT; `value_types_test.ts` has the form of each type.
import { assertEquals } from "@std/assert";
import type { ResourceType, Type, ValueType } from "../../src/component/types.ts";
import {
  defineType,
  formatConstructor,
  formatFunction,
  formatType,
  identifier,
} from "../../src/component/wit_types.ts";

const U8: ValueType = { kind: "primitive", name: "u8" };

const FILE: ResourceType = {
  kind: "resource",
  offset: 0,
  destructor: undefined,
};

const NAMES = new Map<Type, string>([[FILE, "file"]]);

Deno.test("names that are keywords of WIT are escaped", () => {
  assertEquals(["a", "list", "get-list", "u8"].map(identifier), ["a", "%list", "get-list", "%u8"]);
});

Deno.test("handles are written by the name of their resource", () => {
  const [own, borrow] = (["own", "borrow"] as const).map((kind) =>
    formatType({ kind, resource: FILE }, NAMES)
  );
  assertEquals([own, borrow], ["file", "borrow<file>"]);
  const named: ValueType = { kind: "named", name: "other", owner: "a:b/c", type: FILE };
  assertEquals(formatType({ kind: "own", resource: named }, NAMES), "file");
});

Deno.test("functions are written with and without their first parameter", () => {
  const self = { name: "self", type: { kind: "borrow", resource: FILE } } as const;
  const type = {
    kind: "function",
    isAsync: true,
    parameters: [self, { name: "from", type: U8 }],
    result: U8,
  } as const;
  assertEquals(
    formatFunction(type, NAMES),
    "async func(self: borrow<file>, %from: u8) -> u8",
  );
  assertEquals(formatFunction(type, NAMES, true), "async func(%from: u8) -> u8");
});

Deno.test("a constructor shows a result that can fail", () => {
  const own: ValueType = { kind: "own", resource: FILE };
  const type = { kind: "function", isAsync: false, parameters: [] } as const;
  assertEquals(formatConstructor({ ...type, result: own }, NAMES), "constructor()");
  const result: ValueType = { kind: "result", ok: own, error: undefined };
  assertEquals(formatConstructor({ ...type, result }, NAMES), "constructor() -> result<file>");
});

Deno.test("types are defined by blocks, or stand for another", () => {
  assertEquals(
    defineType("enum", { kind: "enum", names: ["a", "own"] }, NAMES),
    ["enum %enum {", "  a,", "  %own,", "}"],
  );
  assertEquals(defineType("a", { kind: "list", type: U8 }, NAMES), ["type a = list<u8>;"]);
});
