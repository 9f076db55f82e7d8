import type { TypeOfKind } from "../binary/types.ts";
import type { GuestInstance, LinkedGuest } from "../instance/guest_instance.ts";
import { isBuiltinModule } from "../source/source.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { isLinked, linkExport } from "./linked_guest.ts";

/**
 * The type of an import: its kind, and the parts of its type unless the module was already
 * compiled.
 */
export type ImportType = {
  readonly [K in keyof TypeOfKind]: { readonly kind: K } & Readonly<Partial<TypeOfKind[K]>>;
}[keyof TypeOfKind];

/**
 * Provides imports by their names, for names that only the binary knows. `load` calls it once for
 * each import, before the guest exists.
 *
 * @param module The module of the import.
 * @param name Its name there.
 * @param type Its kind and its type.
 * @returns The import, as in an object of imports: a function, a `hostFunction`, a memory. If it is
 * `undefined`, the import is treated as if the caller had supplied nothing.
 */
export type ImportsFunction = (module: string, name: string, type: ImportType) => unknown;

/**
 * The guest's imports, by module and name. Those that it does not import are ignored. A function in
 * place of a module provides that module's imports, and another guest provides its exports.
 */
export type Imports = Readonly<
  Record<string, Readonly<Record<string, unknown>> | ImportsFunction | LinkedGuest>
>;

/** The caller's imports for a guest, each read once. */
export type TakenImports = Readonly<Record<string, Named>>;

/** A module of imports, by the names of its items. */
type Named = Readonly<Record<string, unknown>>;

/**
 * Returns the caller's imports for a module. Each is read once, so that later changes have no
 * effect on the guest, even when it is reset.
 *
 * @param hasBuiltins Whether the engine provides its builtins.
 * @param held Collects the instances of other guests from which more than functions is imported.
 * @throws whatever a function of the caller throws.
 */
export function takeImports(
  wanted: readonly WantedImport[],
  imports: Imports | ImportsFunction | undefined,
  hasBuiltins: boolean,
  held: Set<GuestInstance> = new Set(),
): TakenImports | undefined {
  if (imports === undefined) return undefined;
  const modules = new Map<string, Named | ImportsFunction | LinkedGuest | undefined>();
  const taken: Record<string, Record<string, unknown>> = Object.create(null);
  for (const item of wanted) {
    const { module, name } = item;
    if (hasBuiltins && isBuiltinModule(module)) continue;
    if (!modules.has(module)) modules.set(module, lookUpModule(imports, module));
    const named = taken[module] ??= Object.create(null) as Record<string, unknown>;
    if (!Object.hasOwn(named, name)) named[name] = take(modules.get(module), item, held);
  }
  return taken;
}

/** Reads one import from a module, or calls the function in its place. */
function take(
  from: Named | ImportsFunction | LinkedGuest | undefined,
  item: WantedImport,
  held: Set<GuestInstance>,
): unknown {
  if (isLinked(from)) return linkExport(from, item.name, held);
  if (typeof from !== "function") return lookUpName(from, item.name);
  const { module, name, kind, type } = item;
  return from(module, name, { ...type, kind } as ImportType);
}

/** Returns the caller's value for an import. */
export function lookUp(
  imports: TakenImports | undefined,
  { module, name }: WantedImport,
): unknown {
  return imports?.[module]?.[name];
}

function lookUpModule(
  imports: Imports | ImportsFunction,
  module: string,
): Named | ImportsFunction | LinkedGuest | undefined {
  if (typeof imports === "function") return imports;
  return Object.hasOwn(imports, module) ? imports[module] ?? undefined : undefined;
}

function lookUpName(named: Named | undefined, name: string): unknown {
  if (named === undefined) return undefined;
  // The module can be an object with inherited methods, except those of `Object.prototype`.
  const value = named[name];
  return value === (Object.prototype as Record<string, unknown>)[name] ? undefined : value;
}
