import { assertEquals } from "@std/assert";
import type { BlockSource } from "../../src/abi/block_source.ts";
import type { ParameterPlan, PlanParts } from "../../src/abi/plan_parts.ts";
import { orThrow, type Problem } from "../../src/base/errors.ts";
import { planChunks } from "../../src/plan/plan_chunks.ts";
import { sharedBuffers } from "../../src/plan/plan_call.ts";
import { makeContext, problemOf } from "./_context.ts";

await sharedBuffers.load();

const TYPES = { init: "(i32) -> ()", update: "(i32, i32) -> ()", final: "(i32) -> i32" };

const buffer = (pointer: string): BlockSource => ({ kind: "buffer", pointer });

const textIn = (pointer: string): ParameterPlan => ({
  kind: "text",
  content: "bytes",
  encoding: "utf-8",
  place: buffer(pointer),
  terminated: "never",
});

/** The parts of a call that gets a key at the beginning, and chunks. */
function partsOf(keyIn: readonly ("init" | "update")[]): PlanParts {
  const key = [{ text: 1, as: "pointer" }] as const;
  const call = (purpose: "init" | "update" | "final") => ({
    export: purpose,
    coreArguments: (keyIn as readonly string[]).includes(purpose) ? key : [],
  });
  return {
    export: "final",
    parameters: [textIn("a"), textIn("a")],
    coreArguments: [],
    core: undefined,
    result: { kind: "number", type: "u32", value: "result" },
    chunked: {
      parameter: 0,
      calls: { init: call("init"), update: call("update"), final: call("final") },
      hasHandle: false,
      parts: false,
      repeats: [],
    },
  };
}

Deno.test("each call has the blocks of its own arguments, so a key and a chunk may share a buffer", () => {
  const plan = orThrow(planChunks(partsOf(["init"]), makeContext(TYPES)));
  const lowered = Object.entries(plan.chunks!).map(([purpose, { parameters, chunk }]) =>
    [purpose, parameters.map(({ kind }) => kind), chunk] as const
  );
  assertEquals<unknown>(lowered, [
    ["init", ["reference", "text"], undefined],
    ["update", ["text", "reference"], 0],
    ["final", ["reference", "reference"], undefined],
  ]);
  const shared = planChunks(partsOf(["init", "update"]), makeContext(TYPES));
  assertEquals(problemOf(shared as Problem)[1], "parameters[1]");
});
