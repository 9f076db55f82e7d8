import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { Layout, NumberLayout } from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { testOf } from "../number.ts";
import { writeTake } from "../code/allocate.ts";
import { type CallCode, dataMethod, type PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";

/** Writes putting a number into memory; `data` is a view of it. */
export function storeNumber(
  { type, store }: Pick<NumberLayout, "type" | "store">,
  data: string,
  address: string,
  value: string,
): string {
  // The number 1 is true.
  const number = type === "bool" ? `${value} ? 1 : 0` : value;
  const order = NUMERIC_TYPES[store].byteLength === 1 ? "" : ", true";
  return `${data}.${dataMethod("set", store)}(${address}, ${number}${order});`;
}

/**
 * Writes the check that a value is an object of so many fields. The run form names the field that
 * there should not be; an inherited one is left to it too.
 */
export function writeShape(
  value: string,
  fields: number,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const count = code.fresh("count");
  code.add(`if (typeof ${value} !== "object" || ${value} === null) ${otherwise()}
    let ${count} = 0; for (const key in ${value}) ${count}++;
    if (${count} !== ${fields}) ${otherwise()}`);
}

/** A number of a struct, in its local. */
export interface Leaf {
  readonly offset: number;
  readonly layout: NumberLayout;
  readonly local: string;
}

/**
 * Writes a parameter that is a struct of numbers, and of structs of numbers.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeStruct(
  { layout, isList, place, free, nullable, scalar }: CompoundPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const { align, size } = layout;
  if (isList || nullable || scalar !== undefined || !isOfNumbers(layout)) return false;
  const leaves: Leaf[] = [];
  readFields(layout, 0, `a${argument}`, leaves, code, otherwise);
  const block = { place, free, block: argument, align, otherwise, byteLength: String(size) };
  if (!writeTake(block, code)) return false;
  writeLeaves(leaves, size, code.get("pointers", argument), code);
  return true;
}

/** Writes numbers into a block of `size` bytes, and zeros between them. */
export function writeLeaves(
  leaves: readonly Leaf[],
  size: number,
  pointer: string,
  code: CallCode,
): void {
  const data = code.fresh("data");
  code.add(`const ${data} = ${code.memory}.data();`);
  let end = 0;
  for (const { offset, layout, local } of leaves) {
    writePadding(end, offset, pointer, data, code);
    end = offset + layout.size;
    code.add(storeNumber(layout, data, `${pointer} + ${offset}`, local));
  }
  writePadding(end, size, pointer, data, code);
}

/** Returns whether a type has only numbers that are their own values in memory. */
export function isOfNumbers(layout: Layout): boolean {
  if (layout.kind === "struct") return layout.fields.every(({ layout }) => isOfNumbers(layout));
  // A pointer of 64 bits can be a number or a bigint.
  return layout.kind === "number" && !(layout.type === "pointer" && layout.size === 8);
}

/** Writes reading each number into a local, once, and checking it. */
export function readFields(
  layout: Layout,
  offset: number,
  value: string,
  leaves: Leaf[],
  code: CallCode,
  otherwise: Otherwise,
): void {
  if (layout.kind === "number") {
    const test = testOf(layout.type, value);
    code.add(`if (!(${test})) ${otherwise()}`);
    leaves.push({ offset, layout, local: value });
    return;
  }
  if (layout.kind !== "struct") return;
  writeShape(value, layout.fields.length, code, otherwise);
  for (const { name, offset: at, layout: field } of layout.fields) {
    const local = code.fresh("field");
    code.add(`const ${local} = ${value}[${code.constant(name)}];`);
    readFields(field, offset + at, local, leaves, code, otherwise);
  }
}

/** Writes zeros between two fields, which are no part of either. */
function writePadding(
  from: number,
  to: number,
  pointer: string,
  data: string,
  code: CallCode,
): void {
  for (let at = from; at < to; at++) code.add(`${data}.setUint8(${pointer} + ${at}, 0);`);
}
