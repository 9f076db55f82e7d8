import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { HostImports } from "../imports/host_imports.ts";
import { GuestInstance } from "../instance/guest_instance.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Choice } from "./convention_choice.ts";
import type { GuestParts } from "./guest_parts.ts";

/** One instance of a guest: the engine's, what calls need of it, and what it imports. */
export interface Instantiation {
  readonly wasmInstance: WebAssembly.Instance;
  readonly instance: GuestInstance;
  /** The host functions that it imports, if it imports any function. */
  readonly host: HostImports | undefined;
}

/**
 * Makes an instance of a guest, with fresh memory.
 *
 * @throws {LoadError} if the engine does not instantiate the module.
 */
export function instantiate(
  parts: GuestParts<SymbolDeclarations>,
  choice: Choice,
): Instantiation {
  const { instance: wasmInstance, memory, address64, host } = parts.instantiate();
  const instance = new GuestInstance({
    exports: wasmInstance.exports,
    info: infoOf(parts.compiled),
    memory,
    address64,
    reported: () => choice.capacity,
    resultLimit: parts.resultLimit,
  });
  if (host !== undefined) host.instance = instance;
  return { wasmInstance, instance, host };
}

/** Reads the binary on demand. What is compiled for the module keeps this, but no instance. */
function infoOf(compiled: Compiled): () => ModuleInfo | undefined {
  return () => compiled.info;
}
