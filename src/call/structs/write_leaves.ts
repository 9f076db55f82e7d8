import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { NumberLayout } from "../../abi/struct_layout.ts";
import type { CallCode } from "../code/call_code.ts";
import { writeContent } from "../code/write_content.ts";
import type { Otherwise } from "../code/scope.ts";
import {
  type ContentLeaf,
  type Leaf,
  type ListLeaf,
  type PointedLeaf,
  unlessNull,
  writeLoop,
} from "./leaves.ts";
import { nulOf } from "./place_leaves.ts";
import { numberOf, readItems, readLeaves } from "./read_leaves.ts";
import { storeNumber } from "../number.ts";

/** The range of a block that the parts of a value fill. */
interface Range {
  /** The source of the address that offsets are counted from. */
  readonly pointer: string;
  readonly begin: number;
  readonly end: number;
}

/** Where parts are written: a view of memory, and what the addresses of parts are counted from. */
interface Target {
  readonly data: string;
  readonly base: string | undefined;
  /** The words for where the value goes in errors: `to "greet"`. */
  readonly to: string;
  readonly code: CallCode;
}

/** A value that was read: its parts, and the sources of its size and of its number of items. */
interface Whole {
  readonly leaves: readonly Leaf[];
  readonly byteLength: string;
  readonly count: string;
  /**
   * Writes it into a block.
   *
   * @param to The words for where it goes in errors.
   * @param base The source of the address that those of parts are counted from; absent if they are
   * addresses themselves.
   */
  write(pointer: string, to: string, base?: string): void;
}

/** Writes reading and checking a value, or a list of such values. */
export function readWhole(
  { layout, isList }: Pick<CompoundPlan, "layout" | "isList">,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
  count?: number,
): Whole {
  const { size, align } = layout;
  if (!isList) {
    const leaves = readLeaves(layout, 0, value, code, otherwise);
    return {
      leaves,
      byteLength: String(size),
      count: "1",
      write: (pointer, ...target) =>
        fill(leaves, { pointer, begin: 0, end: size }, targetOf(code, ...target)),
    };
  }
  const items = { kind: "items", item: layout, count: 0, size: 0, align } as const;
  const isUnfit = count === undefined ? undefined : (found: string) => `${found} !== ${count}`;
  const list = readItems(items, [0, 0], value, isUnfit, code, otherwise);
  return {
    leaves: [list],
    byteLength: `${list.local}.length * ${size}`,
    count: `${list.local}.length`,
    write: (pointer, ...target) => fillItems(list, pointer, targetOf(code, ...target)),
  };
}

/** Writes parts into a range with what they point to, and zeros between them. */
export function writeLeaves(
  leaves: readonly Leaf[],
  range: Range,
  code: CallCode,
  to: string,
): void {
  fill(leaves, range, targetOf(code, to));
}

/** Writes what the only part of a struct points to; returns the source of it as a core value. */
export function writeLone(leaf: Leaf, code: CallCode, to: string): string | undefined {
  switch (leaf.kind) {
    case "number":
      return leaf.layout.type === "bool" ? `(${leaf.local} ? 1 : 0)` : leaf.local;
    case "function":
      return leaf.pointer;
    case "content":
    case "pointed": {
      const address = writeReached(leaf, targetOf(code, to));
      return code.layout.word === 8 ? `BigInt(${address})` : address;
    }
    default:
      return undefined;
  }
}

/** Writes the view of memory that parts are written through. */
export function targetOf(code: CallCode, to: string, base?: string): Target {
  const data = code.fresh("data");
  code.add(`const ${data} = ${code.memory}.data();`);
  return { data, base, to, code };
}

function fill(leaves: readonly Leaf[], { pointer, begin, end }: Range, target: Target): void {
  let last = begin;
  for (const leaf of leaves.toSorted((one, other) => one.offset - other.offset)) {
    writePadding(last, leaf.offset, pointer, target);
    last = leaf.offset + leaf.size;
    writeLeaf(leaf, pointer, target);
  }
  writePadding(last, end, pointer, target);
}

