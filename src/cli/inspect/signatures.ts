import { formatFunctionType } from "../../binary/defined_types.ts";
import { constantOf } from "../../binary/segments.ts";
import type { ExportInfo, ImportInfo, Limits, ModuleInfo } from "../../binary/types.ts";
import type { Count, InspectedExport, InspectedMemory } from "./inspection.ts";

/** Converts a number of a binary for JSON, which has no bigints. */
export function toCount(value: number | bigint): Count {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** Formats the type of an import or an export: a whole signature, or a type with its limits. */
export function formatType(item: ImportInfo | ExportInfo): string {
  switch (item.kind) {
    case "function":
      return formatFunctionType(item.type, Infinity);
    case "tag":
      return formatFunctionType(item.type.function, Infinity);
    case "global":
      return `${item.type.mutable ? "mutable " : ""}${item.type.type}`;
    case "table":
      return `${limitsOf(item.type, "element")} of ${item.type.element}`;
    case "memory":
      return formatMemory(item.type);
  }
}

/** Formats a memory's limits: `2 pages or more`, `1 page to 16, shared`. */
export function formatMemory(type: Sized & { readonly pageSize: number }): string {
  const size = type.pageSize === USUAL_PAGE ? "" : `, pages of ${type.pageSize} B`;
  return limitsOf(type, "page") + size;
}

const USUAL_PAGE = 65_536;

/** The limits of a binary, or as JSON has them. */
interface Sized extends Pick<Limits, "shared" | "address"> {
  readonly minimum: Count | bigint;
  readonly maximum?: Count | bigint;
}

function limitsOf({ minimum, maximum, shared, address }: Sized, unit: string): string {
  const reach = maximum === undefined ? "or more" : `to ${maximum}`;
  const least = `${minimum} ${unit}${Number(minimum) === 1 ? "" : "s"}`;
  return `${least} ${reach}${shared ? ", shared" : ""}${
    address === "i64" ? ", 64-bit addresses" : ""
  }`;
}

/** Describes the exports of a module. */
export function listExports(info: ModuleInfo): InspectedExport[] {
  return info.exports.map((item) => {
    const { name, kind } = item;
    const value = item.kind === "global" ? constantOf(info, item.index) : undefined;
    return { name, kind, type: formatType(item), ...(value !== undefined && { value }) };
  });
}

/** Describes the memories of a module, imported ones first. */
export function listMemories({ memories, imports, exports }: ModuleInfo): InspectedMemory[] {
  const imported = imports.filter(({ kind }) => kind === "memory");
  return memories.map(({ pageSize, minimum, maximum, shared, address }, index) => {
    const from = imported[index];
    const exported = exports.find((item) => item.kind === "memory" && item.index === index);
    const name = exported?.name ?? (from && `${from.module}.${from.name}`);
    return {
      ...(name !== undefined && { name }),
      imported: from !== undefined,
      pageSize,
      minimum: toCount(minimum),
      ...(maximum !== undefined && { maximum: toCount(maximum) }),
      shared,
      address,
    };
  });
}
