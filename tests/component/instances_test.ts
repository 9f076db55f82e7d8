// The component model's binary format, "Instance Definitions".
import { assert, assertEquals } from "@std/assert";
import { type Part, section } from "../binary/_build.ts";
import {
  ALIAS,
  COMPONENT,
  CORE_INSTANCE,
  CORE_MODULE,
  EXPORT,
  HEADER,
  IMPORT,
  INSTANCE,
  list,
  MODULE,
  named,
  read,
  testRefusals,
  TYPE,
} from "./_build.ts";

Deno.test("core instances are made of a module with arguments, or of exports", () => {
  const { definitions } = read(
    section(CORE_MODULE, MODULE),
    list(CORE_INSTANCE, [0x01, 0], [0x00, 0, 1, "env", 0x12, 0], [0x01, 1, "m", 0x11, 0]),
  );
  assertEquals(definitions.slice(1), [
    { kind: "core instance", offset: 0x15, items: [] },
    {
      kind: "core instance",
      offset: 0x17,
      module: 0,
      items: [{ name: "env", sort: "core instance", index: 0 }],
    },
    {
      kind: "core instance",
      offset: 0x20,
      items: [{ name: "m", sort: "module", index: 0 }],
    },
  ]);
});

/** A section of names of core instances, which differ in `count` if that is wrong. */
function namesOf(count: number, ...names: Part[]): Part {
  const subsections = [section(0, "component"), section(1, 0x00, 0x11, 1, 0, "module")];
  return section(0, "component-name", ...subsections, section(1, 0x00, 0x12, count, ...names));
}

/** Sections of names, and those that core instances 0 to 2 have by them. */
const NAMED: readonly (readonly [string, Part, readonly (string | undefined)[]])[] = [
  ["by index", namesOf(2, [2, "main"], [0, "Grüße"]), ["Grüße", undefined, "main"]],
  ["of another section", section(0, "name", section(1, 0x00, 0x12, 1, 0, "a")), []],
  ["of none of them", namesOf(1, [3, "a"]), []],
  ["before a fault", namesOf(2, [0, "a"], [1, 1, 0xff]), ["a"]],
  ["with too high a count", namesOf(100, [0, "a"]), []],
];

for (const [what, names, expected] of NAMED) {
  Deno.test(`core instances have names: ${what}`, () => {
    const sections = [
      section(CORE_MODULE, MODULE),
      list(CORE_INSTANCE, [0, 0, 0], [1, 0], [0, 0, 0]),
    ];
    const { definitions } = read(names, ...sections, names);
    const found = definitions.slice(1).map((one) => one.kind === "core instance" && one.name);
    assertEquals(found, [0, 1, 2].map((index) => expected[index]));
  });
}

/** A component that imports a resource type, and exports it and a function that takes it. */
const INNER: readonly Part[] = [
  HEADER,
  list(IMPORT, named("in", 0x03, 0x01)),
  list(TYPE, [0x68, 0], [0x40, 1, "self", 1, 0x01, 0x00]),
  list(IMPORT, named("f", 0x01, 2)),
  list(EXPORT, [named("out"), 0x03, 0, 0], [named("g"), 0x01, 0, 0]),
];

/** A function 0 that takes a resource, the imported type 0. */
const OUTER: readonly Part[] = [
  section(COMPONENT, INNER),
  list(IMPORT, named("o", 0x03, 0x01)),
  list(TYPE, [0x68, 0], [0x40, 1, "self", 1, 0x01, 0x00]),
  list(IMPORT, named("h", 0x01, 2)),
];

Deno.test("the type that is given stands for the one that a component imports", () => {
  const { type, definitions } = read(
    ...OUTER,
    list(INSTANCE, [0x00, 0, 2, "in", 0x03, 0, "f", 0x01, 0]),
    list(ALIAS, [0x03, 0x00, 0, "out"]),
    list(EXPORT, [named("i"), 0x05, 0, 0], [named("r"), 0x03, 3, 0]),
  );
  const outer = definitions.find((item) => item.kind === "import")?.import.type;
  const [instance, resource] = type.exports;
  let target = resource!.type.type;
  while (target.kind === "named") target = target.type;
  assert(outer?.sort === "type" && outer.type.kind === "named");
  assert(outer.type.type === target, "the resource is the outer one");
  assert(instance?.type.sort === "instance");
  const g = instance.type.type.exports[1]!.type;
  assert(g.sort === "function");
  const self = g.type.parameters[0]!.type;
  let taken = self.kind === "borrow" ? self.resource : undefined;
  while (taken?.kind === "named") taken = taken.type as typeof taken;
  assert(taken === target, "and so is the one that the function takes");
});

Deno.test("each instance of a component has the resource types that it defines anew", () => {
  const inner = [HEADER, list(TYPE, [0x3f, 0x7f, 0]), list(EXPORT, [named("r"), 0x03, 0, 0])];
  const { type } = read(
    section(COMPONENT, inner),
    list(INSTANCE, [0x00, 0, 0], [0x00, 0, 0]),
    list(EXPORT, [named("a"), 0x05, 0, 0], [named("b"), 0x05, 1, 0], [named("c"), 0x05, 0, 0]),
  );
  const resources = type.exports.map((item) => {
    assert(item.type.sort === "instance");
    let found = item.type.type.exports[0]!.type.type;
    while (found.kind === "named") found = found.type;
    return found;
  });
  assert(resources[0] !== resources[1], "two instances have two types");
  assert(resources[0] === resources[2], "one instance under two names has one");
});

testRefusals([
  [
    'Cannot read instance at offset 0x65: "f" is missing, expected a function',
    ...OUTER,
    list(INSTANCE, [0x00, 0, 1, "in", 0x03, 0]),
  ],
  [
    'Cannot read instance at offset 0x65: "f" is a type, expected a function',
    ...OUTER,
    list(INSTANCE, [0x00, 0, 2, "in", 0x03, 0, "f", 0x03, 0]),
  ],
  [
    'Cannot read name of an argument at offset 0x6d: "in" appears twice, expected distinct names',
    ...OUTER,
    list(INSTANCE, [0x00, 0, 2, "in", 0x03, 0, "in", 0x03, 0]),
  ],
  [
    "Cannot read instance at offset 0xb: form is 0x02, expected 0x00 or 0x01",
    list(INSTANCE, [0x02, 0, 0]),
  ],
  [
    // Its exports give types no names.
    'Cannot read name at offset 0x24: "[constructor]r" returns a resource without a name here, ' +
    'expected "r"',
    list(IMPORT, named("r", 0x03, 0x01)),
    list(TYPE, [0x69, 0], [0x40, 0, 0x00, 1]),
    list(IMPORT, named("f", 0x01, 2)),
    list(INSTANCE, [0x01, 2, named("r", 0x03, 0), named("[constructor]r", 0x01, 0)]),
  ],
  [
    "Cannot read core instance at offset 0xb: form is 0x02, expected 0x00 or 0x01",
    list(CORE_INSTANCE, [0x02, 0]),
  ],
  [
    "Cannot read core sort at offset 0x1c: code is 0x11, expected 0x12, an instance",
    section(CORE_MODULE, MODULE),
    list(CORE_INSTANCE, [0x01, 0], [0x00, 0, 1, "a", 0x11, 0]),
  ],
]);
