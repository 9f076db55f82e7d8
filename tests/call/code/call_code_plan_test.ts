import { assertEquals } from "@std/assert";
import { frameLayoutOf } from "../../../src/call/blocks/bind_sources.ts";
import { PlanCode } from "../../../src/call/code/call_code.ts";
import { instanceOf, planOf } from "../_unit.ts";

const instance = await instanceOf();
const plan = planOf();
const make = () => new PlanCode(plan, frameLayoutOf(plan, false), instance.facts());

Deno.test("each instance has its own run form in the source of a plan", () => {
  const code = make();
  const run = code.of("run", ({ run }) => run);
  assertEquals(code.of("run", () => 0), run);
  const call = code.make<() => unknown>(`return () => ${run}();`)!;
  assertEquals([call({ run: () => "one" } as never)(), call({ run: () => "two" } as never)()], [
    "one",
    "two",
  ]);
});

Deno.test("the source of a call returns undefined before its result was lifted", () => {
  const code = make();
  assertEquals([code.hasCalled, code.isLifted, code.results], [false, false, []]);
  assertEquals(code.make(`return ${code.value};`)!({} as never), undefined);
});
