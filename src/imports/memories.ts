// Most guests import nothing, or only a memory. The code for memories is separate from all other
// imports.

import type { GuestErrorCode } from "../base/error_types.ts";
import { LoadError, messageOf } from "../base/errors.ts";
import { nearest } from "../base/misnomers.ts";
import { list, quote } from "../base/show.ts";
import type { MemoryType, ModuleInfo } from "../binary/types.ts";
import { hasAddress64 } from "../memory/pointer.ts";
import type { Compiled } from "../source/source_types.ts";
import type { WantedImport } from "../source/wanted_import.ts";

export interface Wired {
  readonly imports: WebAssembly.Imports;
  /** The imported memories under their import names, such as `env.memory`. */
  readonly memories: ReadonlyMap<string, WebAssembly.Memory>;
  /**
   * The code and the reason of the error, if no fresh instance can be made: the caller supplied a
   * memory, which a fresh instance would find used.
   */
  readonly whyNoReset?: readonly [code: GuestErrorCode, reason: string] | undefined;
}

/**
 * Provides imports if all of them are memories, each with the limits in the binary.
 *
 * @param again Whether this has succeeded before.
 * @returns `undefined` if there is any other import, a memory of unknown limits, or one that the
 * engine does not make.
 * @throws {LoadError} if the engine does not make a memory that it made before.
 */
export function wireMemories(wanted: readonly WantedImport[], again = false): Wired | undefined {
  const imports: WebAssembly.Imports = Object.create(null);
  const memories = new Map<string, WebAssembly.Memory>();
  for (const item of wanted) {
    if (item.kind !== "memory" || item.type === undefined) return undefined;
    const name = `${item.module}.${item.name}`;
    let memory: WebAssembly.Memory;
    try {
      memory = makeMemory(item.type, item.type);
    } catch (cause) {
      if (!again) return undefined;
      throw new LoadError("memory", `Cannot make memory ${quote(name)}: ${messageOf(cause)}`, {
        cause,
      });
    }
    const named = imports[item.module] ??= Object.create(null) as WebAssembly.ModuleImports;
    named[item.name] = memory;
    memories.set(name, memory);
  }
  return { imports, memories };
}

export type MemorySize = Pick<MemoryType, "minimum"> & {
  readonly maximum?: MemoryType["maximum"] | undefined;
};

/**
 * Makes a memory with exactly the given limits, with the sharing and address type in the binary.
 *
 * @throws whatever the engine throws if it makes no such memory.
 */
export function makeMemory(
  { shared = false, address = "i32" }: Partial<MemoryType> = {},
  { minimum, maximum }: MemorySize,
): WebAssembly.Memory {
  const convert = address === "i64" ? BigInt : Number;
  const descriptor = {
    initial: convert(minimum),
    shared,
    address,
    ...(maximum !== undefined && { maximum: convert(maximum) }),
  };
  return new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
}

/** The guest's memory in an instance. */
interface ChosenMemory {
  readonly memory: WebAssembly.Memory | undefined;
  /** Returns whether its addresses are 64 bits wide. */
  readonly address64: () => boolean;
}

/**
 * Chooses the guest's memory: the exported one, otherwise the imported one.
 *
 * @param imported The imported memories under their import names, such as `env.memory`.
 * @param compiled The module, whose binary is read only if that is needed.
 * @param wanted The name that the caller chose, if any.
 * @throws {LoadError} with the code `memory` if there are several, or none of that name.
 */
export function chooseMemory(
  { exports }: WebAssembly.Instance,
  imported: ReadonlyMap<string, WebAssembly.Memory>,
  compiled: Pick<Compiled, "info">,
  wanted: string | undefined,
): ChosenMemory {
  const all = new Map<string, WebAssembly.Memory>();
  for (const [name, value] of Object.entries(exports)) {
    if (value instanceof WebAssembly.Memory) all.set(name, value);
  }
  if (all.size === 0 || wanted !== undefined) {
    for (const [name, memory] of imported) if (!all.has(name)) all.set(name, memory);
  }
  const name = wanted ?? nameOfOnly(all);
  const memory = name === undefined ? undefined : all.get(name);
  if (wanted !== undefined && memory === undefined) throw unknownError(wanted, [...all.keys()]);
  return { memory, address64: () => isAddress64(name, memory, compiled.info) };
}

/**
 * Returns a name of the only memory, which may have several; `undefined` if there is no such
 * memory.
 */
function nameOfOnly(all: ReadonlyMap<string, WebAssembly.Memory>): string | undefined {
  if (new Set(all.values()).size > 1) {
    throw new LoadError(
      "memory",
      `Cannot choose the guest's memory: it has ${list(all.keys())}, ` +
        "expected the option memoryName",
    );
  }
  return [...all.keys()][0];
}

function unknownError(wanted: string, names: readonly string[]): LoadError {
  const near = nearest(wanted, names);
  return new LoadError(
    "memory",
    `Cannot find memory ${quote(wanted)}: ` +
      (near === undefined ? "" : `did you mean ${quote(near)}? `) +
      `The guest has ${list(names)}`,
  );
}

function isAddress64(
  name: string | undefined,
  memory: WebAssembly.Memory | undefined,
  info: ModuleInfo | undefined,
): boolean {
  if (memory === undefined) return false;
  if (info === undefined) return hasAddress64(memory);
  const item = info.exports.find((item) => item.kind === "memory" && item.name === name) ??
    info.imports.find((item) => item.kind === "memory" && `${item.module}.${item.name}` === name);
  return item?.kind === "memory" && item.type.address === "i64";
}
