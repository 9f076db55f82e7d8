import { assertEquals, assertThrows } from "@std/assert";
import { bindArray, bindStrings } from "../../../src/call/managed/bind_array.ts";
import { compileContent } from "../../../src/call/content.ts";
import { frameOf } from "../_unit.ts";
import { ARRAY_OBJECTS, ARRAY_U8, BASIC, objectsOf, VIEW_U8 } from "./_objects.ts";

const place = { kind: "managedArray" } as const;
const options = { symbol: "f", terminated: "never", align: 1, beside: 3 } as const;

for (
  const [name, flags, size] of [["Uint8Array", VIEW_U8, 12], ["Array<u8>", ARRAY_U8, 16]] as const
) {
  Deno.test(`a ${name} is an object around a buffer, and both are pinned until the call ends`, async () => {
    const instance = await objectsOf([...BASIC, flags]);
    const { memory, exports } = instance;
    const pins = exports.pins as WebAssembly.Global;
    const source = bindArray(place, instance, { ...options, element: "u8" });
    const content = compileContent(memory, { element: "u8" }, "utf-8");
    const frame = frameOf();
    source.put(frame, 0, content, Uint8Array.of(7, 8, 9));
    const [object, , , buffer] = frame.pointers as [number, number, number, number];
    const word = (at: number) => memory.read("u32", at);
    assertEquals([word(object - 8), word(object - 4), word(buffer - 8)], [3, size, 1]);
    assertEquals([word(object), word(object + 4), word(object + 8)], [buffer, buffer, 3]);
    if (size === 16) assertEquals(word(object + 12), 3);
    assertEquals([...memory.readBytes(buffer, 3)], [7, 8, 9]);
    assertEquals([pins.value, frame.codeUnits[0]], [2, 3]);
    source.release!(frame, 0);
    assertEquals(pins.value, 0);
  });
}

Deno.test("an array of strings has an object for each string, and refers to it", async () => {
  const instance = await objectsOf([...BASIC, ARRAY_OBJECTS]);
  const { memory } = instance;
  const source = bindStrings(place, instance, options);
  const content = compileContent(memory, "string", "utf-16");
  const frame = frameOf();
  source.put(frame, 0, content, ["a€", ""]);
  const items = memory.read("u32", frame.pointers[0]!);
  const texts = [0, 4].map((offset) => {
    const text = memory.read("u32", items + offset);
    assertEquals(memory.read("u32", text - 8), 2);
    return memory.readString(text, memory.read("u32", text - 4), { encoding: "utf-16" });
  });
  assertEquals([texts, memory.read("u32", frame.pointers[0]! + 12)], [["a€", ""], 2]);
});

Deno.test("if one of several strings cannot be passed, no object is made", async () => {
  const instance = await objectsOf([...BASIC, ARRAY_OBJECTS]);
  const source = bindStrings(place, instance, options);
  const content = compileContent(instance.memory, "string", "utf-16");
  assertThrows(() => source.put(frameOf(), 0, content, ["a", 5]), TypeError, "expected a string");
  assertThrows(() => source.put(frameOf(), 0, content, "a"), TypeError, "expected an array");
  assertEquals((instance.exports.pins as WebAssembly.Global).value, 0);
});

Deno.test("with reference counting, an object retains its contents, which are freed together with it", async () => {
  const instance = await objectsOf([...BASIC, VIEW_U8], "arc");
  const { memory, exports } = instance;
  const retained = exports.pins as WebAssembly.Global;
  const arc = { ...place, runtime: "arc" } as const;
  const source = bindArray(arc, instance, { ...options, element: "u8" });
  const frame = frameOf();
  source.put(frame, 0, compileContent(memory, { element: "u8" }, "utf-8"), Uint8Array.of(7));
  assertEquals([memory.read("u32", frame.pointers[3]! - 8), retained.value], [0, 2]);
  assertEquals([frame.held[0], frame.held[3]], [true, false]);
  source.release!(frame, 0);
  // The reference of the object to its contents is given back by the guest's own code.
  assertEquals(retained.value, 1);
});
