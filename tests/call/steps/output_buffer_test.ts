import { assertEquals, assertThrows } from "@std/assert";
import type { PlanParts } from "../../../src/abi/plan_parts.ts";
import { bindSources, frameLayoutOf } from "../../../src/call/blocks/bind_sources.ts";
import { compileTakeOutput } from "../../../src/call/steps/output_buffer.ts";
import { frameOf, instanceOf, planOf } from "../_unit.ts";

const instance = await instanceOf(`
  (func (export "malloc") (param i32) (result i32) (i32.const 128))`);

const allocator = { kind: "allocator", allocate: "malloc" } as const;

Deno.test("the size of an output buffer is a number, or the result of a function or of the guest", () => {
  const plan = planOf({ output: { capacity: 4, place: allocator } });
  const layout = frameLayoutOf(plan, false);
  const sources = bindSources(plan, instance, layout, undefined);
  const calls: unknown[] = [];
  const take = (capacity: NonNullable<PlanParts["output"]>["capacity"]) => {
    const frame = frameOf();
    frame.args = ["abc"];
    const invoke = () => {
      calls.push(frame.sizes[layout.output]);
      return 7;
    };
    compileTakeOutput({ capacity, place: allocator }, {
      instance,
      layout,
      symbol: "f",
      source: sources[layout.output]!,
      invoke,
      status: (frame) => void calls.push(frame.result),
      byteLength: (frame) => frame.result as number,
    })(frame);
    return frame.sizes[layout.output];
  };
  assertEquals([take(5), take((given: string) => given.length), take("query")], [5, 3, 7]);
  // The guest is called with a buffer of 0 bytes, and its status is checked.
  assertEquals(calls, [0, 7]);
  for (const capacity of [-1, 0.5, NaN, "4" as never]) {
    assertThrows(
      () => take(() => capacity),
      RangeError,
      'Cannot take an output buffer for "f": its capacity is',
    );
  }
});
