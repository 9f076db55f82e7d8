// The component model's binary format, "Import and Export Definitions".
import { assertEquals } from "@std/assert";
import {
  CORE_TYPE,
  EXPORT,
  IMPORT,
  list,
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
