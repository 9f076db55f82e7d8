import { assertEquals, assertThrows } from "@std/assert";
import type { Unwinding } from "../../src/imports/emscripten_unwinding.ts";
import { ThrownObjects } from "../../src/imports/thrown_objects.ts";
import { GuestMemory } from "../../src/memory/guest_memory.ts";

/** An unwinding of a guest with `malloc`, which is always given the address 64. */
function unwindingOf(byteLength = 64) {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeBytes(0, new Uint8Array(256).fill(0xff));
  const calls: unknown[] = [];
  const exports: Record<string, (...args: number[]) => number> = {
    malloc: () => byteLength,
    free: (pointer) => calls.push(["free", pointer]),
    setThrew: () => 0,
    __cxa_is_pointer_type: () => 0,
    __cxa_can_catch: (wanted, type) => Number(wanted === type + 1),
  };
  const unwinding = {
    half: -1,
    has: (name: string) => name in exports,
    take: (name: string) => exports[name]!,
    entry: (index: number) => (object: number) => calls.push(["destroy", index, object]),
    unwind: (name: string) => `unwinds from ${name}`,
    landing: () => exports,
    host: { instance: { memory }, abort: (message: string) => new Error(message) },
  };
  const objects = new ThrownObjects(unwinding as unknown as Unwinding);
  return { objects, unwinding, memory, calls };
}

const HEADER = 24;

Deno.test("an object follows a header of zeros", () => {
  const { objects, memory } = unwindingOf();
  const object = objects.allocate(8);
  assertEquals(object, 64 + HEADER);
  assertEquals(memory.readBytes(64, HEADER + 8), new Uint8Array(HEADER + 8));
  assertEquals(memory.readBytes(63, 1), Uint8Array.of(0xff));
});

Deno.test("an object is destroyed when nothing refers to it any more", () => {
  const { objects, calls } = unwindingOf();
  const object = objects.allocate(8);
  assertEquals(objects.throw("env.__cxa_throw", object, 7, 3), "unwinds from env.__cxa_throw");
  assertEquals([objects.uncaught, objects.begin(object), objects.uncaught], [1, object, 0]);
  assertEquals([objects.current(), objects.currentType()], [object, 7]);
  objects.end();
  assertEquals(calls, []); // `current` has counted it
  objects.release(object);
  assertEquals(calls, [["destroy", 3, object], ["free", 64]]);
  assertEquals([objects.current(), objects.currentType()], [0, 0]);
});

Deno.test("a handler is chosen by type, or catches everything", () => {
  const { objects, unwinding } = unwindingOf();
  assertEquals([objects.find([0]), unwinding.half], [0, 0]);
  const object = objects.allocate(8);
  objects.throw("throw", object, 7, 0);
  const halves: number[] = [];
  for (const types of [[7], [9, 8], [0], [9]]) {
    assertEquals(objects.find(types), object);
    halves.push(unwinding.half);
  }
  assertEquals(halves, [7, 8, 7, 7]);
});

Deno.test("an exception that nothing catches names the limit that the guest is close to", () => {
  const { objects, unwinding, memory } = unwindingOf();
  memory.write("u32", 196, 200); // the name of the type at 192
  memory.writeBytes(200, new TextEncoder().encode("i\0"));
  const caps = { tell: () => "; the guest's memory is full" };
  Object.assign(unwinding.host.instance, { caps });
  Object.assign(unwinding, { unwind: (_name: string, uncaught: () => unknown) => uncaught() });
  const { message } = objects.throw("throw", objects.allocate(8), 192, 0) as Error;
  assertEquals(
    message,
    'Cannot continue: the guest threw a C++ exception of the type "int" and did not catch it; ' +
      "the guest's memory is full",
  );
});

Deno.test("a guest without memory for an object, or without an object to rethrow, aborts", () => {
  assertThrows(
    () => unwindingOf(0).objects.allocate(8),
    Error,
    "no memory for an exception of 8 bytes",
  );
  const { message } = unwindingOf().objects.rethrow("f") as Error;
  assertEquals(message, "there is no exception to rethrow");
});
