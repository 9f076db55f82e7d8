import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { GuestError, list } from "../errors.ts";
import type { CapacityReport } from "./capacity.ts";
import type { Convention } from "./convention.ts";
import {
  areCounterparts,
  handsOut,
  isGetter,
  isReserved,
  takesBack,
  takesPointersAlone,
} from "./names.ts";
import { isOwn, type OwnConvention } from "./own.ts";
import { allocator } from "./presets/allocator.ts";

/**
 * Which convention a guest is called by, and why. It prints as the option that says the same.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/passing_data_symbol.wasm");
 * assertEquals(`${guest.convention}`, 'convention: staticBuffer({ pointer: "buffer" })');
 * ```
 */
export class ConventionReport {
  /** What the convention is called: `"static buffer"`, `"AssemblyScript"`. */
  readonly name: string;
  /** Why it was chosen. */
  readonly reason: string;
  /** The convention itself, to be passed to `load` or to be changed. */
  readonly convention: Convention | OwnConvention;
  readonly #capacity: CapacityReport;

  /** Tells of `convention`; its capacity is told as it becomes known. */
  constructor(convention: Convention | OwnConvention, reason: string, capacity: CapacityReport) {
    this.name = convention.name;
    this.reason = reason;
    this.convention = convention;
    this.#capacity = capacity;
  }

  /**
   * How many bytes the convention's buffer holds, and where that is known from; `undefined` where
   * text does not go into a buffer. The guest is asked on the first pass, not before.
   */
  get capacity(): Readonly<CapacityReport> | undefined {
    const { convention } = this;
    const hasBuffer = !isOwn(convention) && convention.place.kind === "buffer";
    return hasBuffer ? { ...this.#capacity } : undefined;
  }

  /** The option of `load` that says the same: `convention: staticBuffer({ pointer: "buffer" })`. */
  toString(): string {
    const { convention } = this;
    return `convention: ${isOwn(convention) ? convention.name : convention.expression}`;
  }

  /** How `console.log` shows it: the option, with the reason behind it. */
  [Symbol.for("Deno.customInspect")](): string {
    const { capacity } = this;
    const size = capacity?.byteLength === undefined
      ? ""
      : `; ${
        capacity.kind === "exact" ? "" : "at most "
      }${capacity.byteLength} bytes: ${capacity.reason}`;
    return `${this} // ${this.reason}${size}`;
  }
}

/** The error for a guest that nothing is recognised of: it says what could be meant. */
export function noConvention(info: ModuleInfo): GuestError {
  const functions = info.exports.filter(({ kind }) => kind === "function");
  return new GuestError(
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is recognised, and its " +
      `exported functions are ${list(names(functions))}, expected ` +
      (advice(info) ?? `an option such as ${bufferOption(functions)} or ${blockOption(functions)}`),
  );
}

/** What to do about a guest that could be recognised if it were compiled otherwise. */
function advice(info: ModuleInfo): string | undefined {
  const { exports, imports } = info;
  const aborts = imports.some((item) =>
    item.module === "env" && item.name === "abort" && item.kind === "function" &&
    item.type.parameters.length === 4
  );
  const isManaged = aborts && !exports.some(({ name }) => name === "__new");
  if (isManaged) {
    return "AssemblyScript's --exportRuntime when it is compiled; without it texts come back at " +
      "most, with convention: assemblyScript()";
  }
  // How large a stack is no binary says: whether texts fit there is for the caller to know.
  return movesStack(info) && takesPointersAlone(info)
    ? "convention: cString(), which puts texts on its stack, if they fit there"
    : undefined;
}

/** Whether the stack can be moved from outside. */
function movesStack({ exports }: ModuleInfo): boolean {
  const names = exports.map(({ name }) => name);
  return names.includes("__stack_pointer") ||
    (names.includes("stackSave") && names.includes("stackRestore"));
}

function bufferOption(functions: readonly ExportInfo[]): string {
  const getters = functions.filter((item) => isGetter(item) && !isReserved(item));
  return 'convention: staticBuffer({ pointer: "…" })' +
    byType([could(getters, "tell the pointer")]);
}

function blockOption(functions: readonly ExportInfo[]): string {
  const own = functions.filter((item) => !isReserved(item));
  const allocating = own.filter((item) => handsOut(item, 1) || isRealloc(item));
  const freeing = functions.filter((item) => takesBack(item) && !item.name.startsWith("_"));
  for (const { name: allocate } of allocating) {
    const free = freeing.find(({ name }) => areCounterparts(allocate, name))?.name;
    if (free !== undefined) return `convention: ${allocator({ allocate, free }).expression}`;
  }
  if (allocating.length === 0) return 'convention: allocator({ allocate: "…" })';
  return 'convention: allocator({ allocate: "…", free: "…" })' +
    byType([could(allocating, "allocate"), could(freeing, "free")]);
}

/** Whether an export's type is that of realloc as components have it. */
function isRealloc(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.parameters.length === 4 && handsOut(item, 4);
}

function could(items: readonly ExportInfo[], what: string): string | undefined {
  return items.length === 0 ? undefined : `${list(names(items), 5)} could ${what}`;
}

function byType(parts: readonly (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? "" : ` (by type ${said.join(" and ")})`;
}

function names(items: readonly ExportInfo[]): string[] {
  return items.map(({ name }) => name);
}
