import type { FunctionLayout } from "../../abi/struct_layout.ts";
import type { Frame } from "../../instance/frame.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { BoundSource } from "../blocks/bound_source.ts";
import type { Content } from "../content_type.ts";
import { ValuePath } from "../value_path.ts";

/** A part of a value that is written by itself: text, bytes or numbers. */
interface Part {
  readonly chunk: Chunk;
  readonly at: number;
  readonly content: Content;
  readonly value: unknown;
  readonly byteLength: number;
}

/** A function, and where its pointer goes. */
interface FunctionPart {
  readonly chunk: Chunk;
  readonly at: number;
  readonly layout: FunctionLayout;
  readonly value: unknown;
}

/** A pointer from one place to another. */
interface Link {
  readonly chunk: Chunk;
  readonly at: number;
  readonly to: Chunk;
  readonly offset: number;
}

/** The contents of one block of the guest. */
export class Chunk {
  /** The number of bytes so far, and their alignment. */
  end = 0;
  align = 1;
  /** The numbers, in place. All other bytes are 0. */
  data = new DataView(new ArrayBuffer(64));
  /** The address of the block, once there is one. */
  pointer = 0;

  /** Reserves room, and returns its start. */
  take(byteLength: number, align: number): number {
    const at = Math.ceil(this.end / align) * align;
    this.align = Math.max(this.align, align);
    this.end = at + byteLength;
    if (this.end > this.data.byteLength) {
      const { buffer, byteLength: before } = this.data;
      const larger = new Uint8Array(Math.max(2 * before, this.end));
      larger.set(new Uint8Array(buffer));
      this.data = new DataView(larger.buffer);
    }
    return at;
  }
}

/**
 * One value that is being checked. It is written into host memory first, so that nothing reaches
 * the guest before all of it has been checked, and each property is read only once.
 */
export class Draft extends ValuePath {
  readonly root = new Chunk();
  readonly chunks: Chunk[] = [];
  readonly parts: Part[] = [];
  readonly links: Link[] = [];
  /** The functions, which get their pointers once all of the value was checked. */
  readonly functions: FunctionPart[] = [];
  /** Whether each pointer leads to a block of its own, because the guest frees them. */
  readonly isEach: boolean;
  count = 0;

  constructor(isEach: boolean, failing: ValuePath["failing"]) {
    super(failing);
    this.isEach = isEach;
  }

  /** Reserves room for data behind a pointer. */
  reach(byteLength: number, align: number): { readonly chunk: Chunk; readonly at: number } {
    let chunk = this.root;
    if (this.isEach) this.chunks.push(chunk = new Chunk());
    return { chunk, at: chunk.take(byteLength, align) };
  }
}

/** Checks a value and drafts it at a place. */
export type Put = (value: unknown, chunk: Chunk, at: number, draft: Draft) => void;

/**
 * Allocates the blocks of a draft other than the first one. Each of them is temporarily block
 * `index`.
 */
export function takeChunks(
  { chunks }: Draft,
  frame: Frame,
  source: Pick<BoundSource, "take">,
  index: number,
): void {
  for (const chunk of chunks) {
    source.take(frame, index, chunk.end, chunk.align);
    chunk.pointer = frame.pointers[index]!;
  }
}

/** Fills in the pointers of a draft whose blocks all have their addresses. */
function linkDraft({ links }: Draft, word: 4 | 8): void {
  for (const { chunk: { data }, at, to, offset } of links) {
    const address = to.pointer + offset;
    if (word === 8) data.setBigUint64(at, BigInt(address), true);
    else data.setUint32(at, address, true);
  }
}

/** A part of a draft's first block, and its address. */
export interface Piece {
  readonly at: number;
  readonly byteLength: number;
  readonly pointer: number;
}

/**
 * Writes a draft into its blocks. The other blocks than the first have their addresses already.
 *
 * @param pointer The address of the first one; absent if the draft itself is not in the guest.
 */
export function writeDraft(
  draft: Draft,
  pointer: number | undefined,
  memory: GuestMemory,
  word: 4 | 8,
): void {
  const { root } = draft;
  if (pointer === undefined) return writePieces(draft, [], memory, word);
  root.pointer = pointer;
  writePieces(draft, [{ at: 0, byteLength: root.end, pointer }], memory, word);
}

/** Writes a draft whose first block is in several pieces; the rest of it is not written. */
export function writePieces(
  draft: Draft,
  pieces: readonly Piece[],
  memory: GuestMemory,
  word: 4 | 8,
): void {
  const { root, chunks, parts, failing: [, to] } = draft;
  linkDraft(draft, word);
  for (const { at, byteLength, pointer } of pieces) {
    memory.writeBytes(pointer, new Uint8Array(root.data.buffer, at, byteLength));
  }
  for (const chunk of chunks) {
    memory.writeBytes(chunk.pointer, new Uint8Array(chunk.data.buffer, 0, chunk.end));
  }
  for (const { chunk, at, content, value, byteLength } of parts) {
    const piece = chunk === root
      ? pieces.find((piece) => at >= piece.at && at < piece.at + piece.byteLength)
      : { at: 0, pointer: chunk.pointer };
    if (piece === undefined) continue;
    content.refuseChanged?.(value, byteLength, to);
    content.write(value, piece.pointer + at - piece.at, byteLength);
  }
}
