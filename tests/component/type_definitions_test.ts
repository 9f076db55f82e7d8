// The component model's binary format, "Type Definitions".
import { assertEquals } from "@std/assert";
import type { Part } from "../binary/_build.ts";
import { IMPORT, list, named, read, refusal, testRefusals, TYPE, VOID } from "./_build.ts";

const primitive = (name: string) => ({ kind: "primitive", name });

/** Returns the type that `bytes` define after the types `before`. */
function typeOf(bytes: Part, ...before: Part[]) {
  const item = read(list(TYPE, ...before, bytes)).definitions.at(-1);
  return item?.kind === "type" ? item.type as unknown : undefined;
}

Deno.test("functions are read", () => {
  const type = { kind: "function", isAsync: false, parameters: [], result: undefined };
  assertEquals(typeOf(VOID), type);
  assertEquals(typeOf([0x43, 1, "a", 0x7d, 0x00, 0x73]), {
    ...type,
    isAsync: true,
    parameters: [{ name: "a", type: primitive("u8") }],
    result: primitive("string"),
  });
});

Deno.test("resources are read, with their destructors", () => {
  const resource = { kind: "resource", offset: 0xb, destructor: undefined };
  assertEquals(typeOf([0x3f, 0x7f, 0x00]), resource);
});

Deno.test("the types of components have imports and exports in an index space of their own", () => {
  const type = typeOf(
    [0x41, 3, [0x01, 0x7d], [0x03, named("a", 0x03, 0x00, 0)], [0x04, named("b", 0x03, 0x00, 1)]],
    0x73,
  );
  const a = { kind: "named", name: "a", owner: undefined, type: primitive("u8") };
  assertEquals(type, {
    kind: "component",
    imports: [{ name: "a", type: { sort: "type", type: a } }],
    exports: [{
      name: "b",
      type: { sort: "type", type: { kind: "named", name: "b", owner: undefined, type: a } },
    }],
    resources: [],
  });
});

Deno.test("each import of an instance has the resource types of its type anew", () => {
  const { type } = read(
    list(TYPE, [0x42, 1, [0x04, named("r", 0x03, 0x01)]]),
    list(IMPORT, named("a", 0x05, 0), named("b", 0x05, 0)),
  );
  const [a, b] = type.imports.map((item) => {
    let found = item.type.sort === "instance" ? item.type.type.exports[0]!.type.type : undefined;
    while (found?.kind === "named") found = found.type;
    return found;
  });
  assertEquals([a?.kind, b?.kind, a === b], ["resource", "resource", false]);
});

const REFUSED: readonly (readonly [message: string, ...items: Part[]])[] = [
  ["Cannot read core function at offset 0xe: index is 0, expected below 0", [0x3f, 0x7f, 0x01, 0]],
  ["Cannot read representation at offset 0xc: code is 0x7d, expected 0x7f (i32)", [
    0x3f,
    0x7d,
    0x00,
  ]],
  ["Cannot read type at offset 0xb: code is 0x44, expected that of a type", 0x44],
  [
    "Cannot read declaration at offset 0xd: form is 0x03, expected 0x00 to 0x04",
    [0x42, 1, 0x03, named("a", 0x03, 0x01)],
  ],
  [
    "Cannot read type at offset 0xe: it defines a resource, expected that in a component alone",
    [0x42, 1, 0x01, 0x3f, 0x7f, 0],
  ],
  ["Cannot read result count at offset 0xe: count is 1, expected 0", [0x40, 0, 1, 1, 0x7d]],
  [
    "Cannot read result at offset 0x15: it has a borrowed handle, expected owned ones alone",
    [0x3f, 0x7f, 0],
    [0x68, 0],
    [0x70, 1],
    [0x40, 0, 0, 2],
  ],
  [
    "Cannot read value type at offset 0x10: index is 0, expected below 0",
    0x7d,
    [0x42, 1, 0x01, 0x70, 0],
  ],
  [
    'Cannot read name at offset 0x15: "a" appears twice, expected names that differ',
    [0x42, 2, [0x04, named("a", 0x03, 0x01)], [0x04, named("a", 0x03, 0x01)]],
  ],
];

testRefusals(REFUSED.map(([message, ...items]) => [message, list(TYPE, ...items)]));

Deno.test("the types of instances nest 100 deep and no deeper", () => {
  const nested = (depth: number): Part =>
    depth === 0 ? [0x42, 0] : [0x42, 1, 0x01, nested(depth - 1)];
  read(list(TYPE, nested(99)));
  const message = refusal(list(TYPE, nested(100)));
  assertEquals(
    message.slice(message.indexOf(":") + 2),
    "it is nested 101 deep, expected at most 100",
  );
});
