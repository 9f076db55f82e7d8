import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { FunctionLayout, Layout, NumberLayout } from "../../abi/struct_layout.ts";
import { testOf } from "../number.ts";
import { hasPointers } from "../../plan/structs/lay_out.ts";
import { writeTake } from "../code/allocate.ts";
import type { CallCode, PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { storeNumber } from "./store_number.ts";
import { writeLend } from "./struct_functions.ts";
import { type Leaf, readVariant, type VariantLeaf, writeVariants } from "./write_variant.ts";
import { isPlainText, type TextLeaf, writeMeasure, writeSize, writeTexts } from "./write_texts.ts";

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

/**
 * Writes a parameter that is a struct of numbers, texts, functions and variants, and of such structs.
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
  if (isList || nullable || scalar !== undefined || !isOfLeaves(layout)) return false;
  // A text that the guest frees has a block of its own.
  const isEach = place.kind === "allocator" && free === undefined;
  if (isEach && hasPointers(layout)) return false;
  const leaves: Leaf[] = [], texts: TextLeaf[] = [];
  const functions: FunctionLeaf[] = [], variants: VariantLeaf[] = [];
  readFields(layout, 0, `a${argument}`, leaves, code, otherwise, { texts, functions, variants });
  const byteLength = writeSize(size, texts, code);
  const block = { place, free, block: argument, align, otherwise, byteLength };
  if (!writeTake(block, code)) return false;
  const layouts = functions.map(({ layout }) => layout),
    locals = functions.map(({ local }) => local);
  for (const [index, local] of writeLend(layouts, locals, argument, code).entries()) {
    leaves.push({ offset: functions[index]!.offset, layout: POINTER, local });
  }
  const pointer = code.get("pointers", argument);
  writeLeaves(leaves, size, pointer, code, [...texts, ...variants]);
  writeTexts(size, texts, pointer, code);
  writeVariants(variants, code, (leaves, end, begin) => {
    writeLeaves(leaves, end, pointer, code, [], begin);
  });
  return true;
}

/** A function of a struct, in its local. */
interface FunctionLeaf {
  readonly offset: number;
  readonly layout: FunctionLayout;
  readonly local: string;
}

/** The pointer of a function in memory with addresses of 32 bits. */
const POINTER: NumberLayout = { kind: "number", type: "u32", store: "u32", size: 4, align: 4 };

/**
 * Returns whether a type has only numbers, functions, and texts of one byte for each unit behind
 * pointers.
 */
function isOfLeaves(layout: Layout): boolean {
  if (layout.kind === "struct") return layout.fields.every(({ layout }) => isOfLeaves(layout));
  if (layout.kind === "function") return layout.size === POINTER.size;
  if (layout.kind === "variant") {
    return layout.cases.every(({ layout }) => layout === undefined || isOfNumbers(layout));
  }
  if (layout.kind !== "data") return isOfNumbers(layout);
  return isPlainText(layout);
}

/**
 * Writes numbers into a block from `begin` to `size`, and zeros between them; `others` are places
 * that are written elsewhere.
 */
export function writeLeaves(
  leaves: readonly Leaf[],
  size: number,
  pointer: string,
  code: CallCode,
  others: readonly (TextLeaf | VariantLeaf)[] = [],
  begin = 0,
): void {
  const data = code.fresh("data");
  code.add(`const ${data} = ${code.memory}.data();`);
  let end = begin;
  for (const leaf of [...leaves, ...others].sort((one, other) => one.offset - other.offset)) {
    const { offset, layout } = leaf;
    writePadding(end, offset, pointer, data, code);
    end = offset + layout.size;
    if (layout.kind === "number") {
      code.add(storeNumber(layout, data, `${pointer} + ${offset}`, leaf.local));
    }
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
  others?: {
    readonly texts: TextLeaf[];
    readonly functions: FunctionLeaf[];
    readonly variants: VariantLeaf[];
  },
  declare: "const" | "var" = "const",
): void {
  if (layout.kind === "function") {
    // A callback has its pointer already, which the run form finds.
    code.add(`if (typeof ${value} !== "function") ${otherwise()}`);
    others!.functions.push({ offset, layout, local: value });
    return;
  }
  if (layout.kind === "data") {
    const byteLength = code.fresh("length");
    writeMeasure(layout, value, byteLength, code, otherwise);
    others!.texts.push({ offset, layout, local: value, byteLength });
    return;
  }
  if (layout.kind === "number") {
    const test = testOf(layout.type, value);
    code.add(`if (!(${test})) ${otherwise()}`);
    leaves.push({ offset, layout, local: value });
    return;
  }
  if (layout.kind === "variant") {
    const writers = {
      writeShape,
      readFields: (inner: Layout, at: number, own: string, found: Leaf[]) =>
        readFields(inner, at, own, found, code, otherwise, undefined, "var"),
    };
    others!.variants.push(readVariant(layout, offset, value, writers, code, otherwise));
    return;
  }
  if (layout.kind !== "struct") return;
  writeShape(value, layout.fields.length, code, otherwise);
  for (const { name, offset: at, layout: field } of layout.fields) {
    const local = code.fresh("field");
    code.add(`${declare} ${local} = ${value}[${code.constant(name)}];`);
    readFields(field, offset + at, local, leaves, code, otherwise, others, declare);
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
