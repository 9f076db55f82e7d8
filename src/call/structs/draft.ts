import { quote, show } from "../../base/show.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { Content } from "../content.ts";

/** A part of a value that is written by itself: text, bytes or numbers. */
interface Part {
  readonly chunk: Chunk;
  readonly at: number;
  readonly content: Content;
  readonly value: unknown;
  readonly byteLength: number;
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
  /** The number of bytes so far. */
  end = 0;
  /** The numbers, in place. All other bytes are 0. */
  data = new DataView(new ArrayBuffer(64));
  /** The address of the block, once there is one. */
  pointer = 0;

  /** Takes room, and returns where it begins. */
  take(byteLength: number, align: number): number {
    const at = Math.ceil(this.end / align) * align;
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
 * the guest before all of it was checked, and each property is read once.
 */
export class Draft {
  readonly root = new Chunk();
  readonly chunks: Chunk[] = [];
  readonly parts: Part[] = [];
  readonly links: Link[] = [];
  /** The names and the indices of the value that is being checked. */
  readonly path: (string | number)[] = [];
  count = 0;

  constructor(
    /** Whether each pointer leads to a block of its own, because the guest frees them. */
    readonly isEach: boolean,
    readonly index: number,
    readonly symbol: string,
  ) {}

  /** Takes room for something that a pointer leads to. */
  reach(byteLength: number, align: number): { readonly chunk: Chunk; readonly at: number } {
    let chunk = this.root;
    if (this.isEach) this.chunks.push(chunk = new Chunk());
    return { chunk, at: chunk.take(byteLength, align) };
  }

  /** The failed action in errors. */
  action(): string {
    const path = this.path.map((part) =>
      typeof part === "number"
        ? `[${part}]`
        : /^[A-Za-z_$][\w$]*$/.test(part)
        ? `.${part}`
        : `[${quote(part)}]`
    ).join("");
    return `pass argument ${this.index}${path === "" ? "" : ` ${path}`} to ${quote(this.symbol)}`;
  }

  /** Makes the error for a value that is not the expected one. */
  wrong(value: unknown, expected: string): TypeError {
    const found = value === undefined && this.path.length > 0 ? "is missing" : `is ${show(value)}`;
    return new TypeError(`Cannot ${this.action()}: it ${found}, expected ${expected}`);
  }
}

/** Writes a draft into its blocks. */
export function writeDraft(
  { root, chunks, parts, links }: Draft,
  pointer: number,
  memory: GuestMemory,
  word: 4 | 8,
): void {
  root.pointer = pointer;
  for (const chunk of [root, ...chunks]) {
    memory.writeBytes(chunk.pointer, new Uint8Array(chunk.data.buffer, 0, chunk.end));
  }
  for (const { chunk, at, content, value, byteLength } of parts) {
    content.refuseChanged?.(value, byteLength, "");
    content.write(value, chunk.pointer + at, byteLength);
  }
  for (const { chunk, at, to, offset } of links) {
    const address = to.pointer + offset;
    if (word === 8) memory.write("u64", chunk.pointer + at, BigInt(address));
    else memory.write("u32", chunk.pointer + at, address);
  }
}
