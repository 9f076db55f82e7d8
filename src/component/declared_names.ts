import type { Parameter, Result } from "../abi/declaration.ts";
import type { ValueType } from "./types.ts";
import { unnamed } from "./value_types.ts";

/** The names of WIT's primitive types in declarations. */
const NAMES: Readonly<Record<string, Parameter & Result & string>> = {
  string: "string",
  bool: "bool",
  f32: "f32",
  f64: "f64",
  s8: "i8",
  u8: "u8",
  s16: "i16",
  u16: "u16",
  s32: "i32",
  u32: "u32",
  s64: "i64",
  u64: "u64",
};

/** Returns the name of a type in declarations, if it has one. */
export function declaredName(named: ValueType): (Parameter & Result & string) | undefined {
  const type = unnamed(named);
  if (type.kind === "primitive") return NAMES[type.name];
  const item = type.kind === "list" ? unnamed(type.type) : undefined;
  return item?.kind === "primitive" && item.name === "u8" ? "bytes" : undefined;
}
