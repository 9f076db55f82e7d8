// This test has its own file, because V8's choice of compiler depends on its feedback from other
// tests.
import { findNul } from "../../../src/memory/text/common.ts";
import { createSource } from "./_source.ts";
import { assertStrictEquals } from "@std/assert";

Deno.test("findNul() finds a NUL above 2 GiB after V8 has compiled it for small memories", () => {
  const small = createSource();
  for (let times = 0; times < 3000; times++) findNul(small, 0, 1000, 2);
  const memory = new WebAssembly.Memory({ initial: 65536 });
  const source = { memory, shared: false, bytes: () => new Uint8Array(memory.buffer) };
  source.bytes().fill(0x41, 0x8000_0000 - 100, 0x8000_0000 - 2);
  assertStrictEquals(findNul(source, 0x8000_0000 - 100, 0x8000_0064, 2), 98);
});
