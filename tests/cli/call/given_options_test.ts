import { assertEquals, assertThrows } from "@std/assert";
import { allocator, cString, staticBuffer } from "../../../mod.ts";
import { readLoadOptions, readOption } from "../../../src/cli/call/given_options.ts";
import { PRESETS } from "../../../src/presets/list.ts";
import { UsageError } from "../../../src/cli/exit_codes.ts";

const read = (options: Record<string, string>) => readLoadOptions(new Map(Object.entries(options)));

Deno.test("a convention is given as the expression that errors and inspect print", () => {
  const printed =
    'convention: allocator({ allocate: "a", free: "f", result: "packedPointerHigh" })';
  assertEquals(
    read({ convention: printed }).convention,
    allocator({ allocate: "a", free: "f", result: "packedPointerHigh" }),
  );
  assertEquals(read({ convention: "cString()" }).convention, cString());
  assertEquals(
    read({ convention: "staticBuffer({ pointer: 1024, capacity: 100 })" }).convention,
    staticBuffer({ pointer: 1024, capacity: 100 }),
  );
});

Deno.test("every preset can be called by its name", () => {
  for (const { make } of PRESETS) {
    const error = assertThrows(() => read({ convention: `${make.name}(5)` }));
    // Either the preset refuses the number, or the check of options refuses the convention.
    assertEquals(`${error}`.includes("expected one of"), false, make.name);
  }
});

Deno.test("symbols are declarations, with the option's name before them or not", () => {
  const declared = { add: { parameters: ["i32", "i32"], result: "i32" } };
  const text = '{ add: { parameters: ["i32", "i32"], result: "i32" } }';
  assertEquals(read({ symbols: text }).symbols as unknown, declared);
  assertEquals(read({ symbols: `symbols: ${text}` }).symbols as unknown, declared);
});

Deno.test("options that are not given are not set, and a wrong word is refused", () => {
  assertEquals(read({}), {});
  assertEquals(read({ missing: "trap" }), { missing: "trap" });
  assertThrows(() => read({ missing: "stub" }), UsageError, "expected trap or ignore");
  assertThrows(() => read({ convention: "fetch()" }), UsageError, "expected one of allocator");
  assertEquals(readOption(new Map(), "wasi"), undefined);
});
