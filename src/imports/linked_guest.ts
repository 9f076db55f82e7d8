import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import { framesOf, GuestError, messageOf } from "../base/errors.ts";
import { hasProperty, isA, quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import { thrownInto } from "../instance/import_refusal.ts";
import { type GuestInstance, LINKED, type LinkedGuest } from "../instance/guest_instance.ts";
import type { Instance } from "../instance/instance.ts";
import { errorOf } from "../instance/refusal.ts";

/** The types of the functions that were made for imports, as far as they are known. */
const types = new WeakMap<object, FunctionType | undefined>();

/** Returns whether an object of imports is another guest. */
export function isLinked(value: unknown): value is LinkedGuest {
  return hasProperty(value, LINKED);
}

/** Returns the current instance of another guest. */
export function instanceOf(guest: LinkedGuest): GuestInstance {
  return (guest as unknown as { readonly [LINKED]: GuestInstance })[LINKED];
}

/** Returns whether a function was made for an import of another guest's export. */
export function isLinkedFunction(value: object): boolean {
  return types.has(value);
}

/** Returns the type of a function that was made for an import, if it is known. */
export function linkedType(value: object): FunctionType | undefined {
  return types.get(value);
}

/**
 * Returns an export of another guest for an import. A function always calls the guest's current
 * instance, so it works after a reset, throws if the guest was closed, and poisons it on a trap.
 * Other exports belong to one instance.
 *
 * @param held Collects the instances of other exports.
 */
export function linkExport(
  guest: LinkedGuest,
  name: string,
  held: Set<GuestInstance>,
): unknown {
  const instance = instanceOf(guest);
  const { exports } = instance;
  if (!Object.hasOwn(exports, name)) return undefined;
  const value = exports[name];
  if (typeof value !== "function") {
    held.add(instance);
    return value;
  }
  const linked = (...args: CoreValue[]): CoreValue => callLinked(instanceOf(guest), name, args);
  types.set(linked, instance.functionType(name));
  return linked;
}

/** A guest that imports parts of an instance other than functions. */
interface Holder {
  readonly instance: Instance | undefined;
}

const holders = new WeakMap<GuestInstance, Set<Holder>>();

/** Keeps an instance from being replaced while the guest of `holder` can be called. */
export function hold(instance: GuestInstance, holder: Holder): void {
  const all = holders.get(instance) ?? new Set();
  holders.set(instance, all.add(holder));
  instance.held = (action) => {
    if (![...all].some(({ instance }) => instance?.callable)) return;
    throw new GuestError(
      "supplied-memory",
      `Cannot ${action}: another guest imports its memory, expected that one to be closed before`,
    );
  };
}

function callLinked(
  instance: GuestInstance,
  name: string,
  args: readonly CoreValue[],
): CoreValue {
  const before = instance.enter(name);
  try {
    return (instance.exports[name] as CoreFunction)(...args);
  } catch (thrown) {
    const error = errorOf(thrown);
    if (error === thrown && isA(error, WebAssembly.RuntimeError)) {
      const ended = instance.poison(
        instance.limiter?.ended(name, error) ?? new GuestError(
          "trap",
          `Cannot complete ${quote(name)} for another guest: the guest trapped: ${
            messageOf(error)
          }`,
          { export: name, cause: error, frames: framesOf(error) },
        ),
      );
      throw thrownInto(ended);
    }
    // A guest cannot continue after another guest that it has called has ended.
    throw instance.callable ? error : thrownInto(error);
  } finally {
    instance.depth = before;
  }
}
