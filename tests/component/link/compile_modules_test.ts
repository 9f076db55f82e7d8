import { assertEquals } from "@std/assert";
import { readComponent } from "../../../src/component/component.ts";
import { compileModules } from "../../../src/component/link/compile_modules.ts";
import { guestBytes } from "../../_guests.ts";

Deno.test("the core modules of nested components are compiled as well, each once", async () => {
  const bytes = await guestBytes("component/linked");
  const parts: Uint8Array[] = [];
  const modules = await compileModules(readComponent(bytes), bytes, (part) => {
    parts.push(part);
    return WebAssembly.compile(part);
  });
  assertEquals([modules.size, parts.length], [4, 4]);
  const exported = [...modules.values()].map((module) =>
    WebAssembly.Module.exports(module).map(({ name }) => name).join(" ")
  );
  assertEquals(exported.sort(), [
    "call-back swallow trap nothing far odd crooked echo many",
    "join free freed",
    "memory realloc",
    "twice wrong crooked",
  ]);
});
