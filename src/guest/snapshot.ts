import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { findHiddenState } from "../binary/hidden_state.ts";
import { unsigned } from "../binary/segments.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { objectValues } from "../call/on_demand.ts";
import { GuestMemory } from "../memory/guest_memory.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Instantiation } from "./guest_parts.ts";

/**
 * The state of a guest at one moment: the contents of its memories and the values of its mutable
 * exported globals. `guest.snapshot` takes it, and `guest.restore` restores it.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/symbols.wasm");
 * const snapshot = await guest.snapshot();
 * guest.memory.writeBytes(0, Uint8Array.of(1));
 * guest.restore(snapshot);
 * assertEquals(guest.memory.readBytes(0, 1), Uint8Array.of(0));
 * ```
 */
export interface GuestSnapshot {
  /** The size of the copied memory in bytes, without pages of zeros. */
  readonly byteLength: number;
}

/** A snapshot, with the instance from which it was taken. */
export class Snapshot implements GuestSnapshot {
  readonly #compiled: Compiled;
  readonly #info: ModuleInfo;
  readonly #instance: WebAssembly.Instance;
  readonly #memories: readonly Contents[];
  readonly #globals: readonly (readonly [name: string, value: number | bigint])[];
  readonly #tables: readonly (readonly [name: string, items: readonly unknown[]])[];
  readonly #hasRun: boolean;
  readonly #isInitialized: boolean;

  constructor(compiled: Compiled, { instance, wasmInstance }: Instantiation, info: ModuleInfo) {
    this.#compiled = compiled;
    this.#info = info;
    this.#instance = wasmInstance;
    this.#memories = memoriesOf(instance, info).map(copyOf);
    this.#globals = globalsOf(wasmInstance, info).map(([name, global]) => [name, global.value]);
    this.#tables = tablesOf(wasmInstance).map(([name, table]) => [name, itemsOf(table)]);
    this.#hasRun = instance.hasRun;
    this.#isInitialized = instance.isInitialized;
  }

