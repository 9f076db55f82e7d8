import { assertEquals } from "@std/assert";
import type { ParameterPlan, PlanParts, ResultPlan } from "../../src/abi/plan_parts.ts";
import type { Value } from "../../src/abi/value.ts";
import { frameLayoutOf } from "../../src/call/blocks/bind_sources.ts";
import { findBlock, freedParameters, sharesBlocks } from "../../src/plan/plan_blocks.ts";
import { planOf, TEXT } from "./_unit.ts";

const text = (encoding: "utf-8" | "utf-16"): ParameterPlan => ({
  kind: "text",
  content: "string",
  encoding,
  place: { kind: "stack" },
  terminated: "never",
});

Deno.test("the return area follows the parameters, and the output buffer follows that", () => {
  const parameters: ParameterPlan[] = [
    text("utf-16"),
    { kind: "number", type: "u8" },
    text("utf-8"),
  ];
  const plan = planOf({ export: "greet", parameters });
  assertEquals(frameLayoutOf(plan, false), {
    area: 3,
    output: 4,
    word: 4,
    symbol: "greet",
    units: [2, 1, 1],
  });
  assertEquals(frameLayoutOf(plan, true).word, 8);
});

Deno.test("a result may lie in the block of an argument, in its buffer or in the output buffer", () => {
  const buffer = { kind: "buffer", pointer: "result" } as const;
  const plan = planOf({ parameters: [{ ...text("utf-8"), place: buffer } as ParameterPlan] });
  const pointers: Value[] = ["output", { argument: 2 }, { export: "result" }, { export: "f" }, 64];
  assertEquals(
    [...pointers, "result" as const].map((pointer) => findBlock(pointer, plan)),
    ["output", 2, 0, undefined, undefined, undefined],
  );
});

Deno.test("the call frees the blocks of texts, and the array of several", () => {
  const several: ParameterPlan = {
    kind: "strings",
    encoding: "utf-8",
    place: { kind: "allocator", allocate: "malloc" },
    layout: "pointers",
    terminated: true,
    free: "free",
  };
  const freed = { ...text("utf-8"), free: "free" } as ParameterPlan;
  const parameters = [text("utf-8"), freed, several, { kind: "number", type: "u8" } as const];
  assertEquals(freedParameters(planOf({ parameters })), [1, 2]);
});

/** Results, and whether one call of the guest can free several of their parts. */
const SHARED: [shares: boolean, result: ResultPlan, more?: Partial<PlanParts>][] = [
  [false, { kind: "void" }],
  [false, { ...TEXT, free: ["free"] }],
  [true, { ...TEXT, free: ["free"], whole: ["free"] }],
  [true, { ...TEXT, free: ["free", "unpin"] }],
  [true, { kind: "record", nullable: false, fields: [] }],
  [false, TEXT, { status: { value: "result", fails: "zero", message: TEXT } }],
  [true, TEXT, {
    status: { value: "result", fails: "zero", message: { ...TEXT, free: ["free"] } },
  }],
  [true, TEXT, { status: { value: "result", fails: "zero", details: { kind: "void" } } }],
];

Deno.test("sharesBlocks() finds blocks that parts of a result, or a result and an error's message, share", () => {
  assertEquals(
    SHARED.map(([, result, more]) => sharesBlocks(planOf({ result, ...more }))),
    SHARED.map(([shares]) => shares),
  );
});
