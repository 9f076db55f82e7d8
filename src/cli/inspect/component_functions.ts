import type { Parameter, Result } from "../../abi/declaration.ts";
import { printable } from "../../base/show.ts";
import { readWorld, type WitFunction, type WitType } from "./component_types.ts";
import { conventionOf, type IdleGuest } from "./idle_guest.ts";
import type { Understand, Understood } from "./managed_functions.ts";

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
    const words = `It is ${describe(found)} in the guest's world`;
    const declaration = declare(found);
    return declaration === undefined
      ? {
        declaration: numbers,
        words: [`${words}, which has no declaration: these are core types.`],
      }
      : { declaration, words: [`${words}.`] };
  };
}

function declare(
  { parameters, result, isAsync }: WitFunction,
): Understood["declaration"] | undefined {
  const declared = parameters.map(({ type }) => nameOf(type));
  const returned = result === undefined ? "void" : nameOf(result);
  if (isAsync || returned === undefined) return undefined;
  const known = declared.filter((name) => name !== undefined);
  return known.length < declared.length ? undefined : { parameters: known, result: returned };
}

/** Returns the name of a type in declarations, if it has one. */
function nameOf(type: WitType): (Parameter & Result & string) | undefined {
  if (type.kind === "primitive") return NAMES[type.name];
  const isBytes = type.kind === "list" && type.item.kind === "primitive" && type.item.name === "u8";
  return isBytes ? "bytes" : undefined;
}

/** Formats a function as WIT writes it: `func(name: string) -> string`. */
function describe({ parameters, result, isAsync }: WitFunction): string {
  const all = parameters.map(({ name, type }) => `${name}: ${format(type)}`).join(", ");
  const returned = result === undefined ? "" : ` -> ${format(result)}`;
  return printable(`\`${isAsync ? "async " : ""}func(${all})${returned}\``);
}

function format(type: WitType): string {
  return type.kind === "list" ? `list<${format(type.item)}>` : type.name;
}
