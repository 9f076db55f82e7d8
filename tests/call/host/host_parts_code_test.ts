import { assertEquals } from "@std/assert";
import {
  blockOf,
  HostCode,
  type HostFrame,
  hostFrameLayout,
  planOfHost,
} from "../../../src/call/host/host_parts.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import { instanceOf } from "../_unit.ts";

/** A function of a text and a number that returns a text in a block of its own. */
const greets = makeHostPlan(
  { parameters: ["string", "u8"], result: { type: "string", form: "packedPointerHigh" } },
  "(i32, i32, i32) -> i64",
);
const fills = makeHostPlan(
  {
    parameters: [],
    arguments: ["output", "capacity"],
    result: { type: "string", pointer: "output", length: "result" },
  },
  "(i32, i32) -> i32",
);
const logs = makeHostPlan({ parameters: ["string"], result: "void" }, "(i32, i32)");

Deno.test("the result is put into the guest like the only argument of a call", () => {
  const { export: name, parameters } = planOfHost(greets);
  assertEquals([name, parameters.map(({ kind }) => kind)], ["env.f", ["text"]]);
  assertEquals(planOfHost(logs).parameters, []);
  // A result that is written into the guest's buffer takes no block.
  assertEquals(planOfHost(fills).parameters, []);
  assertEquals(blockOf(0, fills), 2);
});

Deno.test("the blocks of arguments have higher indices than those of the result, and none is shared", () => {
  const { area, output } = hostFrameLayout(greets, false);
  assertEquals([area, output, hostFrameLayout(greets, true).word], [1, 2, 8]);
  assertEquals([blockOf(0, greets), blockOf(1, greets)], [4, 5]);
  assertEquals(blockOf(0, logs), 2);
});

Deno.test("the source has a name for each core argument, and makes a frame of them", async () => {
  const code = new HostCode(greets, (await instanceOf()).facts());
  assertEquals(code.cores, "c0, c1, c2");
  const make = code.make<(...args: number[]) => HostFrame>(
    `return (${code.cores}) => ${code.newFrame};`,
  )!;
  assertEquals(make({} as never)(1, 2, 3).result, [1, 2, 3]);
});

Deno.test("values that are not handled by the fast form leave it without a frame", async () => {
  const code = new HostCode(logs, (await instanceOf()).facts());
  const aside = code.aside("seen = frame.result;");
  assertEquals(code.usesFrame, false);
  const make = code.make<(a: number, b: number) => unknown>(`return (${code.cores}) => {
    let frame, seen, synced = false;
    ${code.declare()}
    ${aside}
    return seen;
  };`)!;
  assertEquals(make({} as never)(4, 5), [4, 5]);
});
