import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import type { CoreFunction } from "../../src/abi/core_value.ts";
import { Problem } from "../../src/base/errors.ts";
import { readModule } from "../../src/binary/module.ts";
import {
  asParameter,
  compileExportCall,
  compileInvoke,
  countOf,
  exportedFunction,
  findFunction,
  missingExport,
  readExports,
} from "../../src/instance/exports.ts";
import { Frame } from "../../src/instance/frame.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { assemble } from "../_wat.ts";

function instanceOf(
  exports: Record<string, unknown>,
  setArgumentsLength?: (count: number) => void,
): Instance {
  return { exports, setArgumentsLength } as unknown as Instance;
}

const memory = new WebAssembly.Memory({ initial: 1 });
const global = new WebAssembly.Global({ value: "i32" }, 1);
const EXPORTS = { greet() {}, memory, global };

Deno.test("only an export's own function is found, never one that objects inherit", () => {
  const instance = instanceOf(EXPORTS);
  assertStrictEquals(findFunction(instance, "greet"), EXPORTS.greet);
  for (const name of ["memory", "toString", "constructor"]) {
    assertEquals(findFunction(instance, name) instanceof Problem, true, name);
  }
  const error = assertThrows(() => exportedFunction(instance, "gret"), GuestError);
  assertEquals([error.code, error.export, error.message], [
    "missing-export",
    "gret",
    'Cannot find export "gret": did you mean "greet"? The guest exports functions "greet"',
  ]);
});

Deno.test("a missing export is looked for among those of its kind", () => {
  const message = (wanted: Parameters<typeof missingExport>[2]) =>
    missingExport("xyz", EXPORTS as unknown as WebAssembly.Exports, wanted).message;
  const cannot = 'Cannot find export "xyz": The guest exports ';
  assertEquals(message("function"), `${cannot}functions "greet"`);
  assertEquals(message("function or global"), `${cannot}function or globals "greet", "global"`);
  assertEquals(
    message("global"),
    'Cannot find global "xyz": The guest exports globals "global"',
  );
});

Deno.test("a call gets its values in order, and guest code counts as running until it returns", () => {
  for (let count = 0; count <= 6; count++) {
    const frame = new Frame();
    const seen: unknown[] = [];
    const fn: CoreFunction = (...args) => {
      seen.push(frame.inside, ...args);
      return args.length;
    };
    const picks = Array.from({ length: count }, (_, index) => () => {
      // Reading a value does not count as running the guest.
      assertEquals(frame.inside, false);
      return index * 10;
    });
    assertEquals(compileInvoke(fn, picks)(frame), count);
    assertEquals(seen, [true, ...Array.from({ length: count }, (_, index) => index * 10)]);
    assertEquals(frame.inside, false);
  }
});

Deno.test("after a trap guest code still counts as running, so that the error is attributed to the guest", () => {
  const frame = new Frame();
  const trap = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  assertThrows(() => compileInvoke(trap, [])(frame), WebAssembly.RuntimeError);
  assertEquals(frame.inside, true);
});

Deno.test("a guest with optional arguments gets their number before the call", () => {
  const order: unknown[] = [];
  const instance = instanceOf(
    { scale: () => order.push("scale"), "Text#scale": () => order.push("Text#scale") },
    (count) => order.push(count),
  );
  const picks = [() => 1, () => 2, () => 3];
  compileExportCall(instance, "scale", picks)(new Frame());
  compileExportCall(instance, "scale", picks, 1)(new Frame());
  // The object of a method is not counted.
  compileExportCall(instance, "Text#scale", picks)(new Frame());
  assertEquals(order, [3, "scale", 1, "scale", 2, "Text#scale"]);
  assertEquals([countOf("a", 2), countOf("A#a", 2), countOf("A#a", 0)], [2, 1, 0]);
});

Deno.test("a value becomes a bigint for an i64, or for 64-bit pointers if the type is unknown", () => {
  const type = { parameters: ["i32", "i64"], results: [] } as const;
  const read = (...rest: [typeof type | undefined, number, boolean?]) =>
    asParameter(() => 7, ...rest)(new Frame());
  assertEquals([read(type, 0, true), read(type, 1), read(undefined, 0), read(undefined, 0, true)], [
    7,
    7n,
    7,
    7n,
  ]);
});

/** Modules, whether they can be reentered, and whether an error can leave their stack changed. */
const UNWINDING: readonly (readonly [text: string, reenters: boolean, canUnwind: boolean])[] = [
  ["(global (mut i32) (i32.const 0))", false, false],
  ['(import "a" "f" (func))', true, false],
  [
    '(import "a" "f" (func)) (global i32 (i32.const 0)) (global (mut f32) (f32.const 0))',
    true,
    false,
  ],
  ['(import "a" "f" (func)) (global (mut i32) (i32.const 0))', true, true],
  ['(table (export "t") 1 funcref) (global (mut i64) (i64.const 0))', true, true],
  ["(tag) (global (mut i32) (i32.const 0))", false, true],
];

for (const [text, reenters, canUnwind] of UNWINDING) {
  const enters = reenters ? "can" : "cannot", leaves = canUnwind ? "can" : "cannot";
  Deno.test(`${text} ${enters} be reentered, and an error ${leaves} leave its stack changed`, () => {
    const info = readModule(assemble(`(module ${text})`));
    const found = readExports({}, info, undefined);
    assertEquals([found.reenters, found.canUnwind], [reenters, canUnwind]);
  });
}

Deno.test("readExports() finds types in the binary, and looks for a stack only with the code for it", () => {
  const info = readModule(assemble('(module (func (export "f") (param i64)))'));
  const found = readExports({}, info, undefined);
  assertEquals([...found.types], [["f", { parameters: ["i64"], results: [] }]]);
  assertEquals([found.stack, found.setArgumentsLength], [undefined, undefined]);
  // Of an unknown binary anything is possible.
  const unknown = readExports({}, undefined, undefined);
  assertEquals([unknown.types.size, unknown.reenters, unknown.canUnwind], [0, true, true]);
});
