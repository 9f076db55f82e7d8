import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Plan } from "../../src/abi/plan.ts";
import { makeParts } from "../../src/call/make_parts.ts";
import { Claim } from "../../src/instance/frame.ts";
import { frameOf, instanceOf, planOf, TEXT } from "./_unit.ts";

/** Doubles a number; its blocks are at 64. */
const instance = await instanceOf(`
  (func (export "malloc") (param i32) (result i32) (i32.const 64))
  (func (export "free") (param i32))
  (func (export "f") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))`);

const number: Partial<Plan> = {
  parameters: [{ kind: "number", type: "i32" }],
  coreArguments: [{ parameter: 0 }],
  core: ["i32"],
  result: { kind: "number", type: "i32", value: "result" },
  steps: [{ step: "lower", argument: 0, keeps: false }, { step: "call" }, { step: "lift" }],
};

Deno.test("each step of a plan has its run form, and together they make the call", () => {
  const { runs, holds, status, sources } = makeParts(planOf(number), instance);
  assertEquals([runs.length, holds, status, sources[0]], [3, false, undefined, undefined]);
  const frame = frameOf({ args: [21] });
  for (const run of runs) run(frame);
  assertEquals([frame.values[0], frame.result, frame.value], [21, 42, 42]);
});

Deno.test("the called function may be wrapped", () => {
  const wrapped = makeParts(planOf(number), instance, (fn) => (value) => -fn(value)!);
  assertEquals(wrapped.invoke(frameOf({ values: [21] })), -42);
});

Deno.test("a call releases what it holds: blocks, and values of the caller", () => {
  const place = { kind: "allocator", allocate: "malloc", free: "free" } as const;
  const text = { ...TEXT, place, terminated: "never", free: "free" } as const;
  const parameters: Plan["parameters"] = [text, { kind: "reference", content: "any" }];
  const { release, holds, sources } = makeParts(planOf({ ...number, parameters }), instance);
  const frame = frameOf({ values: [undefined, "kept"] });
  sources[0]!.take(frame, 0, 4);
  assertEquals([holds, frame.pointers[0], frame.held[0]], [true, 64, true]);
  release(frame);
  assertEquals([frame.held[0], frame.values[1]], [false, undefined]);
});

Deno.test("errors show a declaration with an integer as the result", () => {
  const { context } = makeParts(planOf(number), instance);
  assertEquals(context.number!("i64"), 'symbols: { f: { parameters: ["i32"], result: "i64" } }');
  assertEquals(context.number!("f64"), undefined);
});

Deno.test("a call gives up its claims before it frees, because that may call the host", async () => {
  let seen: unknown = "not called";
  const calling = await instanceOf(
    `(import "env" "note" (func $note))
     (func (export "malloc") (param i32) (result i32) (i32.const 64))
     (func (export "free") (param i32) (call $note))
     (func (export "f") (param i32) (result i32) (i32.const 0))`,
    { note: () => seen = calling.claim },
  );
  const place = { kind: "allocator", allocate: "malloc", free: "free" } as const;
  const text = { ...TEXT, place, terminated: "never", free: "free" } as const;
  const { release, sources, claims } = makeParts(planOf({ parameters: [text] }), calling);
  const outerClaim = new Claim("outer", "argument 0", undefined);
  const frame = frameOf({ outerClaim });
  calling.claim = outerClaim;
  sources[0]!.take(frame, 0, 4);
  assertEquals([claims !== undefined, calling.claim === outerClaim], [true, false]);
  release(frame);
  assertStrictEquals(seen, outerClaim);
});
