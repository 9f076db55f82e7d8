import type { NumberName } from "../../abi/number.ts";
import {
  NUMERIC_TYPES,
  type NumericType,
  readNumeric,
  writeNumeric,
} from "../../base/numeric_types.ts";
import { dataMethod } from "../code/call_code.ts";
import { makeFunction } from "../code/code.ts";
import { storeNumber, testOf } from "../number.ts";
import { compileNumber, type ValuePath } from "../value_path.ts";

/** The loops over the numbers of an array. */
export interface NumberLoops {
  /** Checks all items, and returns them as they are written. */
  readonly check: (items: readonly unknown[], at: ValuePath) => readonly unknown[];
  readonly write: (data: DataView, pointer: number, items: readonly unknown[]) => void;
  readonly read: (data: DataView, pointer: number, count: number) => unknown[];
}

const known = new Map<string, NumberLoops>();

/**
 * Returns the loops over numbers of a type. Each has source of its own, because a loop for all
 * types takes several times as long.
 */
export function loopsOf(item: NumberName, store: NumericType): NumberLoops {
  const key = `${item} ${store}`;
  let loops = known.get(key);
  if (loops === undefined) known.set(key, loops = makeLoops(item, store));
  return loops;
}

function makeLoops(item: NumberName, store: NumericType): NumberLoops {
  const number = compileNumber(item, store);
  const checkOne = (value: unknown, index: number, at: ValuePath): unknown => {
    at.path.push(index);
    const checked = number(value, at);
    at.path.pop();
    return checked;
  };
  const { byteLength } = NUMERIC_TYPES[store];
  const order = byteLength === 1 ? "" : ", true";
  const place = `pointer + index * ${byteLength}`;
  const found = `data.${dataMethod("get", store)}(${place}${order})`;
  const made = makeFunction(
    ["checkOne"],
    `return {
  check(items, at) {
    const { length } = items, checked = [];
    for (let index = 0; index < length; index++) {
      const value = items[index];
      checked.push(${testOf(item, "value")} ? value : checkOne(value, index, at));
    }
    return checked;
  },
  write(data, pointer, items) {
    for (let index = 0; index < items.length; index++) {
      ${storeNumber({ type: item, store }, "data", place, "items[index]")}
    }
  },
  read(data, pointer, count) {
    const items = [];
    for (let index = 0; index < count; index++) items.push(${found}${
      item === "bool" ? " !== 0" : ""
    });
    return items;
  },
};`,
  );
  return (made?.(checkOne) as NumberLoops | undefined) ?? plainLoops(item, store, checkOne);
}

/** The same for an engine that makes no code from strings. */
function plainLoops(
  item: NumberName,
  store: NumericType,
  checkOne: (value: unknown, index: number, at: ValuePath) => unknown,
): NumberLoops {
  const { byteLength } = NUMERIC_TYPES[store];
  return {
    check: (items, at) =>
      Array.from({ length: items.length }, (_, index) => checkOne(items[index], index, at)),
    write(data, pointer, items) {
      for (const [index, value] of items.entries()) {
        writeNumeric(data, store, pointer + index * byteLength, value as number);
      }
    },
    read: (data, pointer, count) =>
      Array.from({ length: count }, (_, index) => {
        const value = readNumeric(data, store, pointer + index * byteLength);
        return item === "bool" ? value !== 0 : value;
      }),
  };
}
