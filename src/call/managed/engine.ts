import { missingExport } from "../../instance/exports.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ManagedEngine } from "./types.ts";

let loaded: ManagedEngine | undefined;

/** Loads what a guest of AssemblyScript needs. */
export async function loadManagedEngine(): Promise<void> {
  loaded ??= (await import("./managed.ts")).engine;
}

/** The engine for objects, or nothing before the first guest that has any. */
export function loadedEngine(): ManagedEngine | undefined {
  return loaded;
}

/**
 * The engine for objects.
 *
 * @throws {GuestError} if the guest exports nothing that makes objects.
 */
export function managedEngine({ exports }: Instance): ManagedEngine {
  if (loaded !== undefined) return loaded;
  throw missingExport("__new", exports, "function").error();
}
