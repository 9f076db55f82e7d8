import { assertEquals } from "@std/assert";
import { Claim, Frame } from "../../src/instance/frame.ts";

Deno.test("a frame starts outside the guest, and owes and holds nothing", () => {
  const frame = new Frame();
  assertEquals([frame.inside, frame.freeing, frame.outerClaim], [false, undefined, undefined]);
  const lists = [frame.held, frame.claimed, frame.owed, frame.claims, frame.pointers];
  assertEquals(lists.flat(), []);
});

Deno.test("frames share nothing: a call that is entered again has its own blocks", () => {
  const outer = new Frame(), inner = new Frame();
  for (const value of Object.values(outer)) if (Array.isArray(value)) value.push("block");
  for (const value of Object.values(inner)) if (Array.isArray(value)) assertEquals(value, []);
});

Deno.test("a claim is of no bytes until its block has some", () => {
  const claim = new Claim("greet", "argument 0", "buffer");
  assertEquals([claim.end - claim.pointer, claim.outer], [0, undefined]);
  assertEquals([claim.symbol, claim.block, claim.buffer], ["greet", "argument 0", "buffer"]);
});
