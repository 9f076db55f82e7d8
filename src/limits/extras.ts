import type { Body } from "../binary/body.ts";
import { OPERATORS } from "../binary/operators.ts";
import type { DefinedType, ModuleInfo } from "../binary/types.ts";

/** The additional cost of operators on many bytes, elements or objects. */
export type Extra = (
  body: Body,
  info: ModuleInfo,
) => { length: number } | { grows: number } | { waits: true } | number;

/** The power of two of the bytes that count as one unit. */
export const UNIT_SHIFT = 4;

/** A length of 64 bits. */
export const WIDE = 0x10;

/** The length of an object that is made by an operator that cannot be split. */
export const MAKES = 0x20;

const address = (is64: boolean | undefined, shift: number) => shift + (is64 ? WIDE : 0);

const memory = ({ memories }: ModuleInfo, index: number) => memories[index]?.address === "i64";

const table = ({ tables }: ModuleInfo, index: number) => tables[index]?.address === "i64";

const EXTRAS: Readonly<Record<string, Extra>> = {
  "memory.fill": ({ index }, info) => ({ length: address(memory(info, index), 0) }),
  // The length has 64 bits if both memories have.
  "memory.copy": ({ index, second }, info) => ({
    length: address(memory(info, index) && memory(info, second), 0),
  }),
  "memory.init": () => ({ length: 0 }),
  "memory.grow": ({ index }, info) => ({ grows: address(memory(info, index), 12) }),
  "table.fill": ({ index }, info) => ({ length: address(table(info, index), UNIT_SHIFT) }),
  "table.copy": ({ index, second }, info) => ({
    length: address(table(info, index) && table(info, second), UNIT_SHIFT),
  }),
  "table.init": () => ({ length: UNIT_SHIFT }),
  "table.grow": ({ index }, info) => ({ grows: address(table(info, index), 0) }),
  "struct.new": structUnits,
  "struct.new_default": structUnits,
  "array.new": newLength,
  "array.new_default": newLength,
  "array.new_data": newLength,
  "array.new_elem": newLength,
  "array.new_fixed": ({ index, second }, { types }) =>
    Math.floor((second << elementShift(types[index])) / (1 << UNIT_SHIFT)),
  "array.fill": arrayLength,
  "array.copy": arrayLength,
  "array.init_data": arrayLength,
  "array.init_elem": arrayLength,
  "memory.atomic.wait32": () => ({ waits: true }),
  "memory.atomic.wait64": () => ({ waits: true }),
};

/** Each field counts as 8 bytes. */
function structUnits({ index }: Body, { types }: ModuleInfo): number {
  const type = types[index];
  return type?.kind === "struct" ? Math.floor(type.fields.length * 8 / (1 << UNIT_SHIFT)) : 0;
}

function arrayLength({ index }: Body, { types }: ModuleInfo): { length: number } {
  return { length: elementShift(types[index]) };
}

function newLength({ index }: Body, { types }: ModuleInfo): { length: number } {
  return { length: elementShift(types[index]) | MAKES };
}

const SHIFTS: Readonly<Record<string, number>> = { i8: 0, i16: 1, i32: 2, f32: 2, v128: 4 };

function elementShift(type: DefinedType | undefined): number {
  return type?.kind === "array" ? SHIFTS[type.element.storage] ?? 3 : 0;
}

/** What operators cost beside their unit, by their numbers. */
export const EXTRA_OF = OPERATORS.map((operator) => operator && EXTRAS[operator.name]);

/** Operators that mark where blocks begin and end. The engine makes no code for them. */
const MARKS = /^(?:block|loop|else|end|try|try_table|catch|catch_all|delegate)$/;

/** The units of operators, by their numbers. */
export const COST_OF = Uint8Array.from(
  OPERATORS,
  (operator) => operator === undefined || MARKS.test(operator.name) ? 0 : 1,
);
