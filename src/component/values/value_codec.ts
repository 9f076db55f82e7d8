// The component model's canonical ABI, "Canonical ABI Options" and "Lifting and Lowering Context".

import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { CanonOptions, ResourceUse } from "../types.ts";
import type { CoreValue, Layout } from "./value_layout.ts";
import type { Shapes } from "./js_shapes.ts";

/** Converts the values of one type to and from core values and memory, in one place. */
export interface ValueCodec extends Layout {
  /** Reads a value at an address whose range and alignment were checked, in a view of memory. */
  load(pointer: number, data: DataView): unknown;
  /** Writes a value to such an address. It may call the guest, which may grow memory. */
  store(value: unknown, pointer: number): void;
  /** Converts the core values from `index` on to a value. */
  lift(flat: readonly CoreValue[], index: number): unknown;
  /**
   * Returns the number of bytes that a value counts towards `limits.input`; absent for a type whose
   * values count nothing. The outcome for a value that does not fit is unspecified.
   */
  readonly measure?: (value: unknown) => number;
  /** Converts a value to core values, from `index` on. */
  lower(value: unknown, flat: CoreValue[], index: number): void;
}

/** The handles of the component instance that passes or receives values. */
export interface Handles {
  /**
   * Removes an owned handle from the instance's table; returns the representation of the resource.
   */
  takeOwn(handle: number): unknown;
  /** Adds an owned handle. */
  addOwn(resource: unknown): number;
  /** Looks up a handle that is lent for a call. */
  takeBorrow(handle: number): unknown;
  /** Lends a resource for a call. */
  addBorrow(resource: unknown): number;
}

/** The context in which the values of a function are converted. */
export interface Place {
  readonly encoding: CanonOptions["encoding"];
  /** The memory; the reader has checked that there is one if a type needs it. */
  readonly memory: GuestMemory;
  readonly shapes: Shapes;
  /** Calls the guest's allocator; the result is an address that was checked. */
  allocate(byteLength: number, alignment: number): number;
  /** Counts bytes that a value takes on the host. */
  charge(byteLength: number): void;
  /** Returns the handles of a resource type. */
  handlesOf(resource: ResourceUse): Handles;
}
