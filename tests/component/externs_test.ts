// The component model's binary format, "Import and Export Definitions".
import { assertEquals } from "@std/assert";
import type { Part } from "../binary/_build.ts";
import {
  build,
  CANON,
  CORE_TYPE,
  EXPORT,
  IMPORT,
  list,
  MEMORY_AND_FUNCTION,
  named,
  read,
  testRefusals,
  TYPE,
  VOID,
} from "./_build.ts";

Deno.test("imports of each sort are read, and take their index", () => {
  const { type } = read(
    list(TYPE, VOID, [0x42, 0], [0x41, 0], 0x7d),
    list(
      IMPORT,
      named("a", 0x01, 0),
      named("b", 0x05, 1),
      named("c", 0x04, 2),
      named("d", 0x03, 0x00, 3),
      named("e", 0x03, 0x01),
      // The other form of a name, which means the same.
      [0x01, "f", 0x03, 0x00, 5],
    ),
    list(EXPORT, [named("g"), 0x01, 0, 0], [named("h"), 0x03, 6, 0]),
  );
  assertEquals(type.imports.map((item) => [item.name, item.type.sort]), [
    ["a", "function"],
    ["b", "instance"],
    ["c", "component"],
    ["d", "type"],
    ["e", "type"],
    ["f", "type"],
  ]);
  const [, , , , resource, same] = type.imports.map((item) => item.type.type);
  assertEquals(resource?.kind === "named" && resource.type.kind, "resource");
  assertEquals(same?.kind === "named" && same.type === resource, true);
  assertEquals(type.exports.map((item) => [item.name, item.type.sort]), [
    ["g", "function"],
    ["h", "type"],
  ]);
});

const REFUSED: readonly (readonly [what: string, ...bytes: Parameters<typeof list>])[] = [
  [
    'Cannot read name at offset 0x13: name is "A b", expected words in kebab case or the name of an interface',
    IMPORT,
    named("A b", 0x01, 0),
  ],
  [
    'Cannot read name at offset 0x18: "A" appears twice, expected names that differ',
    IMPORT,
    named("a", 0x01, 0),
    named("A", 0x01, 0),
  ],
  [
    "Cannot read form of a name at offset 0x12: form is 0x03, expected 0x00 to 0x02",
    IMPORT,
    [0x03, "a", 0x01, 0],
  ],
  [
    "Cannot read type at offset 0x16: it is a function, expected that of an instance",
    IMPORT,
    named("a", 0x05, 0),
  ],
  [
    "Cannot read core sort at offset 0x16: code is 0x00, expected 0x11, a module",
    IMPORT,
    named("a", 0x00, 0x00, 0),
  ],
  [
    "Cannot read bound at offset 0x16: code is 0x02, expected 0x00 or 0x01",
    IMPORT,
    named("a", 0x03, 0x02),
  ],
  [
    "Cannot read sort at offset 0x15: code is 0x06, expected 0x00 to 0x05",
    IMPORT,
    named("a", 6, 0),
  ],
  [
    "Cannot read attribute at offset 0x19: it appears twice, expected each kind once",
    IMPORT,
    [0x02, "a", 2, 0x02, "b", 0x02, "c", 0x01, 0],
  ],
  [
    'Cannot read attribute at offset 0x17: name is "b", expected the name of an interface',
    IMPORT,
    [0x02, "a", 1, 0x00, "b", 0x01, 0],
  ],
  [
    'Cannot read export at offset 0x12: "a" is a type, expected a function',
    EXPORT,
    [named("a"), 0x03, 0, 1, 0x01, 0],
  ],
];

testRefusals(
  REFUSED.map(([message, id, ...items]) => [message, list(TYPE, VOID), list(id, ...items)]),
);

// Components export no core definitions but modules.
testRefusals([
  [
    "Cannot read export at offset 0x11: it is a core type, which components do not export",
    list(CORE_TYPE, [0x60, 0, 0]),
    list(EXPORT, [named("a"), 0x00, 0x10, 0, 0]),
  ],
]);

