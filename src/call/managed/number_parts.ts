import type { ManagedNumbers } from "../../abi/managed_layout.ts";
import type { NumberName } from "../../abi/number.ts";
import { GuestError, orThrow } from "../../base/errors.ts";
import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { isArray } from "../../base/show.ts";
import { classesOf, showClass } from "./classes.ts";
import { wrap } from "./data_parts.ts";
import { compileContents } from "./managed.ts";
import { loopsOf } from "./number_loops.ts";
import { chooseNumbers, type ClassContext, isOfNumbers, storeOf } from "./object_classes.ts";
import type { Part, Runtime } from "./object_parts.ts";
import type { Contents, ContentsContext } from "./types.ts";

// Plain arrays of numbers and of booleans, in whichever array class the guest has for them.

/** Compiles passing a plain array of numbers. */
export function compileNumbers(
  layout: ManagedNumbers,
  context: ClassContext,
  runtime: Runtime,
): Part {
  const { id, kind, element } = orThrow(chooseNumbers(layout, context));
  const store = element as NumericType;
  const { check, write } = loopsOf(layout.item ?? store, store);
  const unit = NUMERIC_TYPES[store].byteLength;
  const { memory, make, bufferId } = runtime;
  const isStatic = kind === "StaticArray";
  return {
    draft(value, at) {
      if (!isArray(value)) throw at.wrong(value, "an array", layout.nullable);
      return check(value, at);
    },
    build(drafted) {
      const items = drafted as readonly unknown[];
      const byteLength = items.length * unit;
      const contents = make(byteLength, isStatic ? id : bufferId);
      write(memory.data(), contents, items);
      return isStatic
        ? contents
        : wrap(runtime, contents, byteLength, kind as "Array", id, items.length);
    },
  };
}

/** Reads the numbers at an address, after `take` was given their number. */
type ReadNumbers = (pointer: number, take: (count: number) => void) => unknown[];

/** Compiles reading an array of numbers into a plain one. */
export function compileReadNumbers(
  { item }: ManagedNumbers,
  context: ContentsContext,
): ReadNumbers {
  if (item !== undefined) return compileReadElements(item, storeOf(item), context);
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
      const element = found.element as NumericType;
      read = compileReadElements(element, element, context);
      known.set(id, read);
    }
    return read(pointer, take);
  };
}

function compileReadElements(
  item: NumberName,
  element: NumericType,
  context: ContentsContext,
): ReadNumbers {
  const { memory } = context.instance;
  const find = compileContents({ element }, context);
  const { read } = loopsOf(item, element);
  const unit = NUMERIC_TYPES[element].byteLength;
  return (pointer, take) => {
    const found: Contents = { start: 0, byteLength: 0 };
    find(pointer, found);
    const { start, byteLength } = found;
    const count = byteLength / unit;
    take(count);
    memory.check("read", start, byteLength);
    return read(memory.data(), start, count);
  };
}
