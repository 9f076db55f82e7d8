// The component model's canonical ABI, "Canonical ABI Options" and "Lifting and Lowering Context".

import { valueLimits } from "../../call/on_demand.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { formatFunctionType } from "../../binary/defined_types.ts";
import type { FunctionType } from "../../binary/types.ts";
import { isSameFunction } from "../core_types.ts";
import type { CanonOptions, ResourceUse, ValueType } from "../types.ts";
import type { Handles, Place } from "../values/value_codec.ts";
import { Codecs } from "../values/codecs.ts";
import { abiTrap, checkRange } from "../values/mistakes.ts";
import type { Shapes } from "../values/js_shapes.ts";
import type { CoreSignature } from "../values/value_layout.ts";
import type { ComponentInstance, CoreFunction } from "./items.ts";
import type { CallScope } from "./component_store.ts";
import { handlesIn } from "./resources.ts";

/** The options of a canonical definition with the items to which they refer. */
export interface LinkedOptions {
  readonly encoding: CanonOptions["encoding"];
  readonly memory: GuestMemory | undefined;
  readonly realloc: CoreFunction | undefined;
  readonly postReturn: CoreFunction | undefined;
}

/** The types of core functions, as far as they are known. */
export class CoreTypes {
  readonly #known = new WeakMap<object, FunctionType>();

  add(core: object, type: FunctionType): void {
    this.#known.set(core, type);
  }

  /** Returns why a core function does not have a type; `undefined` if it has, or it is unknown. */
  differ(core: object | undefined, expected: FunctionType): string | undefined {
    const found = core && this.#known.get(core);
    if (found === undefined || isSameFunction(found, expected)) return undefined;
    return `it is ${formatFunctionType(found)}, expected ${formatFunctionType(expected)}`;
  }
}

/** The type of an allocator. */
export const REALLOC: CoreSignature = {
  parameters: ["i32", "i32", "i32", "i32"],
  results: ["i32"],
};

/** The places that were made for an instance. */
const known = new WeakMap<ComponentInstance, CanonPlace[]>();

/** Returns the place for values, which is made once for the same options. */
export function placeOf(
  instance: ComponentInstance,
  options: LinkedOptions,
  shapes: Shapes,
): CanonPlace {
  const places = known.get(instance) ?? [];
  known.set(instance, places);
  let place = places.find((place) => place.isFor(options, shapes));
  if (place === undefined) places.push(place = new CanonPlace(instance, options, shapes));
  return place;
}

/** Throws for values that are too large. */
export type InputCheck = (values: readonly unknown[]) => void;

/** The place for the values of a lifted or lowered function. */
export class CanonPlace implements Place {
  readonly encoding: CanonOptions["encoding"];
  readonly instance: ComponentInstance;
  readonly shapes: Shapes;
  readonly codecs: Codecs = new Codecs(this);
  /** The call whose values are being converted. */
  scope: CallScope | undefined;
  readonly #memory: GuestMemory | undefined;
  readonly realloc: CoreFunction | undefined;

  constructor(
    instance: ComponentInstance,
    { encoding, memory, realloc }: LinkedOptions,
    shapes: Shapes,
  ) {
    this.encoding = encoding;
    this.instance = instance;
    this.shapes = shapes;
    this.#memory = memory;
    this.realloc = realloc;
  }

  isFor({ encoding, memory, realloc }: LinkedOptions, shapes: Shapes): boolean {
    return this.shapes === shapes && this.encoding === encoding && this.#memory === memory &&
      this.realloc === realloc;
  }

  get hasMemory(): boolean {
    return this.#memory !== undefined;
  }

  get memory(): GuestMemory {
    if (this.#memory !== undefined) return this.#memory;
    throw abiTrap("a value needs memory, and the function has none", "the option memory");
  }

  allocate(byteLength: number, alignment: number): number {
    const { instance, realloc } = this;
    if (realloc === undefined) {
      throw abiTrap("a value needs memory, and the function cannot allocate", "the option realloc");
    }
    instance.mayLeave = false;
    let pointer: number;
    try {
      pointer = (realloc(0, 0, alignment, byteLength) as number) >>> 0;
    } catch (error) {
      throw instance.store.end(error);
    }
    instance.mayLeave = true;
    this.checkRange(pointer, byteLength, alignment, "a block");
    return pointer;
  }

  /** Ends the component unless a range that it has chosen is in memory and aligned. */
  checkRange(pointer: number, byteLength: number, alignment: number, what: string): void {
    try {
      checkRange(this, pointer, byteLength, alignment, what);
    } catch (error) {
      throw this.instance.store.end(error);
    }
  }

  charge(byteLength: number): void {
    this.instance.store.charge(byteLength);
  }

  /**
   * Makes a function that refuses values of more than `most` bytes before any of them is passed;
   * absent without a limit.
   *
   * @param action What is done with them, for the error, and `symbol` by what.
   */
  limitInput(
    types: readonly ValueType[],
    most: number | undefined,
    action: string,
    symbol: string,
  ): InputCheck | undefined {
    if (most === undefined) return undefined;
    const codecs = types.map((type) => this.codecs.of(type));
    return (values) => {
      let found = 0;
      try {
        for (const [at, { measure }] of codecs.entries()) found += measure?.(values[at]) ?? 0;
      } catch {
        return; // it does not fit; lowering refuses it with the path to the wrong part
      }
      if (found > most) throw valueLimits.module.inputError(action, found, most, symbol);
    };
  }

  handlesOf(use: ResourceUse): Handles {
    const resource = this.instance.findResource(use);
    if (resource === undefined) {
      throw new TypeError("Cannot carry a handle: its resource is not linked, expected it to be");
    }
    return handlesIn(this, resource);
  }
}
