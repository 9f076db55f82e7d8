import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import type { GuestHost, GuestParts } from "../../src/guest/guest_parts.ts";
import { Lifecycle } from "../../src/guest/lifecycle.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { compileSource } from "../../src/source/source.ts";
import { assemble } from "../_wat.ts";

const NONE = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot pass anything",
  found: "there is no convention",
});

/** Makes the lifecycle of a guest, whose instances come from `make`. */
async function lifecycleOf(
  make = (module: WebAssembly.Module) => new WebAssembly.Instance(module),
): Promise<{ lifecycle: Lifecycle<Record<never, never>>; known: Instance[] }> {
  const compiled = await compileSource(assemble(`(module
    (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (local.get 0)))`));
  const known: Instance[] = [];
  const parts = {
    compiled,
    limits: { results: 1000, input: 500 },
    chosen: () => ({ convention: NONE, reason: "" }),
    instantiate: () => {
      const instance = make(compiled.module);
      const memory = instance.exports.memory as WebAssembly.Memory;
      const host = { attach: (instance) => void known.push(instance) } as GuestHost;
      return { instance, memory, address64: () => false, host };
    },
  } as unknown as GuestParts;
  return { lifecycle: new Lifecycle(parts), known };
}

Deno.test("an instance has its own memory, which its host functions use", async () => {
  const { lifecycle, known } = await lifecycleOf();
  const { current } = lifecycle;
  assertStrictEquals(known[0], current.instance);
  assertStrictEquals(current.instance.exports, current.wasmInstance.exports);
  assertEquals(current.instance.functionType("add")?.parameters, ["i32", "i32"]);
  assertEquals([current.instance.resultLimit, current.instance.inputLimit], [1000, 500]);
  current.instance.memory.write("u8", 8, 5);
  lifecycle.replace("reset the guest");
  assertStrictEquals(known[1], lifecycle.instance);
  const instances = [current.instance, lifecycle.instance];
  assertEquals(instances.map((instance) => instance.memory.read("u8", 8)), [5, 0]);
});

Deno.test("a watch reports that the instance was replaced", async () => {
  const { lifecycle } = await lifecycleOf();
  const isCurrent = lifecycle.watch();
  assertEquals(isCurrent(), true);
  lifecycle.replace("reset the guest");
  assertEquals([isCurrent(), lifecycle.watch()()], [false, true]);
});

Deno.test("an instance that cannot be replaced stays, and can be called again", async () => {
  let made = 0;
  const { lifecycle } = await lifecycleOf((module) => {
    if (made++ > 0) throw new Error("no memory is left");
    return new WebAssembly.Instance(module);
  });
  const { current } = lifecycle, isCurrent = lifecycle.watch();
  assertThrows(() => lifecycle.replace("reset the guest"), Error, "no memory is left");
  assertStrictEquals(lifecycle.current, current);
  assertEquals([isCurrent(), current.instance.state], [true, "ready"]);
});

Deno.test("an instance is neither replaced nor closed during a call", async () => {
  const { lifecycle } = await lifecycleOf();
  const { instance } = lifecycle;
  instance.depth++;
  for (
    const [act, action] of [
      [() => lifecycle.replace("reset the guest"), "reset the guest"],
      [() => lifecycle.close(), "close the guest"],
    ] as const
  ) {
    const { code, message } = assertThrows(act, GuestError);
    assertEquals([code, message], ["busy", `Cannot ${action}: a call is in progress`]);
  }
  instance.depth--;
  lifecycle.close();
  assertEquals(instance.state, "disposed");
  lifecycle.close();
});
