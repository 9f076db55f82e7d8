import type { CallCode } from "../code/call_code.ts";
import { writeTake } from "../code/allocate.ts";
import { type ContentLeaf, forEachLeaf, type Leaf, unlessNull } from "./leaves.ts";

// The places of what a struct points to.

/** The source of the room for what a pointer leads to, and its alignment. */
interface Room {
  readonly address: string;
  readonly byteLength: string;
  readonly align: number;
}

/** Writes something for each pointer that is not null, in the order of the run form. */
function forEachReached(
  leaves: readonly Leaf[],
  code: CallCode,
  write: (room: Room) => void,
): void {
  forEachLeaf(leaves, code, (leaf) => {
    const room = roomOf(leaf);
    if (room === undefined) return;
    const { lines } = code.capture(() => write(room));
    if (leaf.kind === "list") code.add(`if (${leaf.local}.length > 0) { ${lines} }`);
    else if (leaf.kind === "content" || leaf.kind === "pointed") code.add(unlessNull(leaf, lines));
  });
}

/** Returns the room for what a part points to, if it is a pointer. */
function roomOf(leaf: Leaf): Room | undefined {
  const { kind, layout } = leaf;
  if (kind === "pointed") {
    const { size, align } = layout.to;
    return { address: leaf.address, byteLength: String(size), align };
  }
  if (kind === "list" && layout.kind === "list") {
    const { size, align } = layout.item;
    return { address: leaf.address, byteLength: `${leaf.local}.length * ${size}`, align };
  }
  if (kind !== "content" || layout.inline !== undefined) return undefined;
  const nul = nulOf(layout);
  const byteLength = nul === 0 ? leaf.byteLength : `${leaf.byteLength} + ${nul}`;
  return { address: leaf.address, byteLength, align: layout.unit };
}

/** Returns the bytes of the NUL that ends a content; 0 if none does. */
export function nulOf({ content, unit, inline, length }: ContentLeaf["layout"]): number {
  const isTerminated = content === "string" && inline === undefined && length === "nul";
  return isTerminated ? unit : 0;
}

/**
 * Writes placing what a struct points to behind it, as the run form does: addresses are offsets
 * from the beginning of the struct.
 *
 * @param size The source of the size of the struct itself.
 * @returns The source of the size of all.
 */
export function writeSize(size: string, leaves: readonly Leaf[], code: CallCode): string {
  const total = code.fresh("size");
  const { lines } = code.capture(() =>
    forEachReached(leaves, code, ({ address, byteLength, align }) => {
      if (align > 1) code.add(`${total} = Math.ceil(${total} / ${align}) * ${align};`);
      code.add(`var ${address} = ${total}; ${total} += ${byteLength};`);
    })
  );
  if (lines === "") return size;
  code.add(`let ${total} = ${size}; ${lines}`);
  return total;
}

/**
 * Writes taking a block for each pointer of a struct.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeBlocks(
  leaves: readonly Leaf[],
  block: Omit<Parameters<typeof writeTake>[0], "byteLength" | "align">,
  code: CallCode,
): boolean {
  let isWritten = true;
  forEachReached(leaves, code, ({ address, ...room }) => {
    isWritten &&= writeTake({ ...block, ...room }, code);
    code.add(`var ${address} = ${code.get("pointers", block.block)};`);
  });
  return isWritten;
}
