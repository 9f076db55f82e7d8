import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { list, quote } from "../errors.ts";
import type { Capacity, Convention, Place } from "./convention.ts";
import { type Fence, findFences, isLinkedByLld } from "./fences.ts";
import type { OwnConvention } from "./own.ts";
import { isGetter, namesSize, shareStem } from "./names.ts";

/** How the capacity of a buffer is known. */
export interface CapacityRule {
  /** An option, or an export that states it. */
  readonly source?: Capacity;
  /** Whether the buffer may be an object of AssemblyScript's, whose header then holds its size. */
  readonly header: boolean;
  /** Whether the source was found rather than said: then a value that can't be is not believed. */
  readonly found: boolean;
  /** What states the capacity, or why nothing does. */
  readonly reason: string;
  /** In ascending order; the end of memory comes after them. */
  readonly fences: readonly Fence[];
  /** Whether no buffer of the guest's can be at address 0: wasm-ld leaves that to null pointers. */
  readonly beginsAboveNull?: boolean;
}

/** How `guest.convention` tells a buffer's capacity. */
export interface CapacityReport {
  /** Exact: more is an overrun. An upper bound: the buffer ends there at the latest. */
  kind: "exact" | "upper bound";
  /** The capacity in bytes; `undefined` until the first pass has asked for the pointer. */
  byteLength: number | undefined;
  /** Where it is known from. */
  reason: string;
}

/** A report, and the place that it is about. */
export interface ReportedCapacity {
  readonly place: Place | undefined;
  readonly report: CapacityReport;
}

/** What is known of the capacity of a convention's buffer before the guest was asked for it. */
export function reportCapacity(
  convention: Convention | OwnConvention | Error,
  info: ModuleInfo | undefined,
): ReportedCapacity {
  const place = "place" in convention ? convention.place : undefined;
  if (place?.kind !== "buffer") {
    return { place, report: { kind: "upper bound", byteLength: undefined, reason: "" } };
  }
  const { source, reason } = findCapacity(place, info);
  const kind = source === undefined ? "upper bound" : "exact";
  const byteLength = typeof source === "number" ? source : undefined;
  return { place, report: { kind, byteLength, reason } };
}

/** Learns from the binary how the capacity of a buffer can be known, without running the guest. */
export function findCapacity(
  place: Place & { kind: "buffer" },
  info: ModuleInfo | undefined,
): CapacityRule {
  const { capacity, pointer } = place;
  if (info === undefined) {
    return capacity === undefined
      ? { header: false, found: true, reason: "nothing states it", fences: [] }
      : { source: capacity, header: false, found: false, reason: told(capacity), fences: [] };
  }
  const fences = findFences(info);
  if (capacity !== undefined) {
    const source = withKind(capacity, info);
    return { source, header: false, found: false, reason: told(capacity), fences };
  }
  const stated = typeof pointer === "string"
    ? findStated(info, pointer)
    : { reason: "nothing states it" };
  const header = !("source" in stated) && typeof pointer === "string" && isObject(info, pointer);
  const beginsAboveNull = typeof pointer === "string" && isLinkedByLld(info);
  return { ...stated, header, found: true, fences, ...(beginsAboveNull && { beginsAboveNull }) };
}

function told(capacity: Capacity): string {
  return typeof capacity === "number" ? "the option" : `the option names ${quote(capacity.export)}`;
}

/** An option's global with what it holds, where the option leaves that open. */
function withKind(capacity: Capacity, info: ModuleInfo): Capacity {
  if (typeof capacity === "number" || capacity.holds !== undefined) return capacity;
  const item = info.exports.find(({ name }) => name === capacity.export);
  const holds = item?.kind === "global" ? heldBy(item, info) : undefined;
  return holds === undefined ? capacity : { ...capacity, holds };
}

/** The export that states the capacity: its name shares a stem with the buffer's, or it is the only one. */
function findStated(
  info: ModuleInfo,
  buffer: string,
): { source: Capacity; reason: string } | { reason: string } {
  const stating = info.exports.filter((item) =>
    item.name !== buffer && namesSize(item.name) && isGetter(item)
  );
  const related = stating.filter((item) => shareStem(item.name, buffer));
  const fitting = related.length > 0 ? related : stating;
  const [item] = fitting;
  if (item === undefined) return { reason: "nothing states it" };
  if (fitting.length > 1) {
    return { reason: `any of ${list(fitting.map(({ name }) => name))} could state it` };
  }
  const name = quote(item.name);
  if (item.kind !== "global") {
    return { source: { export: item.name }, reason: `${name} returns it` };
  }
  const holds = heldBy(item, info);
  if (holds === undefined) {
    return { reason: `whether global ${name} holds it or is the address of it can not be told` };
  }
  const reason = holds === "address" ? `${name} is the address of it` : `${name} holds it`;
  return { source: { export: item.name, holds }, reason };
}

/** What an exported global of a number is, as far as the toolchain tells. */
function heldBy(
  { type }: ExportInfo & { kind: "global" },
  info: ModuleInfo,
): "value" | "address" | undefined {
  // No symbol's address ever changes.
  if (type.mutable) return "value";
  if (isLinkedByLld(info)) return "address";
  return isAssemblyScript(info) ? "value" : undefined;
}

/** Whether AssemblyScript made the module: its runtime's exports or imports show. */
function isAssemblyScript(info: ModuleInfo): boolean {
  return info.exports.some((item) => item.name === "__rtti_base" || item.name === "__newArray") ||
    info.imports.some((item) =>
      item.module === "env" && item.name === "abort" && item.kind === "function" &&
      item.type.parameters.length === 4
    );
}

/** Whether an export can be an object of AssemblyScript's: a global that wasm-ld did not make. */
function isObject(info: ModuleInfo, name: string): boolean {
  return !isLinkedByLld(info) &&
    info.exports.some((item) => item.kind === "global" && item.name === name);
}
