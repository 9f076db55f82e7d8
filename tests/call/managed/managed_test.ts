import { assertEquals } from "@std/assert";
import type { ParameterPlan, PlanParts } from "../../../src/abi/plan_parts.ts";
import { Problem } from "../../../src/base/errors.ts";
import { engine } from "../../../src/call/managed/managed.ts";
import { planOf } from "../_unit.ts";
import { ARRAY_U8, BASIC, objectsOf, STATIC_I32, VIEW_U8 } from "./_objects.ts";

const place = { kind: "managedArray" } as const;

const array = (element: "i32" | "u8"): ParameterPlan => ({
  kind: "text",
  content: { element },
  encoding: "utf-8",
  place,
  terminated: "never",
});

Deno.test("a plan without objects does not change", async () => {
  const plan: PlanParts = planOf({ parameters: [{ kind: "number", type: "u8" }] });
  assertEquals(engine.settle(plan, await objectsOf(BASIC)) === plan, true);
});

Deno.test("each object of a plan gets its class, and the first problem is returned for the plan", async () => {
  const plan = planOf({ parameters: [{ kind: "number", type: "u8" }, array("i32"), array("u8")] });
  const settled = engine.settle(
    plan,
    await objectsOf([...BASIC, STATIC_I32, VIEW_U8]),
  ) as PlanParts;
  const places = settled.parameters.map((part) => "place" in part ? part.place.kind : part.kind);
  assertEquals(places, ["number", "allocator", "managedArray"]);
  const several = engine.settle(plan, await objectsOf([...BASIC, STATIC_I32, VIEW_U8, ARRAY_U8]));
  assertEquals(several instanceof Problem && several.parts.code, "ambiguous-convention");
});

Deno.test("a class has a name if the guest lists it", async () => {
  const instance = await objectsOf([...BASIC, VIEW_U8]);
  assertEquals([2, 3, 4].map((id) => engine.classNameOf(instance, id)), [
    "String",
    "Uint8Array",
    undefined,
  ]);
});
