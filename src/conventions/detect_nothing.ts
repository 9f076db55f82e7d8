import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { GuestError, list } from "../errors.ts";
import {
  areCounterparts,
  handsOut,
  isGetter,
  isReserved,
  takesBack,
  takesPointersAlone,
} from "./names.ts";
import { allocator } from "./presets/allocator.ts";

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
