import { assertEquals, assertStrictEquals } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { GuestInstance } from "../../src/instance/guest_instance.ts";
import { identityOf, viewWithin } from "../../src/instance/views.ts";

function makeInstance(limits: { results?: number; input?: number }): GuestInstance {
  return new GuestInstance({
    exports: {},
    compiled: { info: undefined },
    memory: undefined,
    address64: () => false,
    reported: () => {
      throw new Error("no buffer is asked for");
    },
    limits,
  });
}

/** Makes no other limit tighter. */
const untouched = () => () => {};

Deno.test("a view and its instance share their state", () => {
  const instance = makeInstance({});
  const view = viewWithin(instance, {}, untouched);
  assertStrictEquals(identityOf(view), instance);
  instance.hostDepth = 1;
  view.hasRun = true;
  assertEquals([view.hostDepth, view.busy, instance.hasRun], [1, true, true]);
  view.poison(new GuestError("trap", "it trapped"));
  assertEquals([instance.state, view.state, instance.callable], ["poisoned", "poisoned", false]);
});

Deno.test("a view has the tighter of its limits and those of its instance", () => {
  for (const [own, tighter, found] of [[10, 5, 5], [10, undefined, 10], [5, 10, 5]] as const) {
    const limits = tighter === undefined ? {} : { results: tighter, input: tighter };
    const view = viewWithin(makeInstance({ results: own, input: own }), limits, untouched);
    assertEquals(
      [view.resultLimit, view.referenceLimit, view.inputLimit],
      [found, found, found],
    );
  }
});

Deno.test("other limits are tighter from the beginning of a call to its end, however it begins", () => {
  const instance = makeInstance({});
  const most: number[] = [];
  const view = viewWithin(instance, { output: 5 }, ({ output = 0 }) => {
    most.push(output);
    return () => most.push(-output);
  });
  const before = view.enter("run");
  view.depth = before;
  const compiled = view.depth;
  view.depth = compiled + 1;
  const inner = view.enter("inner");
  view.depth = inner;
  assertEquals([most, instance.depth], [[5, -5, 5, 5, -5], 1]);
  view.depth = compiled;
  assertEquals([most.length, instance.depth], [6, 0]);
});
