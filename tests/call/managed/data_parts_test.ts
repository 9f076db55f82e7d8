import { assertEquals, assertThrows } from "@std/assert";
import { compileBuildData, compileData } from "../../../src/call/managed/data_parts.ts";
import { DraftPath, runtimeOf } from "../../../src/call/managed/object_parts.ts";
import { BASIC, objectsOf, VIEW_U8 } from "./_objects.ts";

const context = {
  instance: await objectsOf([...BASIC, VIEW_U8]),
  objects: { kind: "managedArray" },
  symbol: "f",
  direction: "to",
} as const;

Deno.test("a typed array is an object around a buffer, with its address and its length", () => {
  const layout = { kind: "data", content: "bytes", class: "Uint8Array", nullable: false } as const;
  const { draft, build } = compileData(layout, context, runtimeOf(context));
  const pointer = build(draft(Uint8Array.of(7, 8, 9), new DraftPath(["pass argument 0", ""])));
  const { memory } = context.instance;
  const [buffer, start, byteLength] = [0, 4, 8].map((at) =>
    Number(memory.read("u32", pointer + at))
  );
  assertEquals([start, byteLength], [buffer, 3]);
  assertEquals(memory.readBytes(buffer!, 3), Uint8Array.of(7, 8, 9));
});

Deno.test("data whose size the guest's allocator changed is refused", () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const view = new Uint8Array(buffer);
  const build = compileBuildData(
    { id: 1, kind: "ArrayBuffer", name: "ArrayBuffer" },
    "u8",
    context,
    runtimeOf(context),
  );
  buffer.resize(4);
  assertThrows(
    () => build({ view, byteLength: 8 }),
    TypeError,
    "their length changed during the call",
  );
});
