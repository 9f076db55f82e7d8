import { assertEquals } from "@std/assert";
import { TypeNames } from "../../src/component/scope.ts";
import type {
  Extern,
  NamedType,
  ResourceType,
  Type,
  ValueType,
} from "../../src/component/types.ts";
import { findUnnamed } from "../../src/component/unnamed_types.ts";

const typed = (name: string, type: Type): Extern => ({ name, type: { sort: "type", type } });
const U8: ValueType = { kind: "primitive", name: "u8" };
const RECORD: ValueType = { kind: "record", fields: [{ name: "a", type: U8 }] };
const OPEN: ResourceType = { kind: "resource", offset: 0, destructor: undefined };
const named = (type: Type): NamedType => ({ kind: "named", name: "n", owner: undefined, type });
const [NAMED_RECORD, NAMED_RESOURCE] = [named(RECORD), named(OPEN)];

/** Items to which imports and exports refer, after a record and a resource. */
const REFERENCES: readonly (readonly [type: Type, unnamed: string | undefined])[] = [
  [{ kind: "list", type: U8 }, undefined],
  [{ kind: "enum", names: ["a"] }, "enum"],
  [{ kind: "flags", names: ["a"] }, "flags"],
  [RECORD, "record"],
  [NAMED_RECORD, undefined],
  [named(NAMED_RECORD), undefined],
  [named(RECORD), "record"],
  [{ kind: "tuple", types: [U8, RECORD] }, "record"],
  [{ kind: "option", type: { kind: "list", type: NAMED_RECORD } }, undefined],
  [{ kind: "own", resource: OPEN }, "resource"],
  [{ kind: "borrow", resource: NAMED_RESOURCE }, undefined],
  [{ kind: "result", ok: undefined, error: { kind: "own", resource: OPEN } }, "resource"],
];

for (const [type, unnamed] of REFERENCES) {
  const shown = unnamed === undefined ? "only types with names" : `a ${unnamed} without a name`;
  Deno.test(`${JSON.stringify(type).slice(0, 70)} refers to ${shown}`, () => {
    const names = new TypeNames();
    for (const known of [NAMED_RECORD, NAMED_RESOURCE]) {
      assertEquals(findUnnamed({ sort: "type", type: known }, names), undefined);
    }
    const taken = { kind: "function", isAsync: false, result: undefined } as const;
    const parameters = [{ name: "it", type: type as ValueType }];
    const found = findUnnamed({ sort: "function", type: { ...taken, parameters } }, names);
    assertEquals(found?.kind, unnamed);
  });
}

Deno.test("a type that gets a name needs names for its parts, and not for itself", () => {
  const names = new TypeNames();
  const outer: ValueType = { kind: "record", fields: [{ name: "b", type: RECORD }] };
  const find = (type: Type) => findUnnamed({ sort: "type", type: named(type) }, names)?.kind;
  assertEquals([find(outer), find(RECORD)], ["record", undefined]);
});

Deno.test("the types of an instance have names for what follows, also in scopes within", () => {
  const names = new TypeNames();
  const exports = [typed("t", NAMED_RECORD)];
  const instance: Type = { kind: "instance", exports, resources: [] };
  assertEquals(findUnnamed({ sort: "type", type: named(instance) }, names), undefined);
  assertEquals(names.has(NAMED_RECORD), false);
  assertEquals(findUnnamed({ sort: "instance", type: instance }, names), undefined);
  assertEquals([names, new TypeNames(names)].map((one) => one.has(NAMED_RECORD)), [true, true]);
});
