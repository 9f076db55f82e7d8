import type { ManagedNumbers } from "../../abi/managed_layout.ts";
import { GuestError, orThrow } from "../../base/errors.ts";
import {
  NUMERIC_TYPES,
  type NumericType,
  TYPED_ARRAYS,
  type View,
} from "../../base/numeric_types.ts";
import { compileElements } from "../content.ts";
import { compileNumber, itemsOf } from "../value_path.ts";
import { classesOf, showClass } from "./classes.ts";
import { compileBuildData } from "./data_parts.ts";
import { compileContents } from "./managed.ts";
import { chooseNumbers, type ClassContext, isOfNumbers, storeOf } from "./object_classes.ts";
import type { Data, Part, Runtime } from "./object_parts.ts";
import type { Contents, ContentsContext } from "./types.ts";

// Plain arrays of numbers and of booleans, in whichever array class the guest has for them.

/** Compiles passing a plain array of numbers. */
export function compileNumbers(
  layout: ManagedNumbers,
  context: ClassContext,
  runtime: Runtime,
): Part {
  const chosen = orThrow(chooseNumbers(layout, context));
  const store = chosen.element as NumericType;
  const check = compileNumber(layout.item ?? store, store);
  const Elements = TYPED_ARRAYS[store];
  const or = layout.nullable ? " or null" : "";
  return {
    draft(value, at) {
      const items = itemsOf(value, at, or);
      const { path } = at;
      const depth = path.length;
      const view = new Elements(items.length);
      for (let index = 0; index < items.length; index++) {
        path[depth] = index;
        view[index] = check(items[index], at);
      }
      path.length = depth;
      return { view: view as View, byteLength: view.byteLength } satisfies Data;
    },
    build: compileBuildData(chosen, store, context, runtime),
  };
}

/** Reads the numbers at an address, after `take` was given their number. */
type ReadNumbers = (pointer: number, take: (count: number) => void) => unknown[];

/** Compiles reading an array of numbers into a plain one. */
export function compileReadNumbers(
  { item }: ManagedNumbers,
  context: ContentsContext,
): ReadNumbers {
  if (item !== undefined) return compileReadElements(storeOf(item), item === "bool", context);
  const { instance: { memory }, instance, runtime, subject, symbol } = context;
  const { all } = classesOf(instance, runtime);
  const known = new Map<number, ReadNumbers>();
  return (pointer, take) => {
    const id = Number(memory.read("u32", pointer - 8));
    let read = known.get(id);
    if (read === undefined) {
      const found = all?.[id];
      if (found === undefined || !isOfNumbers(found)) {
        throw new GuestError(
          "signature",
          `Cannot lift ${subject}: its class is ${showClass(all, id)}, expected an array of ` +
            `numbers${all === undefined ? ' with the type of its "item" in the declaration' : ""}`,
          { export: symbol },
        );
      }
      read = compileReadElements(found.element as NumericType, false, context);
      known.set(id, read);
    }
    return read(pointer, take);
  };
}

function compileReadElements(
  element: NumericType,
  isBool: boolean,
  context: ContentsContext,
): ReadNumbers {
  const { memory } = context.instance;
  const find = compileContents({ element }, context);
  const elements = compileElements(memory, element);
  return (pointer, take) => {
    const found: Contents = { start: 0, byteLength: 0 };
    find(pointer, found);
    take(found.byteLength / NUMERIC_TYPES[element].byteLength);
    memory.check("read", found.start, found.byteLength);
    const view = elements.read(found.start, found.byteLength) as Uint8Array;
    const items: unknown[] = [];
    for (let index = 0; index < view.length; index++) {
      items.push(isBool ? view[index] !== 0 : view[index]);
    }
    return items;
  };
}
