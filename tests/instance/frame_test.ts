import { assertEquals } from "@std/assert";
import { Claim, Frame, NO_ARGUMENTS } from "../../src/instance/frame.ts";

Deno.test("a new frame is outside the guest, and holds no blocks", () => {
  const frame = new Frame();
  assertEquals([frame.inside, frame.freeing, frame.outerClaim], [false, undefined, undefined]);
  const lists = [frame.held, frame.claimed, frame.owed, frame.claims, frame.pointers];
  assertEquals(lists.flat(), []);
});

Deno.test("frames share nothing: a call that is entered again has its own blocks", () => {
  const outer = new Frame(), inner = new Frame();
  const listsOf = (frame: Frame) =>
    Object.values(frame).filter((value) => Array.isArray(value) && value !== NO_ARGUMENTS);
  for (const list of listsOf(outer)) list.push("block");
  assertEquals(listsOf(inner).flat(), []);
});

Deno.test("a claim has a length of 0 until its block is allocated", () => {
  const claim = new Claim("greet", "argument 0", "buffer");
  assertEquals([claim.end - claim.pointer, claim.outer], [0, undefined]);
  assertEquals([claim.symbol, claim.block, claim.buffer], ["greet", "argument 0", "buffer"]);
});
