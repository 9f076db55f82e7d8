import { assertEquals } from "@std/assert";
import { HostFrame } from "../../../src/call/host/host_parts.ts";
import { Frame } from "../../../src/instance/frame.ts";

Deno.test("the frame of a host function begins with what the guest passes, and holds nothing", () => {
  const args = [1, 2n];
  const frame = new HostFrame(args);
  assertEquals([frame.result === args, frame instanceof Frame], [true, true]);
  assertEquals([frame.inside, frame.pointers, frame.owed], [false, [], []]);
});
