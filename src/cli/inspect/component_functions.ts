import type { Parameter, Result } from "../../abi/declaration.ts";
import { printable } from "../../base/show.ts";
import type { FunctionType, ValueType } from "../../component/types.ts";
import { unnamed } from "../../component/value_types.ts";
import { conventionOf, type IdleGuest } from "./idle_guest.ts";
import type { Understand, Understood } from "./managed_functions.ts";
import { readWorld } from "./read_world.ts";

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

/**
 * Makes what understands the functions of a guest whose binary has the types of its world, as
 * toolchains of the component model embed them.
 *
 * @returns `undefined` for any other guest.
 */
export function understandWorld({ guest, info, bytes }: IdleGuest): Understand | undefined {
  const functions = readWorld(bytes, info);
  if (functions.size === 0 || conventionOf(guest)?.name !== "canonical ABI") return undefined;
  return (name, _core, numbers) => {
    const found = functions.get(name);
    if (found === undefined) return { declaration: numbers, words: [] };
    const words = `It is \`${printable(found.wit)}\` in the guest's world`;
    const declaration = declare(found.type);
    return declaration === undefined
      ? {
        declaration: numbers,
        words: [`${words}, which has no declaration: these are core types.`],
      }
      : { declaration, words: [`${words}.`] };
  };
}

function declare(
  { parameters, result, isAsync }: FunctionType,
): Understood["declaration"] | undefined {
  const declared = parameters.map(({ type }) => nameOf(type));
  const returned = result === undefined ? "void" : nameOf(result);
  if (isAsync || returned === undefined) return undefined;
  const known = declared.filter((name) => name !== undefined);
  return known.length < declared.length ? undefined : { parameters: known, result: returned };
}

/** Returns the name of a type in declarations, if it has one. */
function nameOf(named: ValueType): (Parameter & Result & string) | undefined {
  const type = unnamed(named);
  if (type.kind === "primitive") return NAMES[type.name];
  const item = type.kind === "list" ? unnamed(type.type) : undefined;
  return item?.kind === "primitive" && item.name === "u8" ? "bytes" : undefined;
}
