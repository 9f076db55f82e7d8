// Most guests import nothing, or only a memory. The code for memories is separate from all other
// imports.

import type { GuestErrorCode } from "../base/error_types.ts";
import { LoadError, messageOf } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { MemoryType } from "../binary/types.ts";
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
