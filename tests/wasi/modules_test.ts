import { assertEquals } from "@std/assert";
import { importsWasi, isWasiModule } from "../../src/wasi/modules.ts";

/** Modules of imports, and whether they are WASI's previews 0 and 1. */
const MODULES: readonly (readonly [module: string, is: boolean])[] = [
  ["wasi_snapshot_preview1", true],
  ["wasi_unstable", true],
  ["wasi_snapshot_preview2", false],
  ["wasi:cli/stdout@0.2.0", false],
  ["wasi_snapshot_preview1.fd_write", false],
  ["env", false],
];

for (const [module, is] of MODULES) {
  Deno.test(`"${module}" is ${is ? "" : "not "}a module of WASI`, () => {
    assertEquals(isWasiModule(module), is);
    assertEquals(importsWasi([{ module: "env" }, { module }]), is);
  });
}

Deno.test("a guest without imports does not import WASI", () => {
  assertEquals(importsWasi([]), false);
});
