import type { NumberLayout } from "../../abi/struct_layout.ts";
import type { CallCode } from "../code/call_code.ts";
import { forEachLeaf, type Leaf } from "./leaves.ts";
import { storeNumber } from "./store_number.ts";
import { writeStoredContent } from "./write_contents.ts";

/** The range of a block that the parts of a value fill. */
interface Range {
  /** The source of the address that offsets are counted from. */
  readonly pointer: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Writes the parts of a value into a block, and zeros between them. The contents and the functions
 * have their addresses.
 */
export function writeLeaves(leaves: readonly Leaf[], range: Range, code: CallCode): void {
  const data = code.fresh("data");
  code.add(`const ${data} = ${code.memory}.data();`);
  fill(leaves, range, data, code);
  // The length of a content can lie elsewhere, where there are zeros now.
  forEachLeaf(
    leaves,
    "content",
    code,
    (leaf) => writeStoredContent(leaf, range.pointer, data, code),
  );
}

/** Writes all parts but contents, for which there is room. */
function fill(
  leaves: readonly Leaf[],
  { pointer, begin, end }: Range,
  data: string,
  code: CallCode,
): void {
  let last = begin;
  for (const leaf of leaves) {
    const { offset, layout } = leaf;
    writePadding(last, offset, pointer, data, code);
    last = offset + layout.size;
    const address = `${pointer} + ${offset}`;
    switch (leaf.kind) {
      case "number":
        code.add(storeNumber(leaf.layout, data, address, leaf.local));
        break;
      case "function":
        code.add(storeNumber(pointerOf(layout.size), data, address, leaf.pointer));
        break;
      case "variant":
        for (const [index, inner] of leaf.cases.entries()) {
          code.add(`${index === 0 ? "" : "else "}if (${leaf.local} === ${index}) {`);
          fill(inner, { pointer, begin: offset, end: last }, data, code);
          code.add("}");
        }
    }
  }
  writePadding(last, end, pointer, data, code);
}

/** Returns the type of a function's pointer. */
function pointerOf(size: number): Pick<NumberLayout, "type" | "store"> {
  const type = size === 8 ? "u64" : "u32";
  return { type, store: type };
}

/** The most bytes that are cleared one by one. */
const FEW = 16;

/** Writes zeros between two fields, which are no part of either. */
function writePadding(
  from: number,
  to: number,
  pointer: string,
  data: string,
  code: CallCode,
): void {
  if (to - from > FEW) return code.add(`${code.memory}.clear(${pointer} + ${from}, ${to - from});`);
  for (let at = from; at < to; at++) code.add(`${data}.setUint8(${pointer} + ${at}, 0);`);
}
