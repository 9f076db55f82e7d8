import type { CallCode } from "../code/call_code.ts";
import { writeTake } from "../code/allocate.ts";
import { writeContent } from "../code/putting.ts";
import { unitOf } from "../content.ts";
import { type ContentLeaf, forEachLeaf, type Leaf } from "./leaves.ts";
import { storeNumber } from "./store_number.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";

// The text, bytes and numbers of a struct, behind its pointers or within it.

/** Writes something for each content behind a pointer that is not null. */
function forEachReached(
  leaves: readonly Leaf[],
  code: CallCode,
  write: (leaf: ContentLeaf) => void,
): void {
  forEachLeaf(leaves, "content", code, (leaf) => {
    const { layout: { inline, nullable }, local } = leaf;
    if (inline !== undefined) return;
    const { lines } = code.capture(() => write(leaf));
    code.add(nullable ? `if (${local} !== null) { ${lines} }` : lines);
  });
}

/**
 * Writes placing the contents of a struct one after another behind it, as the run form does. Their
 * addresses are offsets until {@linkcode writeBehind}.
 *
 * @returns The source of the size of all.
 */
export function writeSize(size: number, leaves: readonly Leaf[], code: CallCode): string {
  const total = code.fresh("size");
  const { lines } = code.capture(() =>
    forEachReached(leaves, code, (leaf) => {
      const { layout: { content, encoding, align: word }, address } = leaf;
      const align = Math.min(unitOf(content, encoding), word);
      if (align > 1) code.add(`${total} = Math.ceil(${total} / ${align}) * ${align};`);
      code.add(`var ${address} = ${total}; ${total} += ${roomOf(leaf)};`);
    })
  );
  if (lines === "") return String(size);
  code.add(`let ${total} = ${size}; ${lines}`);
  return total;
}

/** Returns the bytes of the NUL that ends a content; 0 if none does. */
function nulOf({ content, encoding, inline, length }: ContentLeaf["layout"]): number {
  const isTerminated = content === "string" && inline === undefined && length === "nul";
  return isTerminated ? unitOf(content, encoding) : 0;
}

/** Returns the source of the bytes that a content takes. */
function roomOf({ layout, byteLength }: ContentLeaf): string {
  const nul = nulOf(layout);
  return nul === 0 ? byteLength : `${byteLength} + ${nul}`;
}

/** Writes making addresses of the offsets from the beginning of a struct. */
export function writeBehind(pointer: string, leaves: readonly Leaf[], code: CallCode): void {
  forEachReached(leaves, code, ({ address }) => code.add(`${address} += ${pointer};`));
}

/** Writes taking a block of its own for each content; returns `false` if the run form has to do it. */
export function writeContentBlocks(
  leaves: readonly Leaf[],
  block: Omit<Parameters<typeof writeTake>[0], "byteLength">,
  code: CallCode,
): boolean {
  let isWritten = true;
  forEachReached(leaves, code, (leaf) => {
    isWritten &&= writeTake({ ...block, byteLength: roomOf(leaf) }, code);
    code.add(`var ${leaf.address} = ${code.get("pointers", block.block)};`);
  });
  return isWritten;
}

/** Writes a content at its address, and the address and the length into its struct. */
export function writeStoredContent(
  leaf: ContentLeaf,
  pointer: string,
  data: string,
  code: CallCode,
): void {
  const { offset, layout, local, byteLength, address } = leaf;
  const { content, encoding, inline, length, nullable } = layout;
  if (inline !== undefined) {
    const at = `${pointer} + ${offset}`;
    writeContent(layout, { value: local, at, byteLength, symbol: "" }, code);
    if (content === "string") {
      code.add(`${code.memory}.clear(${at} + ${byteLength}, ${inline} - ${byteLength});`);
    }
    return;
  }
  const where = nullable ? `(${local} === null ? 0 : ${address})` : address;
  code.add(
    code.layout.word === 8
      ? `${data}.setBigUint64(${pointer} + ${offset}, BigInt(${where}), true);`
      : `${data}.setUint32(${pointer} + ${offset}, ${where}, true);`,
  );
  const unit = unitOf(content, encoding), nul = nulOf(layout);
  if (length !== "nul") {
    const { store } = length;
    const count = unit === 1 ? byteLength : `${byteLength} / ${unit}`;
    const number = NUMERIC_TYPES[store].byteLength === 8 ? `BigInt(${count})` : count;
    const at = `${pointer} + ${offset + length.offset}`;
    code.add(storeNumber({ type: store, store }, data, at, number));
  }
  const { lines } = code.capture(() => {
    // A pointer to an empty value can be anything.
    const at = nul > 0 ? address : `(${byteLength} > 0 ? ${address} : 0)`;
    writeContent(layout, { value: local, at, byteLength, symbol: "" }, code);
    if (nul > 0) code.add(`${code.memory}.clear(${address} + ${byteLength}, ${nul});`);
  });
  code.add(nullable ? `if (${local} !== null) { ${lines} }` : lines);
}
