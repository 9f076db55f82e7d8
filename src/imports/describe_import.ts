import { LoadError } from "../base/errors.ts";
import { listLines, quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { ExternalType } from "../binary/externals.ts";
import type { ImportInfo } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";

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

/** Formats the type of an import or an export of a module; the kind if the type is unknown. */
export function describeType(
  item: ExternalType | { readonly kind: string; readonly type?: never },
): string {
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
