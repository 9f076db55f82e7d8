import { assertEquals, assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import type { FunctionEffects, ModuleInfo } from "../../src/binary/types.ts";
import {
  couldTransform,
  looksUp,
  onlyPeeks,
  onlyReports,
  rewrites,
  usesMemory,
} from "../../src/presets/roles.ts";
import { guestErrorOf } from "../_errors.ts";
import { assemble } from "../_wat.ts";

/** Toolchains' names on functions of other types, which do not count. */
const OTHER_TYPES = [
  '(func (export "__new") (param i32) (result i32) (i32.const 0))' +
  '(func (export "__pin")) (func (export "__unpin"))',
  '(func (export "__wbindgen_malloc") (result i32) (i32.const 0))',
  '(func (export "cabi_realloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "malloc") (param f64) (result i32) (i32.const 0))',
  '(func (export "malloc_usable_size") (param i32) (result i32) (i32.const 0))',
  '(func (export "alloc") (param i32 i64) (result i32) (i32.const 0))',
  '(func (export "calloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "realloc") (param i32 i32) (result i32) (i32.const 0))',
];

for (const functions of OTHER_TYPES) {
  Deno.test(`the type counts before the name: ${functions}`, async () => {
    using guest = await load(assemble(`(module (memory (export "memory") 1) ${functions})`));
    assertStrictEquals(guestErrorOf(() => guest.convention)[0], "no-convention");
  });
}

const NO_EFFECTS: FunctionEffects = {
  loops: false,
  reads: false,
  peeks: false,
  writes: false,
  calculates: false,
  offsets: false,
};

/** Returns the roles that a function can have by its effects; they are unknown if `undefined`. */
function rolesOf(effects: readonly (keyof FunctionEffects)[] | undefined, name = "f"): string[] {
  const found = effects &&
    { ...NO_EFFECTS, ...Object.fromEntries(effects.map((it) => [it, true])) };
  const info = { effects: new Map(found && [[name, found]]) } as unknown as ModuleInfo;
  const roles = { looksUp, usesMemory, rewrites, onlyPeeks, onlyReports };
  return Object.entries(roles).flatMap(([role, has]) => has(info, name) ? [role] : []);
}

const ROLES: readonly [effects: (keyof FunctionEffects)[] | undefined, roles: string[]][] = [
  [undefined, ["usesMemory"]],
  // It returns a constant or its argument, which may be a length, so it does not calculate.
  [[], ["looksUp", "usesMemory"]],
  [["calculates"], ["looksUp", "onlyReports"]],
  [["offsets"], ["looksUp", "usesMemory", "onlyReports"]],
  [["calculates", "offsets"], ["looksUp", "onlyReports"]],
  [["calculates", "loops"], []],
  [["offsets", "loops"], ["usesMemory"]],
  // It reads a number, which may be the capacity that it compares a length with.
  [["reads"], ["looksUp", "usesMemory", "onlyPeeks"]],
  [["reads", "peeks"], ["looksUp", "usesMemory", "onlyPeeks", "onlyReports"]],
  [["reads", "calculates"], ["looksUp", "usesMemory", "onlyPeeks"]],
  [["reads", "offsets"], ["looksUp", "usesMemory", "onlyPeeks"]],
  [["reads", "peeks", "offsets"], ["looksUp", "usesMemory", "onlyPeeks", "onlyReports"]],
  [["reads", "peeks", "loops"], ["usesMemory"]],
  [["writes"], ["usesMemory"]],
  [["writes", "calculates"], ["usesMemory"]],
  [["reads", "peeks", "writes"], ["usesMemory"]],
  [["reads", "loops"], ["usesMemory"]],
  [["writes", "loops"], ["usesMemory"]],
  [["reads", "writes", "loops"], ["usesMemory", "rewrites"]],
  [["reads", "peeks", "writes", "loops", "offsets"], ["usesMemory", "rewrites"]],
];

for (const [effects, roles] of ROLES) {
  Deno.test(`the possible roles of a function that ${effects?.join(", ") || effects}`, () => {
    assertEquals(rolesOf(effects), roles);
  });
}

Deno.test("a function whose name begins with a verb for processing may transform a text", () => {
  for (const effects of [["calculates"], ["offsets"], ["reads", "peeks"]] as const) {
    assertEquals(rolesOf(effects, "byte_at").includes("onlyReports"), true);
    assertEquals(rolesOf(effects, "reverse").includes("onlyReports"), false);
  }
});

Deno.test("a function without arguments may transform a text only if it contains a loop", () => {
  const could = (name: string, parameters: number, effects?: Partial<FunctionEffects>) => {
    const found = effects && { ...NO_EFFECTS, ...effects };
    const info = { effects: new Map(found && [[name, found]]) } as unknown as ModuleInfo;
    const type = { parameters: Array(parameters).fill("i32"), results: ["i32"] } as const;
    return couldTransform(info, { name, kind: "function", index: 0, type });
  };
  assertEquals([could("total", 0), could("total", 0, { loops: true })], [true, true]);
  assertEquals([could("total", 0, { reads: true }), could("reverse", 0, {})], [false, true]);
  assertEquals([could("total", 1), could("total", 1, { reads: true })], [true, true]);
  assertEquals([could("reverse", 1, { calculates: true }), could("total", 1, {})], [false, true]);
});
