import { assertStrictEquals } from "@std/assert";
import { cString, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";

// The output of `console.log` for a guest.

const GUEST = `(module
  (import "env" "asked" (func $asked))
  (memory (export "memory") 1)
  (func (export "get_buffer_pointer") (result i32) (call $asked) (i32.const 1024))
  (func (export "fail") (unreachable))
  (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))`;

/** Shows a guest in a state as `console.log` does. */
function shown(state: string, symbols = '[ "fail", "double" ]'): string {
  return `Guest {
  convention: 'staticBuffer({ pointer: "get_buffer_pointer" })',
  state: "${state}",
  exports: [ "memory", "get_buffer_pointer", "fail", "double" ],
  symbols: ${symbols},
  memory: "65536 bytes"
}`;
}

Deno.test("console.log(guest) shows the guest in every state without running it", async () => {
  let asked = 0;
  using guest = await load(assemble(GUEST), {
    imports: { env: { asked: () => void asked++ } },
    symbols: {
      fail: { parameters: [], result: "void" },
      double: { parameters: ["i32"], result: "i32" },
    },
  });
  assertStrictEquals(Deno.inspect(guest), shown("ready"));
  try {
    guest.symbols.fail();
  } catch {
    assertStrictEquals(Deno.inspect(guest), shown("poisoned"));
  }
  guest.reset();
  assertStrictEquals(Deno.inspect(guest), shown("ready"));
  guest.close();
  assertStrictEquals(Deno.inspect(guest), shown("disposed"));
  assertStrictEquals(asked, 0);
});

Deno.test("console.log(guest) shows a guest without a detected convention", async () => {
  using bare = await load(assemble("(module)"));
  assertStrictEquals(
    Deno.inspect(bare),
    `Guest {
  convention: "none is recognised",
  state: "ready",
  exports: [],
  symbols: [],
  memory: "none"
}`,
  );
  using compiled = await load(
    new WebAssembly.Module(assemble(GUEST.replace(/\(import.*/, "(func $asked)"))),
    {
      convention: cString(),
    },
  );
  assertStrictEquals(
    Deno.inspect(compiled),
    shown("ready", "[]").replace(/'.*'/, '"cString()"'),
  );
});
