import { printable } from "../../base/show.ts";
import { declaredName } from "../../component/link/declared_functions.ts";
import type { FunctionType } from "../../component/types.ts";
import { conventionOf, type IdleGuest } from "./idle_guest.ts";
import type { Understand, Understood } from "./managed_functions.ts";
import { readWorld } from "./read_world.ts";

/**
 * Makes a function that declares the functions of a guest whose binary contains the types of its
 * world, as component toolchains embed them.
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
  const declared = parameters.map(({ type }) => declaredName(type));
  const returned = result === undefined ? "void" : declaredName(result);
  if (isAsync || returned === undefined) return undefined;
  const known = declared.filter((name) => name !== undefined);
  return known.length < declared.length ? undefined : { parameters: known, result: returned };
}
