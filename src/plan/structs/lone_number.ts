import type { StructField, StructParameter } from "../../abi/struct.ts";
import type { Layout } from "../../abi/struct_layout.ts";
import type { NumericType } from "../../base/numeric_types.ts";

/**
 * Returns the number or the pointer that a struct has as its only field. C passes and returns such
 * a struct by value as that number.
 */
export function loneOf({ fields }: Pick<StructParameter, "fields">): StructField | undefined {
  const names = Object.keys(fields);
  const [field] = names.length === 1 ? [fields[names[0]!]!] : [];
  if (typeof field !== "object") return field;
  if (field.type === "struct" && field.pointed !== true) return loneOf(field);
  return "length" in field && field.length !== undefined && field.length !== "nul"
    ? undefined
    : field;
}

/** Returns the core type of a parameter that crosses as one number; absent if it crosses in memory. */
export function scalarOf(
  parameter:
    | Pick<StructParameter, "type" | "fields" | "by">
    | { readonly type: "list" | "out" | "inout" },
): string | undefined {
  if (parameter.type !== "struct" || parameter.by !== "value") return undefined;
  const lone = loneOf(parameter);
  return lone === undefined ? undefined : numberType(lone);
}

/** Returns the core type of a number or of a pointer. */
export function numberType(lone: StructField): string {
  if (typeof lone === "object" || lone === "string" || lone === "pointer") return "p";
  if (lone === "f32" || lone === "f64") return lone;
  return lone === "i64" || lone === "u64" ? "i64" : "i32";
}

/** Returns the type of the only number in a layout. */
export function numberOf(layout: Layout): NumericType {
  if (layout.kind === "struct") return numberOf(layout.fields[0]!.layout);
  if (layout.kind === "number") return layout.store;
  return layout.size === 8 ? "u64" : "u32";
}
