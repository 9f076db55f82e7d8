// The component model's binary format, "Alias Definitions".
import { assertEquals } from "@std/assert";
import { type Part, section } from "../binary/_build.ts";
import {
  ALIAS,
  build,
  COMPONENT,
  EXPORT,
  HEADER,
  IMPORT,
  list,
  MEMORY_AND_FUNCTION,
  named,
  read,
  testRefusals,
  TYPE,
  VOID,
} from "./_build.ts";

/** An instance 0 that exports a function `f` and a type `t`. */
const INSTANCE = [
  list(TYPE, [
    0x42,
    4,
    [0x01, VOID],
    [0x01, 0x7d],
    [0x04, named("f", 0x01, 0)],
    [0x04, named("t", 0x03, 0x00, 1)],
  ]),
  list(IMPORT, named("i", 0x05, 0)),
];

Deno.test("aliases of an instance's exports have their types", () => {
  const { definitions, type } = read(
    ...INSTANCE,
    list(ALIAS, [0x01, 0x00, 0, "f"], [0x03, 0x00, 0, "t"]),
    list(EXPORT, [named("g"), 0x01, 0, 0x00]),
  );
  assertEquals(definitions.slice(2, 4), [
    { kind: "alias", offset: 0x2c, sort: "function", of: "export", instance: 0, name: "f" },
    { kind: "alias", offset: 0x31, sort: "type", of: "export", instance: 0, name: "t" },
  ]);
  assertEquals(type.exports[0]?.type, {
    sort: "function",
    type: { kind: "function", isAsync: false, parameters: [], result: undefined },
  });
});

Deno.test("aliases of a core instance's exports have their sorts", () => {
  const aliases = read(...MEMORY_AND_FUNCTION).definitions.slice(2);
  assertEquals(
    aliases.map((item) => item.kind === "alias" && [item.sort, item.of]),
    [["core memory", "core export"], ["core function", "core export"]],
  );
});

Deno.test("outer aliases reach types of the components around", () => {
  const inner = [HEADER, list(ALIAS, [0x03, 0x02, 1, 0]), list(TYPE, [0x70, 0])];
  const { definitions } = read(list(TYPE, 0x73), section(COMPONENT, ...inner));
  const nested = definitions[1]?.kind === "component" && definitions[1].component.definitions;
  assertEquals(nested && nested[1], {
    kind: "type",
    offset: 0x20,
    type: { kind: "list", type: { kind: "primitive", name: "string" } },
  });
});

testRefusals([
  [
    'Cannot read name of an export at offset 0x2f: the instance has no "g"',
    ...INSTANCE,
    list(ALIAS, [0x01, 0x00, 0, "g"]),
  ],
  [
    'Cannot read name of an export at offset 0x2f: "t" is a type, expected a function',
    ...INSTANCE,
    list(ALIAS, [0x01, 0x00, 0, "t"]),
  ],
  [
    "Cannot read outer count at offset 0xd: count is 1, expected at most 0",
    list(ALIAS, [0x03, 0x02, 1, 0]),
  ],
  [
    "Cannot read alias at offset 0xc: form is 0x03, expected 0x00 to 0x02",
    list(ALIAS, [0x03, 0x03, 1, 0]),
  ],
  [
    "Cannot read sort at offset 0xb: code is 0x06, expected 0x00 to 0x05",
    list(ALIAS, [0x06, 0x02, 0, 0]),
  ],
  [
    "Cannot read core sort at offset 0xc: code is 0x05, expected that of a sort",
    list(ALIAS, [0x00, 0x05, 0x02, 0, 0]),
  ],
  [
    "Cannot read alias at offset 0x2c: it is an instance, expected a type, a component or a module",
    ...INSTANCE,
    list(ALIAS, [0x05, 0x02, 0, 0]),
  ],
]);

/** An outer alias of a type of the component around a nested one, which begins at `start`. */
const inner = (index: number): Part =>
  section(COMPONENT, HEADER, list(ALIAS, [0x03, 0x02, 1, index]));

/** Types that refer to a resource of their component. */
const FREE: readonly (readonly Part[])[] = [
  [[0x3f, 0x7f, 0]],
  [[0x3f, 0x7f, 0], [0x69, 0]],
  [[0x3f, 0x7f, 0], [0x69, 0], [0x72, 1, "a", 1]],
  [[0x3f, 0x7f, 0], [0x41, 2, [0x02, 0x03, 0x02, 1, 0], [0x04, named("a", 0x03, 0x00, 0)]]],
];

testRefusals(FREE.map((types) => {
  const before = list(TYPE, ...types);
  // After the header and the section of the nested component, and the id, size and count in it.
  const offset = build(before).length + 2 + 8 + 3;
  return [
    `Cannot read alias at offset 0x${
      offset.toString(16)
    }: the type refers to a resource, expected ` +
    "one that no component has for itself",
    before,
    inner(types.length - 1),
  ];
}));

Deno.test("a nested component has types of the one around it that have resources of their own", () => {
  // The type of an instance with a resource.
  const before = list(TYPE, [0x42, 1, [0x04, named("r", 0x03, 0x01)]]);
  assertEquals(read(before, inner(0)).definitions.length, 2);
});
