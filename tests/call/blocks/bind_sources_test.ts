import { assertEquals, assertThrows } from "@std/assert";
import type { ParameterPlan, PlanParts } from "../../../src/abi/plan_parts.ts";
import { bindSource, bindSources, frameLayoutOf } from "../../../src/call/blocks/bind_sources.ts";
import { compileTakeArea } from "../../../src/call/steps/prepare_step.ts";
import { besideOf } from "../../../src/call/values.ts";
import { frameOf, instanceOf, planOf } from "../_unit.ts";

const instance = await instanceOf(`
  (func (export "buffer") (result i32) (i32.const 64))
  (func (export "malloc") (param i32) (result i32) (i32.const 128))`);

const { memory } = instance;

const text = (place: (ParameterPlan & { kind: "text" })["place"]): ParameterPlan => ({
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place,
  terminated: "never",
});
const buffer = { kind: "buffer", pointer: "buffer", capacity: 8 } as const;
const allocator = { kind: "allocator", allocate: "malloc" } as const;

/** Binds the sources of a call with two texts and a number between them. */
function bind(more: Partial<PlanParts> = {}) {
  const parameters = [text(buffer), { kind: "number", type: "u8" } as const, text(allocator)];
  const plan = planOf({ parameters, ...more });
  const layout = frameLayoutOf(plan, false);
  return { layout, sources: bindSources(plan, instance, layout, undefined) };
}

Deno.test("each text, the return area and the output buffer have sources of their own", () => {
  const { layout, sources } = bind({
    area: { words: 2, place: allocator },
    output: { capacity: 4, place: buffer },
  });
  assertEquals([...sources].map((source) => source !== undefined), [true, false, true, true, true]);
  assertEquals([sources[0]!.buffer !== undefined, sources[2]!.buffer], [true, undefined]);
  assertEquals([layout.area, layout.output], [3, 4]);
  assertEquals([besideOf(0, 3), besideOf(2, 3)], [5, 7]);
});

Deno.test("an allocator that returns an earlier block of the call again is detected", () => {
  const { sources } = bind({ parameters: [text(allocator), text(allocator)] });
  const frame = frameOf();
  sources[0]!.take(frame, 0, 4);
  assertThrows(() => sources[1]!.take(frame, 1, 4), Error, "expected one of its own");
});

Deno.test("a return area is filled with zeros before the call", () => {
  const { layout, sources } = bind({ area: { words: 2, place: allocator } });
  memory.writeString(128, "x".repeat(10));
  const frame = frameOf();
  compileTakeArea(8, instance, layout, sources)(frame);
  assertEquals([frame.pointers[3], memory.readString(128, 10)], [128, "\0".repeat(8) + "xx"]);
});

Deno.test("two blocks in reserved pages do not share them", () => {
  const reserved = text({ kind: "buffer", pointer: { reserve: 8 } });
  const { sources } = bind({ parameters: [reserved, reserved] });
  const [first, second] = [0, 1].map((index) => sources[index]!.buffer!.locate(frameOf()));
  assertEquals(Math.abs(first! - second!) >= 8, true, `${first} and ${second}`);
});

Deno.test("a reference is in no block", () => {
  const options = { symbol: "f", terminated: "never", align: 1, beside: 3 } as const;
  assertThrows(
    () => bindSource({ kind: "reference" }, instance, options),
    TypeError,
    "the convention passes references",
  );
});
