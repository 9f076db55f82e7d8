import { formatFunctionType } from "./binary/defined_types.ts";
import type { FunctionType } from "./binary/types.ts";
import type { WantedImport } from "./describe_import.ts";
import type { HostImports } from "./host_imports.ts";
import { ASSEMBLY_SCRIPT } from "./toolchain_imports/assembly_script.ts";
import { ignoreRegistration, isRegistration } from "./toolchain_imports/embind.ts";
import { EMSCRIPTEN } from "./toolchain_imports/emscripten.ts";

/**
 * What toolchains expect of their own JavaScript, by name and type: a function, or a host function,
 * made for one instance.
 */
export type Answers = Readonly<Record<string, (host: HostImports, name: string) => unknown>>;

const ANSWERS: Answers = { ...ASSEMBLY_SCRIPT, ...EMSCRIPTEN };

/**
 * What a toolchain's own JavaScript would give for an imported function of the module `env` whose
 * meaning is fixed; nothing where it is not known.
 */
export function toolchainImport(item: WantedImport, host: HostImports): unknown {
  const { module, name, type } = item;
  if (module !== "env" || type === undefined) return undefined;
  if (isRegistration(name, type as FunctionType)) return ignoreRegistration;
  const key = `${name} ${formatFunctionType(type as FunctionType)}`;
  // No key that has a blank in it is inherited.
  return ANSWERS[key]?.(host, `env.${name}`);
}
