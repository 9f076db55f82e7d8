// The component model's canonical ABI, "Canonical ABI Options" and "Lifting and Lowering Context".

import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { CanonOptions, ResourceUse } from "../types.ts";
import type { CoreValue, Layout } from "./value_layout.ts";
import type { Shapes } from "./js_shapes.ts";

/** Carries the values of one type to and from core values and memory, in one place. */
export interface ValueCodec extends Layout {
  /** Reads a value at an address whose range and alignment were checked, in a view of memory. */
  load(pointer: number, data: DataView): unknown;
  /** Writes a value at such an address. It may call the guest, which may grow memory. */
  store(value: unknown, pointer: number): void;
  /** Makes a value of the core values from `index` on. */
  lift(flat: readonly CoreValue[], index: number): unknown;
  /**
   * Returns how many bytes a value takes of `limits.input`; absent for a type whose values take
   * none. What it returns or throws for a value that does not fit is of no use.
   */
  readonly measure?: (value: unknown) => number;
  /** Makes core values of a value, from `index` on. */
  lower(value: unknown, flat: CoreValue[], index: number): void;
}

/** The handles of the component instance that values are carried to or from. */
export interface Handles {
  /** Takes an owned handle out of the instance's table; returns what stands for the resource. */
  takeOwn(handle: number): unknown;
  /** Adds an owned handle. */
  addOwn(resource: unknown): number;
  /** Looks up a handle that is lent for a call. */
  takeBorrow(handle: number): unknown;
  /** Lends a resource for a call. */
  addBorrow(resource: unknown): number;
}

/** What the values of a function are carried through. */
export interface Place {
  readonly encoding: CanonOptions["encoding"];
  /** The memory; a type that needs it has made sure that there is one. */
  readonly memory: GuestMemory;
  readonly shapes: Shapes;
  /** Calls the guest's allocator; the result is an address that was checked. */
  allocate(byteLength: number, alignment: number): number;
  /** Counts bytes that a value takes on the host. */
  charge(byteLength: number): void;
  /** Returns the handles of a resource type. */
  handlesOf(resource: ResourceUse): Handles;
}
