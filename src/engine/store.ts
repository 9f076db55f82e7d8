import type { BlockCall, Place } from "../conventions/convention.ts";
import { allocatorStore } from "./allocator.ts";
import { bufferStore } from "./buffer.ts";
import type { BufferCapacity } from "./buffer_capacity.ts";
import type { GuestError } from "../errors.ts";
import type { Content } from "./content.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import { managedArrayStore } from "./managed_array.ts";
import type { NumericType } from "../numbers.ts";
import { stackStore } from "./stack.ts";

/** Where the blocks of one parameter, one return area or one output buffer come from. */
export interface Store {
  /** Puts `value` into block `index` of the frame, with a NUL after it where one is asked for. */
  put(frame: Frame, index: number, content: Content, value: unknown): void;
  /** Takes a block of `byteLength` bytes. */
  take(frame: Frame, index: number, byteLength: number): void;
  /** The error for an allocator that has nothing left. */
  readonly outOfMemory?: (byteLength: number) => GuestError;
  /** Gives block `index` back if the call holds it. */
  readonly release?: (frame: Frame, index: number) => void;
  /** How many bytes fit at most into the next block, and where it will be: for a buffer alone. */
  readonly room?: (frame: Frame) => number;
  /** What the buffer holds that takes every block: for a buffer alone. */
  readonly capacity?: BufferCapacity;
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
}

/** Compiles a place of a convention. */
export function compileStore(place: Place, realm: Realm, options: StoreOptions): Store {
  switch (place.kind) {
    case "buffer":
      return bufferStore(place, realm, options);
    case "allocator":
      return allocatorStore(place, realm, options);
    case "managedArray":
      return managedArrayStore(place, realm, options);
    case "stack":
      return stackStore(realm, options);
    case "reference":
      throw new TypeError("Cannot put a block into memory: the convention passes references");
  }
}
