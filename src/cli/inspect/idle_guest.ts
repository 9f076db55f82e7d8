import { LoadError } from "../../base/errors.ts";
import { readHeader } from "../../binary/header.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import type { Guest } from "../../guest.ts";
import { describeImport } from "../../imports/import_problem.ts";
import { load } from "../../load.ts";
import { compileBytes } from "../../source/source.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import type { WantedImport } from "../../source/wanted_import.ts";
import { hollowOut } from "./hollow.ts";

/** A guest that is loaded without running its start function or initialisation. */
export interface IdleGuest {
  readonly guest: Guest;
  readonly info: ModuleInfo;
  /** The whole binary. */
  readonly bytes: Uint8Array;
  /** A line for each import that the caller of `load` has to provide. */
  readonly missing: readonly string[];
  /** Loads it again, with further options. */
  readonly again: (options: LoadOptions) => Promise<Guest>;
}

/**
 * Loads a guest without running its code. All its imports are stubs that trap. The engine does not
 * see most of the code of a large module, so it does not validate it.
 *
 * @param options The convention and the memory, unless they are to be detected.
 * @throws {LoadError} if it cannot be compiled or instantiated.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function loadIdle(
  given: SourceBytes,
  options: Pick<LoadOptions, "convention" | "memoryName"> = {},
): Promise<IdleGuest> {
  readHeader(given.bytes); // anything else has no sections
  const { module, info } = await compileBytes(given, false, hollowOut(given.bytes));
  const again = (more: LoadOptions) => load(module, { initialize: false, ...options, ...more });
  let missing: readonly string[] = [];
  let more: LoadOptions = {};
  let guest: Guest;
  try {
    guest = await again({});
  } catch (error) {
    if (!(error instanceof LoadError && error.code === "imports")) throw error;
    missing = error.problems;
    more = { missing: "trap", imports: standIns(info!, missing) };
    guest = await again(more);
  }
  return {
    guest,
    info: info!,
    bytes: given.bytes,
    missing,
    again: (options) => again({ ...more, ...options }),
  };
}

/** Returns the convention of a guest with the reason for it; `undefined` if none is detected. */
export function conventionOf(guest: Guest): Guest["convention"] | undefined {
  try {
    return guest.convention;
  } catch {
    return undefined; // the inspection of the convention has the reason
  }
}

/** Makes the missing tables, globals and tags; `load` makes memories and functions. */
function standIns({ imports }: ModuleInfo, missing: readonly string[]): Record<string, Made> {
  const made: Record<string, Made> = {};
  for (const item of missingImports(imports, missing)) {
    const description = describeStandIn(item);
    if (description !== undefined) (made[item.module] ??= {})[item.name] = make(description);
  }
  return made;
}

type Made = Record<string, WebAssembly.ImportValue>;

/** Returns the imports to which problems of `load` refer. */
export function missingImports<T extends WantedImport>(
  imports: readonly T[],
  missing: readonly string[],
): T[] {
  return imports.filter((item, index) => {
    const line = describeImport(item, index);
    return missing.some((problem) => problem.startsWith(line));
  });
}

/** A stand-in for an import: a class of the engine, and the arguments of its constructor. */
interface StandIn {
  readonly kind: "Table" | "Tag" | "Global";
  readonly args: readonly unknown[];
}

/** Describes the stand-in for a table, a global or a tag; `undefined` for any other import. */
export function describeStandIn(item: ModuleInfo["imports"][number]): StandIn | undefined {
  if (item.kind === "table") {
    const { element, address, minimum, maximum } = item.type;
    const type = {
      element: element === "funcref" ? "anyfunc" : element,
      ...(address === "i64" && { address }),
      initial: minimum,
      maximum,
    };
    return { kind: "Table", args: [type] };
  }
  if (item.kind === "tag") {
    return { kind: "Tag", args: [{ parameters: item.type.function.parameters }] };
  }
  if (item.kind !== "global") return undefined;
  const { type: value, mutable } = item.type;
  const initial = value === "i64" ? 0n : /ref/.test(value) ? null : 0;
  return { kind: "Global", args: [{ value, ...(mutable && { mutable }) }, initial] };
}

/** Makes a stand-in, for which Deno's type declarations are incomplete. */
function make({ kind, args }: StandIn): WebAssembly.ImportValue {
  type Make = new (...args: readonly unknown[]) => WebAssembly.ImportValue;
  return new (WebAssembly as unknown as Record<string, Make>)[kind]!(...args);
}
