import type { BlockCall } from "../../abi/block_source.ts";
import type { GuestError } from "../../base/errors.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import type { Claim, Frame } from "../../instance/frame.ts";
import type { Content } from "../content.ts";
import type { BufferCapacity } from "./buffer_capacity.ts";

/** A buffer of the guest's own: where it is, is asked once for each block. */
export interface BoundBuffer extends BoundSource {
  /** Asks where the buffer is: a pointer that may be beyond memory. */
  locate(frame: Frame): number;
  /** How many bytes of a value fit into the buffer at `pointer`, beside a NUL that has to follow. */
  room(frame: Frame, pointer: number): number;
  /** Puts `value` into block `index`, which is the buffer at `pointer`. */
  putAt(frame: Frame, index: number, content: Content, value: unknown, pointer: number): void;
  /** The error for a value that needs `byteLength` bytes where there is room for `room`. */
  tooLarge(byteLength: number, room: number): RangeError;
  readonly capacity: BufferCapacity;
  /** Claims what lies at `pointer` until the call has ended; nothing where nobody could write there. */
  readonly claim:
    | ((claim: Claim, pointer: number, byteLength: number, capacity: number) => void)
    | undefined;
  /** Makes the claim of one block of a call. */
  claimOf(call: object): Claim;
  /** Gives up what block `index` claims, unless a result is read there. */
  unclaim(frame: Frame, index: number): void;
}

/** What a block of a call claims of a buffer. */
export interface ClaimOptions {
  /** What the block is, as errors name it. */
  readonly block: string;
  /** What errors say can't be done: `pass argument 0 to` the symbol. */
  readonly action: string;
  /** Whether the call reads its result there. */
  readonly isRead: boolean;
  /** Whether it may overwrite other blocks of the same call, which the guest has read. */
  readonly coversOwn: boolean;
}

/** Checks one argument and puts it where the guest wants it. */
export type Lower = (frame: Frame, value: unknown) => void;

/** Where the blocks of one parameter, one return area or one output buffer come from. */
export interface BoundSource {
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
  /** The source itself, if it is one of the guest's buffers. */
  readonly buffer?: BoundBuffer;
  /** How many bytes the block at `pointer` holds, for a result that lies in it. */
  capacityAt(frame: Frame, index: number, pointer: number): number;
}

/** What a source is made for. */
export interface BindOptions {
  /** The symbol's export, for errors and for names with a `*`. */
  readonly symbol: string;
  /** Whether a NUL follows the text: needed, put where there is room, or none. */
  readonly terminated: "always" | "where there is room" | "never";
  /** How the call frees the block, if it does. */
  readonly free?: BlockCall | undefined;
  /** The alignment in bytes that allocators are told. */
  readonly align: number;
  /** The block for what a source keeps beside the one that is passed. */
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

/** The sources of one symbol's blocks, by their index in the frame. */
export type BoundSources = readonly (BoundSource | undefined)[];
