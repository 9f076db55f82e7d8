import { missingExport } from "../../instance/exports.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ManagedEngine } from "./types.ts";

let loaded: ManagedEngine | undefined;

/** Loads the code that guests of AssemblyScript need. */
export async function loadManagedEngine(): Promise<void> {
  loaded ??= (await import("./managed.ts")).engine;
}

/** Returns the engine for objects; absent before the first guest that has any. */
export function loadedEngine(): ManagedEngine | undefined {
  return loaded;
}

/**
 * Returns the engine for objects.
 *
 * @throws {GuestError} if the guest exports no function that makes objects.
 */
export function managedEngine({ exports }: Instance): ManagedEngine {
  if (loaded !== undefined) return loaded;
  throw missingExport("__new", exports, "function").error();
}
