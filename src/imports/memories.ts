// Most guests import nothing, or a memory. The code for these is here, apart from all other
// imports.

import type { GuestErrorCode } from "../base/error_types.ts";
import { LoadError, messageOf } from "../base/errors.ts";
import { listLines, quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { ImportInfo, MemoryType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";

export interface Wired {
  readonly imports: WebAssembly.Imports;
  /** The imported memories under their import names, such as `env.memory`. */
  readonly memories: ReadonlyMap<string, WebAssembly.Memory>;
  /**
   * The code and the reason of the error, if no fresh instance can be made: the caller supplied a
   * memory, which that would find used.
   */
  readonly whyNoReset?: readonly [code: GuestErrorCode, reason: string] | undefined;
}

/**
 * Answers imports that are all memories, each with the limits that the binary declares.
 *
 * @returns `undefined` if there is any other import, or a memory of unknown limits.
 * @throws {LoadError} with a line for each memory that the engine does not make.
 */
export function wireMemories(wanted: readonly WantedImport[]): Wired | undefined {
  const imports: WebAssembly.Imports = Object.create(null);
  const memories = new Map<string, WebAssembly.Memory>();
  const problems: string[] = [];
  for (let index = 0; index < wanted.length; index++) {
    const item = wanted[index]!;
    if (item.kind !== "memory" || item.type === undefined) return undefined;
    try {
      const memory = makeMemory(item.type, item.type);
      const named = imports[item.module] ??= Object.create(null) as WebAssembly.ModuleImports;
      named[item.name] = memory;
      memories.set(`${item.module}.${item.name}`, memory);
    } catch (cause) {
      problems.push(`${describeImport(item, index)}: ${messageOf(cause)}`);
    }
  }
  if (problems.length > 0) throw importsError(problems);
  return { imports, memories };
}

export type MemorySize = Pick<MemoryType, "minimum"> & {
  readonly maximum?: MemoryType["maximum"] | undefined;
};

/**
 * Makes a memory with exactly the limits that are wanted, shared and addressed as the binary
 * declares.
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

/** Makes the error for imports that cannot be satisfied, with a line for each. */
export function importsError(problems: readonly string[]): LoadError {
  return new LoadError(
    "imports",
    `Cannot satisfy the guest's imports:\n${listLines(problems)}`,
    { problems },
  );
}

/** Formats an import for errors: `import[2] "env.log" (i32, i32) -> ()`. */
export function describeImport(item: WantedImport, index: number): string {
  return `import[${index}] ${quote(`${item.module}.${item.name}`)} ${describeType(item)}`;
}

function describeType(item: WantedImport): string {
  if (item.type === undefined) return item.kind;
  switch (item.kind) {
    case "function":
      return formatFunctionType(item.type);
    case "tag":
      return `tag ${formatFunctionType(item.type.function)}`;
    case "global":
      return `global ${item.type.mutable ? "mut " : ""}${item.type.type}`;
    case "memory":
      return `memory ${describeLimits(item.type)}${item.type.shared ? " shared" : ""}`;
    case "table":
      return `table ${describeLimits(item.type)} ${item.type.element}`;
  }
}

function describeLimits(
  { address, minimum, maximum }: (ImportInfo & { kind: "memory" | "table" })["type"],
): string {
  const reach = maximum === undefined ? "or more" : `to ${maximum}`;
  return `${address === "i64" ? "i64 " : ""}${minimum} ${reach}`;
}
