import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { Frame } from "../../src/instance/frame.ts";
import type { Stack } from "../../src/instance/instance.ts";
import { findStack } from "../../src/instance/shadow_stack.ts";

/** The exports by which guests let the host move their stack, each with the pointer at `top`. */
const WAYS: Readonly<Record<string, (top: number) => WebAssembly.Exports>> = {
  "a global": (top) => ({
    __stack_pointer: new WebAssembly.Global({ value: "i32", mutable: true }, top),
  }),
  "Emscripten's functions": (top) => ({
    stackSave: () => top,
    stackRestore: (to: number) => void (top = to),
  }),
  "Emscripten's functions by their long names": (top) => ({
    emscripten_stack_get_current: () => top,
    _emscripten_stack_restore: (to: number) => void (top = to),
  }),
  "wasm-bindgen's function": (top) => ({
    __wbindgen_add_to_stack_pointer: (by: number) => top += by,
  }),
};

const stackOf = (exports: WebAssembly.Exports, floor = 1024): Stack | undefined =>
  findStack(exports, () => floor);

for (const [name, make] of Object.entries(WAYS)) {
  Deno.test(`a stack with ${name} is read, taken from and put back`, () => {
    const frame = new Frame();
    const stack = stackOf(make(4096))!;
    const before = stack.save(frame);
    assertEquals(before, 4096);
    assertEquals(stack.take(frame, 20), 4096 - 32); // aligned to 16
    assertEquals(stack.take(frame, 16), 4096 - 48);
    assertEquals(stack.save(frame), 4096 - 48);
    stack.restore(frame, before);
    assertEquals([stack.save(frame), frame.inside], [4096, false]);
  });
}

for (const [name, make] of Object.entries(WAYS)) {
  Deno.test(`a stack with ${name} is read and set by functions alone`, () => {
    const frame = new Frame();
    const stack = stackOf(make(4096))!;
    const { get, set } = stack.functions();
    assertEquals(get(), 4096);
    set(1040);
    assertEquals([get(), stack.save(frame), stack.lowest()], [1040, 1040, 1024]);
    stack.restore(frame, 4096);
    assertEquals(get(), 4096);
    assertEquals(stack.functions(), { get, set });
  });
}

Deno.test("there is no stack without an export that moves it", () => {
  const constant = new WebAssembly.Global({ value: "i32" }, 4096);
  assertEquals(stackOf({ __stack_pointer: constant }), undefined);
  assertEquals(stackOf({ stackSave: () => 4096 }), undefined);
  assertEquals(stackOf({}), undefined);
});

Deno.test("nothing is taken below the end of static data, and the pointer stays where it was", () => {
  const frame = new Frame();
  const stack = stackOf(WAYS["a global"]!(1056))!;
  const { code, message } = assertThrows(() => stack.take(frame, 33), GuestError);
  assertEquals([code, message], [
    "out-of-memory",
    "Cannot take 33 bytes from the guest's stack: its pointer is at 0x420, and static data ends at " +
    "0x400",
  ]);
  assertEquals(stack.save(frame), 1056);
  assertEquals(stack.take(frame, 32), 1024);
});

Deno.test("a 64-bit pointer stays a bigint", () => {
  const frame = new Frame();
  const exports = {
    __stack_pointer: new WebAssembly.Global({ value: "i64", mutable: true }, 4096n),
  };
  const stack = stackOf(exports)!;
  assertEquals([stack.take(frame, 8), stack.save(frame)], [4080, 4080n]);
});

Deno.test("a pointer above 2 GiB is unsigned", () => {
  const frame = new Frame();
  assertEquals(stackOf(WAYS["a global"]!(-16))!.take(frame, 16), 2 ** 32 - 32);
});
