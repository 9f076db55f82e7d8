import { assertStrictEquals, assertThrows } from "@std/assert";

/** The part that each one imports, relative to the calls. */
const PARTS = {
  allocator: () => import("../../src/call/blocks/allocator.ts"),
  blockCall: () => import("../../src/call/blocks/block_call.ts"),
  release: () => import("../../src/call/blocks/release.ts"),
  stack: () => import("../../src/call/blocks/stack.ts"),
  thrown: () => import("../../src/call/thrown.ts"),
  customConvention: () => import("../../src/call/custom.ts"),
  chunk: () => import("../../src/call/chunk.ts"),
  chunkedInput: () => import("../../src/call/chunked.ts"),
  stringArray: () => import("../../src/call/string_array.ts"),
} as const;

for (const [name, importPart] of Object.entries(PARTS)) {
  Deno.test(`the part ${name} of calls is available after it was loaded, and not before`, async () => {
    // Another copy, because other tests load parts.
    const fresh = `../../src/call/on_demand.ts?${name}`;
    const parts: typeof import("../../src/call/on_demand.ts") = await import(fresh);
    const part = parts[name as keyof typeof PARTS];
    assertThrows(() => part.module, Error, "expected load() before");
    await part.load();
    assertStrictEquals<unknown>(part.module, await importPart());
  });
}
