import { assertEquals, assertStrictEquals } from "@std/assert";
import { findStack } from "../../src/instance/shadow_stack.ts";

Deno.test("a stack pointer that cannot be set is not used", () => {
  const fixed = new WebAssembly.Global({ value: "i32", mutable: false }, 1024);
  const moving = new WebAssembly.Global({ value: "i32", mutable: true }, 1024);
  assertStrictEquals(findStack({ __stack_pointer: fixed }, () => 0), undefined);
  assertStrictEquals(findStack({}, () => 0), undefined);
  const stack = findStack({ __stack_pointer: moving }, () => 512)!;
  assertEquals([stack.take({} as never, 17), moving.value], [992, 992]);
  stack.restore({} as never, 1024);
  assertStrictEquals(moving.value, 1024);
});
