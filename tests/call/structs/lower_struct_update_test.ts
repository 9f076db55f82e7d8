import { assertEquals, assertThrows } from "@std/assert";
import { GuestMemory } from "../../../mod.ts";
import type { Instance } from "../../../src/instance/instance.ts";
import { declaredContent } from "../../../src/call/content.ts";
import { compileUpdate } from "../../../src/call/structs/lower_struct.ts";
import { layOutStruct } from "../../../src/plan/structs/lay_out.ts";
import { LABEL, SERIES } from "../../_struct_guests.ts";

await declaredContent.load();

function setUp(type: Parameters<typeof layOutStruct>[0]) {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  let next = 1024;
  const update = compileUpdate(layOutStruct(type, 4), { memory, address64: false } as Instance, {
    failing: ["write", "of it"],
    allocate(byteLength) {
      const pointer = next;
      next += Math.ceil(byteLength / 8) * 8;
      return pointer;
    },
  });
  return { memory, update: (values: object) => update(values, 256) };
}

Deno.test("a shorter text in a struct leaves nothing of the longer one", () => {
  const { memory, update } = setUp(LABEL);
  update({ text: "eleven more", end: 7 });
  update({ text: "ab" });
  assertEquals([...memory.readBytes(256, 12)], [0x61, 0x62, ...Array(10).fill(0)]);
  assertEquals(memory.read("u8", 256 + 36), 7);
});

Deno.test("the field that counts another is written with it", () => {
  const { memory, update } = setUp(SERIES);
  update({ numbers: Float64Array.of(1, 2), points: [{ x: 5, y: 6 }] });
  update({ points: [] });
  assertEquals([memory.read("u16", 256), memory.read("u32", 260)], [2, 1024]);
  assertEquals([memory.read("u32", 264), memory.read("u8", 268)], [0, 0]);
  assertEquals(memory.read("f64", 1032), 2);
});

Deno.test("nothing is allocated or written if a field is wrong", () => {
  const { memory, update } = setUp(SERIES);
  assertThrows(
    () => update({ numbers: Float64Array.of(1), points: "no" }),
    TypeError,
    'Cannot write .points of it: it is "no", expected an array',
  );
  assertEquals(memory.readBytes(256, 16), new Uint8Array(16));
});
