import type { MemoryType } from "./binary/types.ts";
import type { WantedImport } from "./describe_import.ts";
import { messageOf } from "./errors.ts";
import { importProblem, sizeProblem } from "./import_problem.ts";
import { checkCount } from "./numbers.ts";

/** Limits of a memory that is made for a guest, in pages of 64 KiB. */
export interface MemoryLimits {
  /** At least what the guest declares, which is what it is unless said. */
  readonly initial?: number;
  /** At most what the guest declares, which is what it is unless said. */
  readonly maximum?: number;
}

/** What an import is answered with, or why it can't be. */
export interface Answer {
  readonly value?: unknown;
  /** Whether the value is the caller's. */
  readonly supplied: boolean;
  readonly problem?: string | undefined;
}

/**
 * Answers an imported memory that is not among the caller's imports.
 *
 * @param item The import.
 * @param option What the caller said of memory.
 * @param open How many imported memories that could be meant for.
 */
export function answerMemory(
  item: WantedImport,
  option: WebAssembly.Memory | MemoryLimits | undefined,
  open: number,
): Answer {
  if (option !== undefined && open > 1) {
    const problem = `the option memory could be meant for ${open} imports, ` +
      "expected each memory under imports";
    return { supplied: true, problem };
  }
  if (option instanceof WebAssembly.Memory) {
    return { value: option, supplied: true, problem: importProblem(item, option) };
  }
  const type = item.kind === "memory" ? item.type : undefined;
  if (type === undefined && option?.initial === undefined) {
    const problem = "the limits of a compiled module's memory are unknown, " +
      "expected the option memory: { initial, maximum }";
    return { supplied: false, problem };
  }
  return makeMemory(type, option ?? {});
}

/** A memory with exactly the limits that the binary declares, or the caller's within them. */
function makeMemory(
  declared: MemoryType | undefined,
  { initial = declared?.minimum, maximum = declared?.maximum }: {
    initial?: number | bigint | undefined;
    maximum?: number | bigint | undefined;
  },
): Answer {
  const { shared = false, address = "i32" } = declared ?? {} as Partial<MemoryType>;
  try {
    for (const pages of [initial, maximum]) {
      if (typeof pages === "number") checkCount(pages, (shown) => `Cannot have ${shown} pages`);
    }
    const size = Number(initial);
    const problem = sizeProblem(declared, size, "pages") ??
      growthProblem(declared?.maximum, size, maximum);
    if (problem !== undefined) return { supplied: false, problem };
    const convert = address === "i64" ? BigInt : Number;
    const descriptor = {
      initial: convert(size),
      shared,
      address,
      ...(maximum !== undefined && { maximum: convert(maximum) }),
    };
    const value = new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
    return { value, supplied: false };
  } catch (cause) {
    return { supplied: false, problem: messageOf(cause) };
  }
}

function growthProblem(
  declared: number | bigint | undefined,
  initial: number,
  maximum: number | bigint | undefined,
): string | undefined {
  if (maximum === undefined) return undefined;
  if (maximum < initial) return `it has ${initial} pages, more than its maximum of ${maximum}`;
  return declared !== undefined && maximum > declared
    ? `it may grow to ${maximum} pages, expected at most ${declared}`
    : undefined;
}