function writeLeaf(leaf: Leaf, pointer: string, target: Target): void {
  const { data, code } = target;
  const { offset, size } = leaf;
  const at = `${pointer} + ${offset}`;
  switch (leaf.kind) {
    case "number":
      return code.add(storeNumber(leaf.layout, data, at, leaf.local));
    case "function":
      return code.add(storeNumber(pointerOf(size), data, at, leaf.pointer));
    case "variant": {
      const { tag, cases } = leaf.layout;
      const own = numberOf(tag);
      for (const [index, { is }] of cases.entries()) {
        code.add(`${index === 0 ? "" : "else "}if (${leaf.local} === ${index}) {`);
        code.add(storeNumber(own, data, at, String(is)));
        fill(leaf.cases[index]!, { pointer, begin: offset + own.size, end: offset + size }, target);
        code.add("}");
      }
      return;
    }
    case "content":
      if (leaf.layout.inline !== undefined) return writeInline(leaf, at, target);
      return code.add(storePointer(at, writeReached(leaf, target), target));
    case "pointed":
      return code.add(storePointer(at, writeReached(leaf, target), target));
    case "list":
      if (leaf.layout.kind === "items") return fillItems(leaf, at, target);
      return code.add(storePointer(at, writeReached(leaf, target), target));
  }
}

/** Writes what a pointer leads to; returns the source of its address, which is 0 for nothing. */
function writeReached(leaf: ContentLeaf | PointedLeaf | ListLeaf, target: Target): string {
  const { code, base } = target;
  const { local, address } = leaf;
  const at = code.fresh("at");
  const where = base === undefined ? address : `${base} + ${address}`;
  const isNothing = leaf.kind === "list" ? `${local}.length === 0` : `${local} === null`;
  const isSure = leaf.kind !== "list" && !leaf.layout.nullable;
  code.add(`const ${at} = ${isSure ? where : `${isNothing} ? 0 : ${where}`};`);
  if (leaf.kind === "list") fillItems(leaf, at, target);
  else {
    const { lines } = code.capture(() => {
      if (leaf.kind === "content") writeStored(leaf, at, target);
      else fill(leaf.parts, { pointer: at, begin: 0, end: leaf.layout.to.size }, target);
    });
    code.add(unlessNull(leaf, lines));
  }
  return at;
}

function fillItems(list: ListLeaf, first: string, target: Target): void {
  const { code } = target;
  const { size } = list.layout.item;
  const pointer = code.fresh("at");
  const { lines } = code.capture(() => {
    code.add(`const ${pointer} = ${first} + index * ${size};`);
    fill(list.parts, { pointer, begin: 0, end: size }, target);
  });
  writeLoop(list, lines, code);
}

/** Writes text, bytes or numbers behind a pointer. */
export function writeStored(
  { layout, local: value, byteLength }: ContentLeaf,
  address: string,
  { data, to, code }: Target,
): void {
  const nul = nulOf(layout);
  // A pointer to an empty value can be anything.
  const at = nul > 0 ? address : `(${byteLength} > 0 ? ${address} : 0)`;
  writeContent(layout, { value, at, byteLength, to }, code);
  if (nul === 0) return;
  const store = nul === 1 ? "u8" : "u16";
  code.add(storeNumber({ type: store, store }, data, `${address} + ${byteLength}`, "0"));
}

/** Writes text, bytes or numbers into the struct itself. */
function writeInline(
  { layout, size, local: value, byteLength }: ContentLeaf,
  at: string,
  { to, code }: Target,
): void {
  writeContent(layout, { value, at, byteLength, to }, code);
  if (layout.content !== "string") return;
  code.add(`${code.memory}.clear(${at} + ${byteLength}, ${size} - ${byteLength});`);
}

/** Returns the type of a pointer of a size in bytes. */
function pointerOf(size: number): Pick<NumberLayout, "type" | "store"> {
  const type = size === 8 ? "u64" : "u32";
  return { type, store: type };
}

/** Returns the source of storing an address, or a number of as many bytes. */
export function storePointer(at: string, address: string, { data, code }: Target): string {
  const { word } = code.layout;
  return storeNumber(pointerOf(word), data, at, word === 8 ? `BigInt(${address})` : address);
}

/** The maximum number of bytes that are cleared one by one. */
const FEW = 16;

/** Writes zeros between two fields, which are no part of either. */
function writePadding(
  from: number,
  to: number,
  pointer: string,
  { data, code }: Target,
): void {
  if (to - from > FEW) return code.add(`${code.memory}.clear(${pointer} + ${from}, ${to - from});`);
  for (let at = from; at < to; at++) code.add(`${data}.setUint8(${pointer} + ${at}, 0);`);
}
