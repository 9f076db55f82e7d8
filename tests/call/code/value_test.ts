import { assertEquals, assertStrictEquals } from "@std/assert";
import type { CoreArgument } from "../../../src/abi/block_source.ts";
import type { Value } from "../../../src/abi/value.ts";
import type { ValueType } from "../../../src/binary/types.ts";
import { frameLayoutOf } from "../../../src/call/blocks/bind_sources.ts";
import { offsetOf64, writeCoreArgument, writeValue } from "../../../src/call/code/value.ts";
import { compileCoreArgument, compileValue } from "../../../src/call/values.ts";
import { toOffset } from "../../../src/memory/pointer.ts";
import type { Frame } from "../../../src/instance/frame.ts";
import { frameOf, instanceOf, makeWritten, OTHERWISE, otherwise, planOf } from "../_unit.ts";

const instance = await instanceOf(`
  (global (export "base") i32 (i32.const -64))
  (func (export "getter") (result i32) (i32.const -2))
  (func (export "wide") (result i64) (i64.const -3))
  (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (data (i32.const 64) "\\50\\00\\00\\00\\ff\\ff\\00\\00")
  (data (i32.const 80) "\\fe\\ff\\ff\\ff\\00\\00\\e0\\3f\\00\\00\\00\\00")`);

const plan = planOf({ area: { words: 2, place: { kind: "stack" } } });
const layout = frameLayoutOf(plan, false);

/** The frame of a call with its return area at 64. */
const frame = (result: unknown): Frame =>
  frameOf({ result: result as never, pointers: [64, 128], byteLengths: [3], values: [7] });

/** Returns the value that generated source finds: as the guest returned it, and as an offset. */
function find(
  value: Value,
  types: ValueType[],
  core: unknown,
  as: Parameters<typeof writeValue>[3] = "number",
): unknown[] {
  const written = makeWritten(instance, plan, (code) => {
    const scope = { result: "core", types, otherwise, key: "core" };
    const { signed, offset } = writeValue(value, scope, code, as);
    return `[${signed}, ${offset}]`;
  });
  return written(core, frame(core)) as unknown[];
}

/** Values of an export's result; each is found by the run form, too. */
const ROWS: [value: Value, types: ValueType[], core: unknown, expected: number | bigint][] = [
  [5, ["i32"], 0, 5],
  [-5, ["i32"], 0, -5],
  ["result", ["i32"], -1, -1],
  ["result", ["i64"], -1n, -1n],
  [{ result: 1 }, ["i32", "i32"], [1, -2], -2],
  [{ low: "result" }, ["i64"], 0x1_ffff_ffffn, -1],
  [{ high: "result" }, ["i64"], -0x1_0000_0000n, -1],
  [{ export: "getter" }, ["i32"], 0, -2],
  [{ export: "wide" }, ["i32"], 0, -3n],
  [{ export: "base" }, ["i32"], 0, -64],
  [{ word: 0 }, ["i32"], 0, 80],
  [{ word: 0, at: "result" }, ["i32"], 80, -2],
  [{ load: "u16", offset: 4 }, ["i32"], 0, 0xffff],
  [{ load: "i16", at: "result", offset: 4 }, ["i32"], 64, -1],
  [{ load: "i8", at: { word: 0 } }, ["i32"], 0, -2],
  [{ call: "double", with: ["result"] }, ["i32"], 21, 42],
  [{ sum: ["result", 2] }, ["i32"], 40, 42],
];

for (const [value, types, core, expected] of ROWS) {
  Deno.test(`the generated source finds the same value as the run form: ${JSON.stringify(value)} of ${types}`, () => {
    assertStrictEquals(find(value, types, core)[0], expected);
    assertStrictEquals(compileValue(value, instance, layout)(frame(core)), expected);
  });
}

Deno.test("an address is unsigned, and an address that was null leaves the fast form", () => {
  assertEquals(find("result", ["i32"], -1, "pointer"), [-1, 2 ** 32 - 1]);
  assertEquals(find("result", ["i64"], 2n ** 40n, "pointer"), [2n ** 40n, 2 ** 40]);
  assertEquals(find({ word: 0, at: "result" }, ["i32"], 0) as unknown, OTHERWISE);
});

/** Core arguments, and the value of each for a text of 3 bytes at 64. */
const ARGUMENTS: [coreArgument: CoreArgument, type: ValueType, expected: unknown][] = [
  [5, "i32", 5],
  [5, "i64", 5n],
  [{ parameter: 0 }, "i32", 7],
  [{ text: 0, as: "pointer" }, "i32", 64],
  [{ text: 0, as: "byteLength" }, "i64", 3n],
  [{ text: 0, as: "codeUnits" }, "i32", 2],
  [{ text: 0, as: "lengths" }, "i32", 64 + 3 * 4],
  [{ text: 0, as: "packedPointerHigh" }, "i64", 64n << 32n | 3n],
  [{ text: 0, as: "packedPointerLow" }, "i64", 3n << 32n | 64n],
  [{ area: 1 }, "i32", 132],
  ["output", "i32", 256],
  ["capacity", "i32", 16],
];

Deno.test("core arguments in generated source are those of the run form", () => {
  const one = planOf({ parameters: [{ kind: "number", type: "u8" }] });
  const layout = frameLayoutOf(one, false);
  const make = () =>
    frameOf({
      values: [7],
      pointers: [64, 128, 256],
      byteLengths: [3],
      codeUnits: [2],
      sizes: [3, 8, 16],
    });
  for (const [coreArgument, wanted, expected] of ARGUMENTS) {
    const type = { parameters: [wanted], results: [] };
    const written = makeWritten(
      instance,
      one,
      (code) => writeCoreArgument(coreArgument, 0, type, code),
    );
    assertStrictEquals(written(undefined, make()), expected);
    assertStrictEquals(compileCoreArgument(coreArgument, 0, type, layout)(make()), expected);
  }
});

Deno.test("a 64-bit number of the guest becomes an unsigned offset", () => {
  const edges = [
    0n,
    1n,
    -1n,
    2n ** 53n,
    -(2n ** 63n),
    2n ** 63n - 1n,
    2n ** 64n - 1n,
    -(2n ** 31n),
  ];
  for (const edge of edges) assertEquals(offsetOf64(edge), toOffset(edge));
});
