import { formatFunctionType } from "./binary/defined_types.ts";
import type { ImportInfo } from "./binary/types.ts";
import { quote } from "./errors.ts";

/** One import, as far as it is known: its type only from the binary. */
export type WantedImport =
  | ImportInfo
  | {
    readonly module: string;
    readonly name: string;
    readonly kind: string;
    readonly type?: never;
  };

/** An import as errors name it: `import[2] "env.log" (i32, i32) -> ()`. */
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
