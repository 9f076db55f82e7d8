import { assertEquals, assertThrows } from "@std/assert";
import { MemoryRangeError } from "../../../mod.ts";
import { HostCode, HostFrame } from "../../../src/call/host/host_parts.ts";
import { compileLowerRange, writeLowerRange } from "../../../src/call/host/place.ts";
import type { BlockTarget } from "../../../src/plan/host_plan.ts";
import type { ValueType } from "../../../src/binary/types.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import { instanceOf } from "../_unit.ts";

const instance = await instanceOf();
const { memory } = instance;

/**
 * The values that the guest gets for a block of 3 bytes at 64, from the run form and from generated
 * source.
 */
function lowerBoth(target: BlockTarget, results: readonly ValueType[], args: number[] = []) {
  const run = compileLowerRange(target, results, instance);
  const frame = new HostFrame(args);
  run.check?.(frame);
  const byRun = run.lower(frame, 64, 3);
  const type = { parameters: args.map(() => "i32" as const), results };
  const hostPlan = {
    ...makeHostPlan({ parameters: [], result: "void" }, "()"),
    arity: args.length,
  };
  const code = new HostCode({ ...hostPlan, type }, instance.facts());
  const write = writeLowerRange(target, code, () => 'return "otherwise";')!;
  const core = write("64", "3");
  const call = code.make<(...args: number[]) => unknown>(
    `return (${code.cores}) => { ${code.take()} return ${core}; };`,
  )!;
  return [byRun, call({ instance } as never)(...args)];
}

/** Returns the two words that the guest has asked for at 128. */
const words = () => [memory.read("u32", 128), memory.read("u32", 132)];

Deno.test("an address and a length are one packed result, or two results, in either order", () => {
  const high = 64n << 32n | 3n, low = 3n << 32n | 64n;
  assertEquals(lowerBoth({ kind: "packed", pointer: "high" }, ["i64"]), [high, high]);
  assertEquals(lowerBoth({ kind: "packed", pointer: "low" }, ["i64"]), [low, low]);
  assertEquals(lowerBoth({ kind: "results", pointer: 0 }, ["i32", "i64"]), [[64, 3n], [64, 3n]]);
  assertEquals(lowerBoth({ kind: "results", pointer: 1 }, ["i32", "i32"]), [[3, 64], [3, 64]]);
  assertEquals(lowerBoth({ kind: "pointer", length: "nul" }, ["i64"]), [64n, 64n]);
});

const area = {
  kind: "area",
  pointer: { argument: 0, words: 1 },
  length: { argument: 0, words: 0 },
} as const;

Deno.test("two words of memory get the address and the length", () => {
  memory.clear(128, 8);
  assertEquals([lowerBoth(area, [], [128]), words()], [[undefined, undefined], [3, 64]]);
});

Deno.test("words outside memory are refused before anything is allocated", () => {
  const { check } = compileLowerRange(area, [], instance);
  assertThrows(() => check!(new HostFrame([65532])), MemoryRangeError, "Cannot write 4 bytes");
});

Deno.test("generated source leaves words that exceed memory by one byte to the run form", () => {
  const lower = (at: number) => {
    memory.clear(65528, 8);
    const type = { parameters: ["i32" as const], results: [] };
    const hostPlan = makeHostPlan({ parameters: [], result: "void" }, "()");
    const code = new HostCode({ ...hostPlan, arity: 1, type }, instance.facts());
    const core = writeLowerRange(area, code, () => 'return "otherwise";')!("64", "3");
    return code.make<(at: number) => unknown>(
      `return (c0) => { ${code.take()} return ${core}; };`,
    )!(
      { instance } as never,
    )(at);
  };
  assertEquals([lower(65528), memory.read("u32", 65532)], [undefined, 64]);
  assertEquals([lower(65529), lower(65532), memory.read("u32", 65532)], [
    "otherwise",
    "otherwise",
    0,
  ]);
});
