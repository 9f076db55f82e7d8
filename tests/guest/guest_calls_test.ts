import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";

/** A guest with a counter in a global, so that each instance counts for itself. */
const COUNTER = assemble(`(module
  (global $count (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))`);

Deno.test("functions taken from the symbols call the current instance", async () => {
  using guest = await load(COUNTER, { symbols: { count: { parameters: [], result: "i32" } } });
  const { count } = guest.symbols;
  assertEquals([count(), count()], [1, 2]);
  guest.reset();
  assertEquals([count(), count()], [1, 2]);
});

Deno.test("a pass with the export's name and one without it share one call", async () => {
  using guest = await load("testdata/c/shout_length.wasm");
  assertEquals([guest.passString("a"), guest.passString("b", "shout")], ["A", "B"]);
  guest.reset();
  assertEquals([guest.passString("a", "shout"), guest.passString("b")], ["A", "B"]);
});

Deno.test("after a reset that fails, calls are still bound to the old instance", async () => {
  // The second instance traps when it initialises itself: the imported global counts the instances.
  const count = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  const bytes = assemble(`(module
    (import "env" "instances" (global $instances (mut i32)))
    (global $own (mut i32) (i32.const 0))
    (memory (export "memory") 1)
    (func (export "_initialize")
      (global.set $instances (i32.add (global.get $instances) (i32.const 1)))
      (global.set $own (global.get $instances))
      (if (i32.eq (global.get $instances) (i32.const 2)) (then unreachable)))
    (func (export "which") (result i32) (global.get $own)))`);
  using guest = await load(bytes, {
    imports: { env: { instances: count } },
    symbols: { which: { parameters: [], result: "i32" } },
  });
  const { which } = guest.symbols;
  assertThrows(() => guest.reset(), GuestError, "_initialize");
  assertEquals([which(), guest.state], [1, "ready"]);
  guest.reset();
  assertEquals(which(), 3);
});

Deno.test("an export is reported as a pass unless a symbol has its name", async () => {
  using guest = await load("testdata/c/shout_length.wasm", {
    symbols: { shout: { parameters: ["bytes"], result: "bytes" } },
  });
  const typesOf = async (content?: "string") =>
    (await guest.plan("shout", content)).steps.flatMap(({ encoding }) => encoding ?? []);
  assertEquals(await typesOf(), []);
  assertEquals(await typesOf("string"), ["utf-8", "utf-8"]);
});
