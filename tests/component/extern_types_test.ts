// The component model's explainer: types are equal if their parts are equal, and resources if they
// are identical.
import { assertEquals } from "@std/assert";
import { WasmFormatError } from "../../mod.ts";
import { Reader } from "../../src/binary/reader.ts";
import { byName, TypeMatcher } from "../../src/component/extern_types.ts";
import { Context, Scope } from "../../src/component/scope.ts";
import type {
  Extern,
  ExternType,
  ModuleType,
  Primitive,
  ResourceType,
  Type,
  ValueType,
} from "../../src/component/types.ts";

/** Matches the given type, and returns the problem. */
function problemOf(expected: readonly Extern[], given: readonly Extern[]): string | undefined {
  const scope = new Scope("component", new Context(), undefined);
  const matcher = new TypeMatcher(new Reader(new Uint8Array()), scope, new Map(), {
    what: "instance",
    offset: 5,
  });
  try {
    matcher.match(expected, byName(given));
    return undefined;
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    return error.message.replace("Cannot read instance at offset 0x5: ", "");
  }
}

const typed = (name: string, type: Type): Extern => ({ name, type: { sort: "type", type } });
const primitive = (name: Primitive): ValueType => ({ kind: "primitive", name });
const resource = (): ResourceType => ({ kind: "resource", offset: 0, destructor: undefined });
const [U8, STRING] = [primitive("u8"), primitive("string")];

/** Types that differ in one part; each equals a copy of itself. */
const DIFFERENT: readonly (readonly [expected: ValueType, given: ValueType, problem: string])[] = [
  [U8, STRING, "string, expected u8"],
  [U8, { kind: "list", type: U8 }, "a list, expected u8"],
  [
    { kind: "list", type: U8 },
    { kind: "list", type: STRING },
    "one whose item is string, expected u8",
  ],
  [{ kind: "option", type: U8 }, { kind: "list", type: U8 }, "a list, expected an option"],
  [
    { kind: "tuple", types: [U8] },
    { kind: "tuple", types: [U8, U8] },
    "one with 2 fields, expected 1",
  ],
  [
    { kind: "record", fields: [{ name: "a", type: U8 }] },
    { kind: "record", fields: [{ name: "b", type: U8 }] },
    'one with the field "b", expected "a"',
  ],
  [
    { kind: "record", fields: [{ name: "a", type: { kind: "option", type: U8 } }] },
    { kind: "record", fields: [{ name: "a", type: U8 }] },
    'one whose field "a" is u8, expected an option',
  ],
  [
    { kind: "variant", cases: [{ name: "a", type: U8 }] },
    { kind: "variant", cases: [{ name: "a", type: undefined }] },
    'one that has no type of its case "a", expected one',
  ],
  [
    { kind: "result", ok: undefined, error: U8 },
    { kind: "result", ok: U8, error: U8 },
    "one that has a type of its ok, expected none",
  ],
  [
    { kind: "map", key: STRING, value: U8 },
    { kind: "map", key: STRING, value: STRING },
    "one whose value is string, expected u8",
  ],
  [
    { kind: "enum", names: ["a"] },
    { kind: "enum", names: ["b"] },
    "another enum, expected the same one",
  ],
  [
    { kind: "flags", names: ["a"] },
    { kind: "flags", names: ["a", "b"] },
    "another flags, expected the same one",
  ],
];

for (const [expected, given, problem] of DIFFERENT) {
  Deno.test(`a type that is given is refused: ${problem}`, () => {
    assertEquals(problemOf([typed("t", expected)], [typed("t", given)]), `"t" is ${problem}`);
    for (const type of [expected, given]) {
      assertEquals(problemOf([typed("t", type)], [typed("t", structuredClone(type))]), undefined);
    }
  });
}

Deno.test("a function has the parameters and the result that are expected", () => {
  const func = (name: string, type: ValueType, result?: ValueType): ExternType => ({
    sort: "function",
    type: { kind: "function", isAsync: false, parameters: [{ name, type }], result },
  });
  const problem = (given: ExternType) =>
    problemOf([{ name: "f", type: func("a", U8) }], [{ name: "f", type: given }]);
  assertEquals(problem(func("a", U8)), undefined);
  assertEquals(problem(func("b", U8)), '"f" is one with the parameter "b", expected "a"');
  assertEquals(problem(func("a", STRING)), '"f" is one whose parameter "a" is string, expected u8');
  assertEquals(
    problem(func("a", U8, U8)),
    '"f" is one that has a type of its result, expected none',
  );
});

