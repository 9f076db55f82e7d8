import type { FunctionType } from "./binary/types.ts";
import { resolveHostRecipe } from "./conventions/host_recipe.ts";
import type { WantedImport } from "./describe_import.ts";
import { compileHostCall } from "./engine/host_call.ts";
import type { HostFunction } from "./host.ts";
import type { HostImports } from "./host_imports.ts";
import { toolchainImport } from "./toolchain_imports.ts";
import { undeclared } from "./webassembly.ts";

// What links imported functions. A guest that imports none that has to be does not load it.

export { toolchainImport };

/**
 * The core function that stands for a host function.
 *
 * @throws {GuestError} if the declaration is not what the import's type can carry.
 */
export function bindHostFunction(
  { declaration, callback }: HostFunction,
  item: WantedImport,
  host: HostImports,
): WebAssembly.ImportValue {
  const name = `${item.module}.${item.name}`;
  const type = item.type as FunctionType | undefined;
  const wanted = { name, declaration, type, address64: host.address64() };
  const recipe = resolveHostRecipe(wanted, host.convention());
  const { async: isAsync = false } = declaration;
  const fn = compileHostCall(recipe, callback, isAsync, host);
  return isAsync ? new undeclared.Suspending(fn) : fn as WebAssembly.ImportValue;
}
