import type { BlockCall } from "../conventions/convention.ts";
import type { GuestError } from "../errors.ts";
import type { NumericType } from "../numbers.ts";
import type { BufferStore } from "./buffer.ts";
import type { ClaimOptions } from "./claim.ts";
import type { Content } from "./content.ts";
import type { Frame } from "./realm.ts";

/** Where the blocks of one parameter, one return area or one output buffer come from. */
export interface Store {
  /** Puts `value` into block `index` of the frame, with a NUL after it where one is asked for. */
  put(frame: Frame, index: number, content: Content, value: unknown): void;
  /** Takes a block of `byteLength` bytes. */
  take(frame: Frame, index: number, byteLength: number): void;
  /** The error for an allocator that has nothing left. */
  readonly outOfMemory?: (byteLength: number) => GuestError;
  /** The error for an allocator that hands out what the call still uses. */
  readonly overlap?: (pointer: number, byteLength: number, held: number) => GuestError;
  /** Gives block `index` back if the call holds it. */
  readonly release?: (frame: Frame, index: number) => void;
  /** The store itself, if it is one of the guest's buffers. */
  readonly buffer?: BufferStore;
  /** How many bytes the block at `pointer` holds, for a result that lies in it. */
  capacityAt(frame: Frame, index: number, pointer: number): number;
}

/** What a store is made for. */
export interface StoreOptions {
  /** The symbol's export, for errors and for names with a `*`. */
  readonly symbol: string;
  /** Whether a NUL follows the text: needed, put where there is room, or none. */
  readonly terminated: "always" | "where there is room" | "never";
  /** How the call frees the block, if it does. */
  readonly free?: BlockCall | undefined;
  /** The alignment in bytes that allocators are told. */
  readonly align: number;
  /** The block for what a store keeps beside the one that is passed. */
  readonly beside: number;
  /** What the elements of an array are. */
  readonly element?: NumericType | undefined;
  /** Whether blocks are the host's to free, which does not know how. */
  readonly unfreed?: boolean | undefined;
  /** How many blocks of the call are in the same place before this one; symbols share each turn. */
  readonly turn?: number | undefined;
  /** The blocks that the guest has handed out for the call before this one. */
  readonly before?: readonly number[] | undefined;
  /** What the block claims of a buffer, if another could be written into it meanwhile. */
  readonly claims?: ClaimOptions | undefined;
}
