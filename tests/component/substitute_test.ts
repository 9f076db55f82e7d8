import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Reader } from "../../src/binary/reader.ts";
import { Context, Scope } from "../../src/component/scope.ts";
import { adopt, renew, substitute } from "../../src/component/substitute.ts";
import type { InstanceType, ResourceType, Type, ValueType } from "../../src/component/types.ts";

const reader = new Reader(new Uint8Array());

const resource = (): ResourceType => ({
  kind: "resource",
  offset: 0,
  destructor: undefined,
});

const scopeOf = () => new Scope("component", new Context(), undefined);

const OLD = resource(), NEW = resource();

const U8: ValueType = { kind: "primitive", name: "u8" };

const HANDLE: ValueType = { kind: "own", resource: OLD };

/** Types that contain a resource type, one for each kind. */
const TYPES: readonly Type[] = [
  HANDLE,
  { kind: "borrow", resource: OLD },
  { kind: "record", fields: [{ name: "a", type: U8 }, { name: "b", type: HANDLE }] },
  { kind: "variant", cases: [{ name: "a", type: undefined }, { name: "b", type: HANDLE }] },
  { kind: "list", type: HANDLE },
  { kind: "option", type: HANDLE },
  { kind: "stream", type: HANDLE },
  { kind: "future", type: HANDLE },
  { kind: "tuple", types: [U8, HANDLE] },
  { kind: "result", ok: undefined, error: HANDLE },
  { kind: "map", key: U8, value: HANDLE },
  { kind: "named", name: "a", owner: "b", type: HANDLE },
  { kind: "function", isAsync: false, parameters: [{ name: "a", type: HANDLE }], result: U8 },
  {
    kind: "instance",
    exports: [{ name: "a", type: { sort: "type", type: HANDLE } }],
    resources: [],
  },
  {
    kind: "component",
    imports: [{ name: "a", type: { sort: "type", type: HANDLE } }],
    exports: [],
    resources: [],
  },
];

/** Counts the places where an object stands in a value. */
function count(value: unknown, wanted: object): number {
  if (value === wanted) return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum, part) => sum + count(part, wanted), 0);
}

for (const type of TYPES) {
  Deno.test(`a resource type is replaced in a type of the kind ${type.kind}`, () => {
    const copy = substitute(reader, scopeOf(), type, new Map([[OLD, NEW]]));
    assertEquals([count(copy, OLD), count(copy, NEW)], [0, 1]);
    assertEquals([count(type, OLD), count(type, NEW)], [1, 0]);
    assertStrictEquals(substitute(reader, scopeOf(), type, new Map([[NEW, OLD]])), type);
  });
}

Deno.test("a type is copied once, so that two places still have one type", () => {
  const pair: ValueType = { kind: "tuple", types: [HANDLE, HANDLE] };
  const copy = substitute(reader, scopeOf(), pair, new Map([[OLD, NEW]]));
  assert(copy.kind === "tuple");
  assertStrictEquals(copy.types[0], copy.types[1]);
});

Deno.test("renew() makes resource types that the scope has anew", () => {
  const scope = scopeOf();
  const replaced = new Map<object, object>();
  renew(scope, [OLD], replaced);
  assertStrictEquals(replaced.get(OLD), scope.resources[0]);
  assert(scope.resources[0] !== OLD);
});

Deno.test("adopt() puts the types of an instance under its name, for its functions too", () => {
  const instance: InstanceType = {
    kind: "instance",
    exports: [
      { name: "r", type: { sort: "type", type: OLD } },
      {
        name: "f",
        type: {
          sort: "function",
          type: { kind: "function", isAsync: false, parameters: [], result: HANDLE },
        },
      },
    ],
    resources: [OLD],
  };
  const { exports: [type, f] } = adopt(reader, scopeOf(), instance, "a:b/c");
  const named = type!.type.type;
  assert(named.kind === "named" && f?.type.sort === "function");
  assertEquals([named.name, named.owner], ["r", "a:b/c"]);
  assert(named.type !== OLD, "its resource type is its own");
  const { result } = f.type.type;
  assert(result?.kind === "own");
  assertStrictEquals(result.resource, named);
});
