import { assertEquals, assertThrows } from "@std/assert";
import type { ParameterPlan } from "../../src/abi/plan_parts.ts";
import { compileLowerChunk, type Cursor } from "../../src/call/chunk.ts";
import { bindSources, frameLayoutOf } from "../../src/call/blocks/bind_sources.ts";
import { Frame } from "../../src/instance/frame.ts";
import { instanceOf, planOf } from "./_unit.ts";

const instance = await instanceOf();

/** Returns the chunks that input is cut into by a buffer of `capacity` bytes. */
function chunksOf(
  input: Cursor["input"],
  capacity: number,
  more: Partial<ParameterPlan & { kind: "text" }> = {},
): Cursor["input"][] {
  const parameter: ParameterPlan & { kind: "text" } = {
    kind: "text",
    content: typeof input === "string" ? "string" : "bytes",
    encoding: "utf-8",
    place: { kind: "buffer", pointer: 64, capacity },
    terminated: "never",
    ...more,
  };
  const plan = planOf({ parameters: [parameter], chunk: 0 });
  const [source] = bindSources(plan, instance, frameLayoutOf(plan, false), undefined);
  const lower = compileLowerChunk(parameter, 0, plan, instance, source!);
  const frame = new Frame();
  const cursor: Cursor = { input, at: 0, next: 0 };
  const chunks: Cursor["input"][] = [];
  while (cursor.at < input.length) {
    lower(frame, cursor);
    chunks.push(input.slice(cursor.at, cursor.next));
    const written = instance.memory.readBytes(64, frame.byteLengths[0]!);
    const sent = chunks.at(-1)!;
    if (parameter.encoding === "utf-8") {
      assertEquals(written, typeof sent === "string" ? new TextEncoder().encode(sent) : sent);
    }
    cursor.at = cursor.next;
  }
  return chunks;
}

Deno.test("bytes are cut where the buffer ends", () => {
  assertEquals(chunksOf(Uint8Array.of(1, 2, 3, 4, 5), 2), [
    Uint8Array.of(1, 2),
    Uint8Array.of(3, 4),
    Uint8Array.of(5),
  ]);
});

Deno.test("text is cut between characters, whatever their width", () => {
  assertEquals(chunksOf("abc", 2), ["ab", "c"]);
  assertEquals(chunksOf("éé", 3), ["é", "é"]);
  assertEquals(chunksOf("a🚀b", 4), ["a", "🚀", "b"]);
  assertEquals(chunksOf("🚀🚀", 8, { encoding: "utf-16" }), ["🚀🚀"]);
  assertEquals(chunksOf("a🚀", 4, { encoding: "utf-16" }), ["a", "🚀"]);
});

Deno.test("a buffer that cannot hold one character refuses it", () => {
  assertThrows(
    () => chunksOf("🚀", 3),
    RangeError,
    'Cannot pass 4 bytes to "f": the guest\'s buffer holds 3',
  );
});
