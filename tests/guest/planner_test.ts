import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import type { PlanParts } from "../../src/abi/plan_parts.ts";
import { chunks, planParts } from "../../src/plan/resolve.ts";
import { cString, type SymbolDeclaration, type SymbolDeclarations } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import type { PlanForms } from "../../src/call/call.ts";
import { chunk, chunkedInput } from "../../src/call/on_demand.ts";
import { Planner } from "../../src/guest/planner.ts";
import type { GuestInstance } from "../../src/instance/guest_instance.ts";
import { typeOf } from "../conventions/_host_plan.ts";

await Promise.all([chunkedInput.load(), chunk.load(), chunks.load()]);

const TYPES: Readonly<Record<string, string>> = { greet: "(i32) -> i32", add: "(i32, i32) -> i32" };

/** An instance with these exports. */
function makeInstance(): GuestInstance {
  return {
    address64: false,
    stack: undefined,
    exports: Object.fromEntries(Object.keys(TYPES).map((name) => [name, () => 0])),
    functionType: (name: string) => typeOf(TYPES[name] ?? "unknown"),
    globalType: () => undefined,
    leastArguments: () => undefined,
    facts: () => ({}),
  } as unknown as GuestInstance;
}

function makePlanner(
  symbols: SymbolDeclarations = {},
  check?: unknown,
  given?: unknown,
  compiled = {},
): Planner {
  const convention = cString({ allocate: "malloc", free: "free" });
  return new Planner(
    { symbols, check, given, compiled } as never,
    { convention } as never,
  );
}

const TEXT: SymbolDeclaration = { parameters: ["string"], result: "string" };
const message = (found: unknown) => (found as Problem).message;

Deno.test("every instance shares the plan of an export and a declaration", () => {
  const planner = makePlanner();
  const [first, second] = [makeInstance(), makeInstance()];
  const plan = planner.plan("greet", TEXT, first, planner.context(first));
  assertEquals(plan instanceof Problem, false);
  assertStrictEquals(planner.plan("greet", TEXT, second, planner.context(second)), plan);
});

Deno.test("a plan is made of the parts that are given", () => {
  const instance = makeInstance(), planner = makePlanner();
  const context = planner.context(instance);
  const parts = planParts("greet", TEXT, context) as PlanParts;
  const given: PlanParts = { ...parts, passed: 7 };
  const { plan } = planner.plan("greet", TEXT, instance, context, given) as PlanForms;
  assertEquals(plan.passed, 7);
});

Deno.test("guests of one module share their plans, guests of two modules do not", () => {
  const compiled = {}, instance = makeInstance();
  const plan = (planner: Planner) =>
    planner.plan("greet", { ...TEXT }, instance, planner.context(instance));
  const made = plan(makePlanner({}, undefined, undefined, compiled));
  assertStrictEquals(plan(makePlanner({}, undefined, undefined, compiled)), made);
  assertEquals(plan(makePlanner()) === made, false);
});

Deno.test("a problem is returned each time, and does not become a plan", () => {
  const planner = makePlanner(), instance = makeInstance();
  for (let times = 0; times < 2; times++) {
    assertEquals(
      message(planner.plan("gret", TEXT, instance, planner.context(instance))),
      'Cannot find export "gret": did you mean "greet"? The guest exports functions "greet", "add"',
    );
  }
  const misfit = planner.plan("add", TEXT, instance, planner.context(instance));
  assertEquals((misfit as Problem).parts.code, "signature");
});

Deno.test("problems that the check of declarations finds are returned, before and after planning", () => {
  const instance = makeInstance();
  const wrong = (when: "declared" | "resolved") => {
    const check = { declared: () => [], resolved: () => [], [when]: () => ["one", "two"] };
    const planner = makePlanner({}, check);
    return planner.plan("greet", TEXT, instance, planner.context(instance)) as Problem;
  };
  for (const when of ["declared", "resolved"] as const) {
    assertEquals([wrong(when).message, wrong(when).parts.lines], [
      'Cannot call "greet": one; two',
      ["one", "two"],
    ]);
  }
});

Deno.test("a symbol is planned for the export that it names, or the last of its chunks", () => {
  const planner = makePlanner({
    greet: TEXT,
    hello: { ...TEXT, name: "greet" },
    digest: { parameters: ["bytes"], result: "u32", chunked: { update: "u", final: "f" } },
  });
  const instance = makeInstance();
  assertEquals(planner.symbol("greet", instance) instanceof Problem, false);
  assertEquals(planner.symbol("hello", instance) instanceof Problem, false);
  assertEquals((planner.symbol("digest", instance) as PlanForms).plan.export, "f");
});

Deno.test("a convention counts as recognised unless the caller has set it", () => {
  const instance = makeInstance();
  assertEquals(makePlanner().context(instance).isRecognised, true);
  assertEquals(makePlanner({}, undefined, cString()).context(instance).isRecognised, false);
  assertNotEquals(makePlanner().context(instance).convention, undefined);
});
