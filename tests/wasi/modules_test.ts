import { assertEquals } from "@std/assert";
import { importsWasi, isWasiInterface, isWasiModule } from "../../src/wasi/modules.ts";

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

/** Names of interfaces, and whether they are of WASI 0.2. */
const INTERFACES: readonly (readonly [name: string, is: boolean])[] = [
  ["wasi:cli/stdout@0.2.0", true],
  ["wasi:sockets/tcp@0.2.13", true],
  ["wasi:cli/stdout@0.2.0-rc-2023-11-10", false],
  ["wasi:cli/stdout@0.3.0", false],
  ["wasi:cli/stdout", false],
  ["wasi:keyvalue/store@0.2.0", false],
  ["mywasi:cli/stdout@0.2.0", false],
];

for (const [name, is] of INTERFACES) {
  Deno.test(`"${name}" is ${is ? "" : "not "}an interface of WASI 0.2`, () => {
    assertEquals(isWasiInterface(name), is);
  });
}
