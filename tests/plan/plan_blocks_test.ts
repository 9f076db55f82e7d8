import { assertEquals } from "@std/assert";
import type { BlockSource } from "../../mod.ts";
import { freeingCall, freeingCalls } from "../../src/plan/plan_blocks.ts";

const WITH_FREE: BlockSource = { kind: "allocator", allocate: "malloc", free: "free" };
const WITHOUT: BlockSource = { kind: "allocator", allocate: "malloc" };
const BUFFER: BlockSource = { kind: "buffer", pointer: 1024 };
const own = { export: "drop", pass: ["pointer", "byteLength"] } as const;

Deno.test("the host frees a block by the call of its place, or by the one that is named", () => {
  assertEquals(freeingCall("host", WITH_FREE), "free");
  assertEquals(freeingCall("host", WITHOUT), undefined);
  assertEquals(freeingCall("host", BUFFER), undefined);
  assertEquals(freeingCall({ call: own }, BUFFER), own);
});

Deno.test("what the guest frees is not freed by the host", () => {
  assertEquals(freeingCall("guest", WITH_FREE), undefined);
  assertEquals(freeingCalls("guest", WITH_FREE), { free: undefined, whole: undefined });
});

Deno.test("a call that gets the export's result frees the whole, the others each block", () => {
  const whole = { export: "free_list", pass: ["result"] } as const;
  assertEquals(freeingCalls({ calls: [own, whole, "free"] }), {
    free: [own, "free"],
    whole: [whole],
  });
  assertEquals(freeingCalls({ call: whole }), { free: undefined, whole: [whole] });
  assertEquals(freeingCalls("host", WITH_FREE), { free: ["free"], whole: undefined });
  assertEquals(freeingCalls("host"), { free: undefined, whole: undefined });
});
