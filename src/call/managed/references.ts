import type { GuestObject } from "../../abi/managed.ts";
import type { ManagedPlan, ManagedReference } from "../../abi/managed_layout.ts";
import { GuestError, messageOf } from "../../base/errors.ts";
import { hex, quote, show } from "../../base/show.ts";
import type { CoreFunction } from "../../abi/core_value.ts";
import { exportedFunction } from "../../instance/exports.ts";
import { identityOf } from "../../instance/views.ts";
import type { Instance } from "../../instance/instance.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { classesOf } from "./classes.ts";

/**
 * The color that AssemblyScript's collectors give a pinned object, "rt/itcms.ts" and "rt/tcms.ts".
 */
const PINNED = 3;

/** The offset of the word whose lowest two bits are the color. */
const COLOR_OFFSET = -16;

/**
 * Releases references that JavaScript's garbage collector has found, as AssemblyScript's own
 * bindings do.
 */
const lost = new FinalizationRegistry<{ readonly pins: Pins; readonly pointer: number }>(
  ({ pins, pointer }) => pins.release(pointer),
);

/**
 * The objects of one instance to which the host refers. The guest's runtime pins an object only
 * once, so the host counts its references.
 */
export class Pins {
  readonly instance: Instance;
  readonly runtime: keyof typeof RUNTIMES;
  readonly #counts = new Map<number, number>();
  readonly #isCounted: boolean;
  readonly #pin: CoreFunction;
  readonly #unpin: CoreFunction;

  constructor(instance: Instance, runtime: keyof typeof RUNTIMES) {
    const { pin, unpin } = RUNTIMES[runtime];
    this.instance = instance;
    this.runtime = runtime;
    this.#isCounted = runtime === "arc";
    this.#pin = exportedFunction(instance, pin);
    this.#unpin = exportedFunction(instance, unpin);
  }

  /**
   * Keeps an object until {@linkcode release}.
   *
   * @param isOwned Whether the guest has already counted the reference for the host.
   * @param subject The value that errors name.
   */
  hold(pointer: number, isOwned: boolean, subject: string): void {
    if (this.#isCounted) {
      if (!isOwned) this.#call(this.#pin, pointer, "pin");
      return;
    }
    const count = this.#counts.get(pointer) ?? 0;
    if (count === 0) {
      const color = Number(this.instance.memory.read("u32", pointer + COLOR_OFFSET)) & 3;
      if (color === PINNED) {
        throw new GuestError(
          "signature",
          `Cannot lift ${subject}: the object at ${hex(pointer)} is already pinned, expected one ` +
            "that neither the guest nor a call in progress has pinned",
        );
      }
      this.#call(this.#pin, pointer, "pin");
    }
    this.#counts.set(pointer, count + 1);
  }

  /** Releases one reference to an object. */
  release(pointer: number): void {
    // A guest that can no longer be called has no running collector either.
    if (!this.instance.callable) return;
    if (!this.#isCounted) {
      const count = this.#counts.get(pointer)!;
      if (count > 1) return void this.#counts.set(pointer, count - 1);
      this.#counts.delete(pointer);
    }
    this.#call(this.#unpin, pointer, "unpin");
  }

  #call(fn: CoreFunction, pointer: number, verb: string): void {
    try {
      fn(pointer);
    } catch (cause) {
      throw this.instance.poison(
        new GuestError(
          "trap",
          `Cannot ${verb} the object at ${hex(pointer)}: the guest trapped: ${messageOf(cause)}`,
          { cause },
        ),
      );
    }
  }
}

/** The references of one instance; others replace them when its memory is replaced. */
export interface PinsHolder {
  pins: Pins;
}

const known = new WeakMap<Instance, PinsHolder>();

/** Returns the holder of the references of one instance. */
export function pinsOf(instance: Instance, runtime: keyof typeof RUNTIMES): PinsHolder {
  const owner = identityOf(instance);
  let holder = known.get(owner);
  if (holder === undefined) known.set(owner, holder = { pins: new Pins(instance, runtime) });
  return holder;
}