Deno.test("a resource that is open is bound once, and others are the same one", () => {
  const [open, first, second] = [resource(), resource(), resource()];
  const own = (of: ResourceType): ValueType => ({ kind: "own", resource: of });
  const expected = [typed("a", open), typed("b", open), typed("c", own(open))];
  const other = "another resource type, expected the same one";
  const given = [typed("a", first), typed("b", first), typed("c", own(first))];
  assertEquals(problemOf(expected, given), undefined);
  assertEquals(problemOf(expected, [...given, typed("b", second)]), `"b" is ${other}`);
  assertEquals(problemOf(expected, [...given, typed("c", own(second))]), `"c" is ${other}`);
  assertEquals(problemOf([typed("a", open)], [typed("a", U8)]), '"a" is u8, expected a resource');
});

Deno.test("an instance may have more, and its exports are compared", () => {
  const instance = (...exports: Extern[]): Extern => ({
    name: "i",
    type: { sort: "instance", type: { kind: "instance", exports, resources: [] } },
  });
  const [one, two] = [typed("a", U8), typed("b", U8)];
  assertEquals(problemOf([instance(one)], [instance(two, one)]), undefined);
  assertEquals(problemOf([instance(one, two)], [instance(one)]), '"b" is missing, expected a type');
  assertEquals(problemOf([instance(one)], [one]), '"i" is missing, expected an instance');
});

Deno.test("a type that shares its parts is compared part by part, not path by path", () => {
  const nest = (depth: number): ValueType => {
    let type: ValueType = U8;
    for (let left = depth; left > 0; left--) type = { kind: "tuple", types: [type, type] };
    return type;
  };
  // 2 ** 100 paths lead to the innermost type.
  assertEquals(problemOf([typed("t", nest(100))], [typed("t", nest(100))]), undefined);
});

const component = (
  imports: readonly Extern[],
  exports: readonly Extern[],
  resources: readonly ResourceType[] = [],
): Extern => ({
  name: "c",
  type: { sort: "component", type: { kind: "component", imports, exports, resources } },
});

Deno.test("a component may import less and export more", () => {
  const [one, two] = [typed("a", U8), typed("b", U8)];
  const problem = (given: Extern) => problemOf([component([one], [two])], [given]);
  assertEquals(problem(component([one], [two])), undefined);
  assertEquals(problem(component([], [one, two])), undefined);
  assertEquals(problem(component([one, two], [two])), '"b" is missing, expected a type');
  assertEquals(problem(component([one], [])), '"b" is missing, expected a type');
  const wide = component([typed("a", STRING)], [two]);
  assertEquals(problem(wide), '"a" is u8, expected string');
  assertEquals(problem(component([one], [typed("b", STRING)])), '"b" is string, expected u8');
});

Deno.test("the exports of a component refer to the resources that it is given", () => {
  const own = (of: ResourceType): ValueType => ({ kind: "own", resource: of });
  const make = (exported: "imported" | "new") => {
    const [imported, made] = [resource(), resource()];
    const of = exported === "imported" ? imported : made;
    return component([typed("r", imported)], [typed("s", made), typed("o", own(of))], [made]);
  };
  assertEquals(problemOf([make("imported")], [make("imported")]), undefined);
  assertEquals(problemOf([make("new")], [make("new")]), undefined);
  for (const [expected, given] of [["imported", "new"], ["new", "imported"]] as const) {
    const problem = problemOf([make(expected)], [make(given)]);
    assertEquals(problem, '"o" is another resource type, expected the same one');
  }
});

Deno.test("modules are compared by their imports and exports", () => {
  const module = (...exports: ModuleType["exports"]): Extern => ({
    name: "m",
    type: { sort: "module", type: { kind: "module", imports: [], exports } },
  });
  const f = { name: "f", kind: "function", type: { parameters: [], results: [] } } as const;
  assertEquals(problemOf([module()], [module(f)]), undefined);
  assertEquals(
    problemOf([module(f)], [module()]),
    '"m" is one without the export "f", expected () -> ()',
  );
});