  get byteLength(): number {
    return this.#memories.flatMap(({ runs }) => runs)
      .reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  /** Throws if it is a snapshot of a guest of another module. */
  checkModule(compiled: Compiled): void {
    if (compiled === this.#compiled) return;
    throw new TypeError(
      "Cannot restore the guest: the snapshot is from a guest of another module, expected one of " +
        "a guest of the same module",
    );
  }

  /**
   * Restores the instance from which the snapshot was taken, if possible.
   *
   * @returns The reason why a fresh instance is needed, if one is.
   */
  restoreInPlace(current: Instantiation): string | undefined {
    const { instance, wasmInstance } = current;
    if (!instance.callable) return `it is ${instance.state}`;
    if (wasmInstance !== this.#instance) return "the snapshot is one of another instance";
    const memories = memoriesOf(instance, this.#info);
    if (memories.some(({ size }, index) => size > this.#memories[index]!.size)) {
      return "its memory has grown since the snapshot";
    }
    refuseFiles(current, "restore the guest");
    for (const [index, [name, table]] of tablesOf(wasmInstance).entries()) {
      const [, items] = this.#tables[index]!;
      const isSame = table.length === items.length &&
        items.every((item, at) => table.get(at) === item);
      if (!isSame) return `its table ${quote(name)} has changed since the snapshot`;
    }
    this.#write(current, undefined);
    objectValues.loaded?.forgetPins(instance);
    return undefined;
  }

  /** Restores the snapshot in a fresh instance. */
  restoreFresh(fresh: Instantiation): void {
    for (const [index, [name, table]] of tablesOf(fresh.wasmInstance).entries()) {
      const [, items] = this.#tables[index]!;
      const found = itemsOf(table);
      if (found.length === items.length && found.every((item, at) => isAlike(item, items[at]))) {
        continue;
      }
      throw new GuestError(
        "hidden-state",
        `Cannot restore the guest: its table ${
          quote(name)
        } had other functions at the time of the ` +
          "snapshot than a fresh instance has, expected reset()",
      );
    }
    this.#write(fresh, initialRanges(this.#info));
  }

  #write(
    { instance, wasmInstance }: Instantiation,
    written: readonly Range[] | undefined,
  ): void {
    const info = this.#info;
    for (const [index, memory] of memoriesOf(instance, info).entries()) {
      writeContents(memory, this.#memories[index]!, written);
    }
    const values = new Map(this.#globals);
    for (const [name, global] of globalsOf(wasmInstance, info)) global.value = values.get(name);
    instance.hasRun = this.#hasRun;
    instance.isInitialized = this.#isInitialized;
    Object.assign(instance.unfreed, { results: 0, arguments: 0, byteLength: 0 });
  }
}

/**
 * Takes a snapshot of an instance.
 *
 * @throws {GuestError} if the guest cannot be called, or the host cannot copy all its state.
 */
export function takeSnapshot(compiled: Compiled, current: Instantiation): Snapshot {
  const action = "take a snapshot of the guest";
  const { instance } = current;
  if (!instance.callable) throw instance.refuse(action, "");
  const { info, bytes } = compiled;
  if (info === undefined || bytes === undefined) {
    throw new GuestError(
      "hidden-state",
      `Cannot ${action}: its binary is not kept, so its state is unknown, expected a guest of ` +
        "load(await compile(source))",
    );
  }
  const hidden = findHiddenState(bytes, info);
  if (info.memories.length > 0 && !instance.hasMemory) hidden.push("its memory is not exported");
  if (hidden.length > 0) {
    throw new GuestError(
      "hidden-state",
      `Cannot ${action}: it has state that the host cannot copy: ${hidden.slice(0, 5).join(", ")}${
        hidden.length > 5 ? ` and ${hidden.length - 5} more` : ""
      }, expected reset(), or a build that exports its mutable globals`,
    );
  }
  refuseFiles(current, action);
  return new Snapshot(compiled, current, info);
}

/** Throws if a guest has opened, closed or changed files of WASI, which are not in its memory. */
function refuseFiles({ host }: Instantiation, action: string): void {
  if (!host?.wasi?.hasChangedFiles) return;
  throw new GuestError(
    "hidden-state",
    `Cannot ${action}: it has opened, closed or changed files of WASI, which the host holds, ` +
      "expected it to have only those that it began with",
  );
}

/** A range of memory with nonzero contents. */
interface Run {
  readonly pointer: number;
  readonly bytes: Uint8Array;
}

/** The contents of a memory. */
interface Contents {
  readonly size: number;
  readonly runs: readonly Run[];
}

/** Copies a memory, without pages of zeros. */
function copyOf(memory: GuestMemory): Contents {
  const { size } = memory;
  const runs: Run[] = [];
  for (let start = 0; start < size;) {
    while (start < size && isZero(memory, start)) start += PAGE_SIZE;
    let end = start;
    while (end < size && !isZero(memory, end)) end += PAGE_SIZE;
    if (end > start) runs.push({ pointer: start, bytes: memory.readBytes(start, end - start) });
    start = end;
  }
  return { size, runs };
}

function isZero(memory: GuestMemory, pointer: number): boolean {
  const { buffer, byteOffset } = memory.view(pointer, PAGE_SIZE);
  const words = new BigUint64Array(buffer, byteOffset, PAGE_SIZE / 8);
  for (let index = 0; index < words.length; index++) if (words[index] !== 0n) return false;
  return true;
}

/** A range of addresses: the first, and the one after the last. */
type Range = readonly [start: number, end: number];

/**
 * Returns the ranges that instantiation writes to the only memory; `undefined` if they are unknown.
 * The rest is zero in a fresh instance, and clearing it would cost a page fault for each page.
 */
function initialRanges(
  { start, memories, dataSegments }: ModuleInfo,
): readonly Range[] | undefined {
  if (start !== undefined || memories.length > 1) return undefined;
  const ranges: Range[] = [];
  for (const { memory, offset, byteLength } of dataSegments) {
    if (memory === undefined) continue;
    if (offset === undefined || !("value" in offset)) return undefined;
    const pointer = unsigned(offset.value);
    ranges.push([pointer, pointer + byteLength]);
  }
  return ranges;
}

/**
 * Restores the contents of a memory. Everything beyond them becomes zero.
 *
 * @param written The ranges that are not zero now, if they are known.
 */
function writeContents(
  memory: GuestMemory,
  { size, runs }: Contents,
  written: readonly Range[] = [[0, memory.size]],
): void {
  if (memory.size < size) memory.grow((size - memory.size) / PAGE_SIZE);
  let end = 0;
  for (const { pointer, bytes } of [...runs, { pointer: memory.size, bytes: NO_BYTES }]) {
    for (const range of written) {
      const from = Math.max(end, range[0]), to = Math.min(pointer, range[1]);
      if (from < to) memory.clear(from, to - from);
    }
    memory.writeBytes(pointer, bytes);
    end = pointer + bytes.byteLength;
  }
}

const NO_BYTES = new Uint8Array();

/** Returns the memories of an instance: the only one, or all exported ones. */
function memoriesOf(instance: Instantiation["instance"], { memories }: ModuleInfo): GuestMemory[] {
  if (memories.length <= 1) return instance.hasMemory ? [instance.memory] : [];
  const exported = Object.values(instance.exports).filter((value) =>
    value instanceof WebAssembly.Memory
  );
  return [...new Set(exported)].map((memory) => new GuestMemory(memory));
}

/** Returns the exported globals that can change. */
function globalsOf(
  { exports }: WebAssembly.Instance,
  info: ModuleInfo,
): [name: string, global: WebAssembly.Global][] {
  return info.exports.filter((item) => item.kind === "global" && item.type.mutable)
    .map(({ name }) => [name, exports[name] as WebAssembly.Global]);
}

/** Returns the exported tables, whose items the host can change. */
function tablesOf({ exports }: WebAssembly.Instance): [name: string, table: WebAssembly.Table][] {
  return Object.entries(exports).filter((entry): entry is [string, WebAssembly.Table] =>
    entry[1] instanceof WebAssembly.Table
  );
}

function itemsOf(table: WebAssembly.Table): unknown[] {
  return Array.from({ length: table.length }, (_, index) => table.get(index));
}

/**
 * Returns whether two instances have the same item in a table. The name of a function is its index
 * in its module.
 */
function isAlike(item: unknown, other: unknown): boolean {
  if (typeof item !== "function" || typeof other !== "function") return item === other;
  return item.name === other.name && item.length === other.length;
}