/** Makes all references to objects of an instance stale, because its memory was replaced. */
export function forgetPins(instance: Instance): void {
  const holder = known.get(identityOf(instance));
  if (holder !== undefined) holder.pins = new Pins(instance, holder.pins.runtime);
}

/** Returns the address of a reference that a parameter takes, or throws. */
let takePointer: (value: unknown, wanted: Wanted) => number;

/** A reference to an object of the guest. */
export class ObjectReference implements GuestObject {
  /** The name of its class as it was declared, if it was. */
  readonly class: string | undefined;
  readonly #classId: number;
  readonly #pins: Pins;
  #pointer: number;

  constructor(pins: Pins, pointer: number, classId: number, named: string | undefined) {
    this.#pins = pins;
    this.#pointer = pointer;
    this.#classId = classId;
    this.class = named;
    lost.register(this, { pins, pointer }, this);
  }

  get pointer(): number {
    const pointer = this.#pointer;
    if (pointer !== 0 && this.#isCurrent()) return pointer;
    throw new GuestError("disposed", `Cannot use ${this.#name()}: ${this.#state()}`);
  }

  release(): void {
    const pointer = this.#pointer;
    if (pointer === 0) return;
    this.#pointer = 0;
    lost.unregister(this);
    if (this.#isCurrent()) this.#pins.release(pointer);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  static {
    takePointer = (value, wanted) => {
      if (typeof value !== "object" || value === null || !(#pins in value)) {
        throw refuse(wanted, show(value), "");
      }
      const pointer = value.#pointer;
      if (pointer !== 0 && value.#pins === wanted.holder.pins) {
        const { class: named } = wanted;
        if (named === undefined || value.class === named) return pointer;
        if (value.#classId === wanted.classId) return pointer;
        throw refuse(wanted, `${value.#name()} (id ${value.#classId})`, "");
      }
      if (pointer === 0 || value.#pins.instance === wanted.holder.pins.instance) {
        const action = wanted.action();
        throw new GuestError("disposed", `Cannot ${action}: ${value.#name()}: ${value.#state()}`);
      }
      const other = "an object of another guest, or of an instance that was replaced";
      throw refuse(wanted, other, " of this instance");
    };
  }

  #isCurrent(): boolean {
    return known.get(this.#pins.instance)?.pins === this.#pins;
  }

  #state(): string {
    return this.#pointer === 0 ? "it was released" : "the guest's memory was replaced since";
  }

  #name(): string {
    const { instance } = this.#pins;
    return nameOf(this.class ?? classesOf(instance).all?.[this.#classId]?.name);
  }
}

/** Makes the error for a value that is not such a reference. */
function refuse(
  { action, class: named, nullable }: Wanted,
  found: string,
  more: string,
): TypeError {
  const expected = `a reference to ${nameOf(named)}${more}${nullable ? " or null" : ""}`;
  return new TypeError(`Cannot ${action()}: it is ${found}, expected ${expected}`);
}

/** Returns the name that errors use for an object of a class. */
function nameOf(named: string | undefined): string {
  return named === undefined ? "an object" : `an object of class ${quote(named)}`;
}

/** The object that a parameter takes. */
interface Wanted {
  readonly action: () => string;
  readonly class: string | undefined;
  /** The id of that class, if it is known. */
  readonly classId: number | undefined;
  readonly holder: PinsHolder;
  readonly nullable: boolean;
}

/** Compiles a reference that is passed into its address; errors name the `action`. */
export function compilePassReference(
  { class: named, nullable }: ManagedReference,
  instance: Instance,
  objects: ManagedPlan["objects"],
  action: () => string,
): (value: unknown) => number {
  const { runtime = "managed" } = objects;
  const classId = named === undefined
    ? undefined
    : classesOf(instance, runtime).idOf(named, objects);
  const holder = pinsOf(instance, runtime);
  const wanted: Wanted = { action, class: named, classId, holder, nullable };
  return (value) => value === null && nullable ? 0 : takePointer(value, wanted);
}