/** A resource `r` as type 0, and a borrow of it, an own, and a u8 as types 1 to 3. */
const RESOURCE: readonly Part[] = [
  list(IMPORT, named("r", 0x03, 0x01)),
  list(TYPE, [0x68, 0], [0x69, 0], 0x7d),
];

/** Names of functions that belong to a resource, with types of other functions. */
const MEMBERS: readonly (readonly [name: string, type: Part, problem: string])[] = [
  ["[method]r.f", VOID, 'has no parameter, expected the parameter "self"'],
  ["[method]r.f", [0x40, 1, "it", 1, 1, 0], 'begins with "it", expected the parameter "self"'],
  ["[method]r.f", [0x40, 1, "self", 2, 1, 0], 'takes an own, expected a borrow of "r"'],
  ["[method]s.f", [0x40, 1, "self", 1, 1, 0], 'takes "r", expected "s"'],
  ["[static]s.f", VOID, "has no such resource, expected one before it"],
  ["[constructor]r", VOID, 'returns nothing, expected an own of "r"'],
  ["[constructor]r", [0x40, 0, 0, 3], 'returns a primitive, expected an own of "r"'],
  ["[constructor]s", [0x40, 0, 0, 2], 'returns "r", expected "s"'],
];

testRefusals(MEMBERS.map(([name, type, problem]) => {
  const before = [...RESOURCE, list(TYPE, type)];
  // After the id, the size and the count of the section.
  const offset = build(...before).length + 3;
  const message = `Cannot read name at offset 0x${offset.toString(16)}: "${name}" ${problem}`;
  return [message, ...before, list(IMPORT, named(name, 0x01, 4))];
}));

Deno.test("functions belong to a resource by their types: a constructor can fail", () => {
  const { type } = read(
    ...RESOURCE,
    list(TYPE, [0x6a, 1, 2, 0], [0x40, 0, 0, 4], [0x40, 1, "self", 1, 1, 0], VOID),
    list(
      IMPORT,
      named("[constructor]r", 0x01, 5),
      named("[method]r.f", 0x01, 6),
      named("[static]r.g", 0x01, 7),
    ),
  );
  assertEquals(type.imports.length, 4);
});

// https://github.com/WebAssembly/component-model, "Import and Export Definitions", for
// `implements`.
testRefusals(([[IMPORT, "import"], [EXPORT, "export"]] as const).map(([id, way]) => {
  // A core function is lifted to make the exported function.
  const before = [
    ...MEMORY_AND_FUNCTION,
    list(TYPE, [0x6d, 1, "a"], [0x40, 1, "it", 0, 1, 0]),
    list(CANON, [0x00, 0x00, 0, 0, 1]),
  ];
  const offset = build(...before).length + 3;
  return [
    `Cannot read name at offset 0x${offset.toString(16)}: "f" refers to an enum without a name, ` +
    `expected the ${way} of that type before it`,
    ...before,
    list(id, id === IMPORT ? named("f", 0x01, 1) : [named("f"), 0x01, 0, 0]),
  ];
}));

testRefusals([
  [
    'Cannot read name at offset 0x10: "[method]r.f" is an instance, expected a function',
    list(TYPE, [0x42, 0]),
    list(IMPORT, named("[method]r.f", 0x05, 0)),
  ],
  [
    'Cannot read name at offset 0x12: "a" implements an interface and is a function, expected an ' +
    "instance",
    list(TYPE, VOID),
    list(IMPORT, [0x02, "a", 1, 0x00, "a:b/c", 0x01, 0]),
  ],
  [
    'Cannot read name at offset 0x11: "x:y/z" implements an interface, expected a name of its own',
    list(TYPE, [0x42, 0]),
    list(IMPORT, [0x02, "x:y/z", 1, 0x00, "a:b/c", 0x05, 0]),
  ],
]);
