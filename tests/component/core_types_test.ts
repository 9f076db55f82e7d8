import { assertEquals } from "@std/assert";
import type { ModuleType } from "../../src/component/types.ts";
import { CORE_TYPE, IMPORT, list, named, read, testRefusals, TYPE } from "./_build.ts";

const FUNCTION = [0x60, 1, 0x7f, 0];

Deno.test("core types share one index space with the types of modules", () => {
  const { type } = read(
    list(
      CORE_TYPE,
      FUNCTION,
      // A type that others may be derived from has 0x00 before it, because 0x50 begins a module.
      [0x00, 0x50, 0, 0x60, 0, 0],
      [0x50, 3, [0x01, FUNCTION], [0x00, "env", "f", 0x00, 0], [0x03, "m", 0x02, 0x00, 1]],
    ),
    list(IMPORT, named("a", 0x00, 0x11, 2)),
  );
  const memory = { minimum: 1, shared: false, address: "i32", pageSize: 65536 } as const;
  const module: ModuleType = {
    kind: "module",
    imports: [
      { module: "env", name: "f", kind: "function", type: { parameters: ["i32"], results: [] } },
    ],
    exports: [{ name: "m", kind: "memory", type: memory }],
  };
  assertEquals(type.imports, [{ name: "a", type: { sort: "module", type: module } }]);
});

Deno.test("a module's type begins without types, and takes them from outside", () => {
  const outer = [0x50, 2, [0x02, 0x10, 0x01, 1, 0], [0x00, "env", "f", 0x00, 0]];
  read(list(CORE_TYPE, FUNCTION, outer));
  // From within the type of an instance, two scopes outwards.
  read(list(CORE_TYPE, FUNCTION), list(TYPE, [0x42, 1, 0x00, 0x50, 1, 0x02, 0x10, 0x01, 2, 0]));
});

const MEMORY = [0x03, "m", 0x02, 0x00, 1];

testRefusals([
  // A module does not see the types around it.
  [
    "Cannot read function type at offset 0x19: index is 0, expected below 0",
    list(CORE_TYPE, FUNCTION, [0x50, 1, [0x00, "env", "f", 0x00, 0]]),
  ],
  [
    "Cannot read core type at offset 0xe: it is a module, expected no module in another",
    list(CORE_TYPE, [0x50, 1, 0x01, 0x50, 0]),
  ],
  [
    "Cannot read module declaration at offset 0xd: form is 0x04, expected 0x00 to 0x03",
    list(CORE_TYPE, [0x50, 1, 0x04, 0]),
  ],
  [
    "Cannot read core type at offset 0xb: 0x00 comes before 0x60, expected 0x50",
    list(CORE_TYPE, [0x00, 0x60, 0, 0]),
  ],
  [
    "Cannot read export name at offset 0x14: it appears twice, expected distinct names",
    list(CORE_TYPE, [0x50, 2, MEMORY, MEMORY]),
  ],
  [
    'Cannot read import name at offset 0x16: "a"."b" appears twice, expected distinct names',
    // Each import is 8 bytes: the form, two names of a letter, and a memory of 3 bytes.
    list(CORE_TYPE, [0x50, 2, [0x00, "a", "b", 0x02, 0x00, 1], [0x00, "a", "b", 0x02, 0x00, 1]]),
  ],
  [
    "Cannot read outer count at offset 0x10: count is 2, expected at most 1",
    list(CORE_TYPE, [0x50, 1, 0x02, 0x10, 0x01, 2, 0]),
  ],
  [
    "Cannot read core type at offset 0x13: it is a module, expected a type of values",
    list(CORE_TYPE, [0x50, 0], [0x50, 1, 0x02, 0x10, 0x01, 1, 0]),
  ],
]);
