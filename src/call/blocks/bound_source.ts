import type { BlockCall, BlockSource } from "../../abi/block_source.ts";
import type { GuestError } from "../../base/errors.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import type { Claim, Frame, Keeper } from "../../instance/frame.ts";
import type { Content } from "../content_type.ts";
import type { FrameLayout } from "../frame_layout.ts";
import type { BufferCapacity } from "./buffer_capacity.ts";

/** The guest's own buffer, whose address is found once for each block. */
export interface BoundBuffer extends BoundSource {
  /** Finds the address of the buffer: a pointer that may be beyond memory. */
  locate(frame: Frame): number;
  /** Returns the number of bytes that fit into the buffer at `pointer`, besides a required NUL. */
  room(frame: Frame, pointer: number): number;
  /** Puts `value` into block `index`, which is the buffer at `pointer`. */
  putAt(frame: Frame, index: number, content: Content, value: unknown, pointer: number): void;
  /** Makes the error for a value of `byteLength` bytes that does not fit into `room`. */
  tooLarge(byteLength: number, room: number): RangeError;
  readonly capacity: BufferCapacity;
  /**
   * Claims a range at `pointer` until the call has ended; absent if no other call could write
   * there.
   */
  readonly claim:
    | ((claim: Claim, pointer: number, byteLength: number, capacity: number) => void)
    | undefined;
  /** Makes the claim of one block of a call. */
  claimOf(): Claim;
}

/** The claim of a block. */
export interface ClaimOptions {
  /** The name that errors use for the block. */
  readonly block: string;
  /** The failed action in errors: `pass argument 0 to` the symbol. */
  readonly action: string;
  /** Whether the call reads its result there. */
  readonly isRead: boolean;
  /** Who owns the block after the guest was called. */
  readonly keeper: Keeper;
}

/** The claims of allocated blocks. */
export interface BlockClaims {
  /** Makes the claim of one block of a call. */
  claimOf(): Claim;
  /**
   * Claims a block, or throws if an outer call still needs bytes of it.
   *
   * @param outer The last claim of the outer calls.
   * @param claim The claim to use: a new one unless set.
   * @throws {GuestError} with the code `busy`.
   */
  claim(outer: Claim | undefined, pointer: number, byteLength: number, claim?: Claim): void;
}

/** The claims of a call on the guest's memory. */
export interface Claims {
  /**
   * Returns the claim for the block of a parameter, the return area or the output buffer, if any.
   */
  of(index: number, place: BlockSource): ClaimOptions | undefined;
  /**
   * Releases the claims of blocks that the guest may free, because the guest is called now: the
   * claims that were made after `outer`.
   */
  readonly leave: ((outer: Claim | undefined) => void) | undefined;
  /** Claims the result's range if it lies in no block of the call. */
  readonly result: (() => void) | undefined;
}

/** Checks one argument and puts it where the guest expects it. */
export type Lower = (frame: Frame, value: unknown) => void;

/** The source of the blocks of one parameter, one return area or one output buffer. */
export interface BoundSource {
  /** Puts `value` into block `index` of the frame, with a NUL after it if one is required. */
  put(frame: Frame, index: number, content: Content, value: unknown): void;
  /** Allocates a block of `byteLength` bytes; `align` overrides its alignment. */
  take(frame: Frame, index: number, byteLength: number, align?: number): void;
  /** Makes the error for an allocator that has no memory left. */
  readonly outOfMemory?: (byteLength: number) => GuestError;
  /** Makes the error for an allocator that returns a block that the call still uses. */
  readonly overlap?: (pointer: number, byteLength: number, held: number) => GuestError;
  /** The claims of its blocks, if another call could get one of them meanwhile. */
  readonly claims?: BlockClaims | undefined;
  /** Frees block `index` if the call holds it. */
  readonly release?: (frame: Frame, index: number) => void;
  /** The source itself, if it is the guest's own buffer. */
  readonly buffer?: BoundBuffer;
  /** Returns the capacity of the block at `pointer`, for a result in it. */
  capacityAt(frame: Frame, index: number, pointer: number): number;
}

/** The purpose of a source. */
export interface BindOptions {
  /** The symbol's export, for errors and for names with a `*`. */
  readonly symbol: string;
  /** The places of the call's parts; absent for a block that belongs to no call. */
  readonly layout?: FrameLayout | undefined;
  /** Whether a NUL follows the text: always, if there is room, or never. */
  readonly terminated: "always" | "where there is room" | "never";
  /** The call that frees the block, if there is one. */
  readonly free?: BlockCall | undefined;
  /** The alignment in bytes that allocators get. */
  readonly align: number;
  /** The index of the second block, in addition to the one that is passed. */
  readonly beside: number;
  /** The type of an array's elements. */
  readonly element?: NumericType | undefined;
  /** Whether the host would have to free the blocks but does not know how to. */
  readonly unfreed?: boolean | undefined;
  /**
   * The number of earlier blocks of the call in the same place. Symbols share the pages of each
   * turn.
   */
  readonly turn?: number | undefined;
  /** The earlier blocks that the guest has allocated for the call. */
  readonly before?: readonly number[] | undefined;
  /** The claim of the block, if another block could be written into it meanwhile. */
  readonly claims?: ClaimOptions | undefined;
}

/** The sources of one symbol's blocks, by their index in the frame. */
export type BoundSources = readonly (BoundSource | undefined)[];
