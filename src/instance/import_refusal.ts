import { GuestError, messageOf } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { Instance } from "./instance.ts";
import { carried } from "./refusal.ts";

// Calls of imports that are refused because the guest is not ready yet or has ended.

/**
 * Makes the error for a start function that calls the host before the instance is known.
 *
 * @param lacks What the import needs: to read and write memory, or to call exports, such as those
 * that allocate.
 */
export function unbornError(name: string, lacks: "memory" | "exports" = "memory"): GuestError {
  const expected = lacks === "memory"
    ? "a guest that imports its memory (asc --importMemory, wasm-ld --import-memory), or exports " +
      "what starts it (asc --exportStart _initialize)"
    : "a guest that exports what starts it, as _initialize";
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its ` +
      `${lacks === "memory" ? "memory is" : "exports are"} not known yet, expected ${expected}`,
  );
}

/**
 * Throws if the guest continues although it has ended: it caught its own end, or a host function
 * called it and handled the trap.
 *
 * @param instance The instance, as soon as there is one.
 * @param name The import.
 * @param label The import in errors.
 */
export function checkCallable(
  instance: Instance | undefined,
  action: "call" | "return from",
  name: string,
  label = `import ${quote(name)}`,
): void {
  if (instance === undefined || instance.callable) return;
  throw instance.refuse(`${action} ${label}`, name);
}

// Section "Core module" of the exception handling in https://webassembly.github.io/spec/js-api/:
// catch_all catches every host exception except a trap, and a trap remains one if JavaScript
// rethrows it. Only the engine can make a trap.

/** `(module (func (export "t") unreachable))` */
const TRAPPING = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x74, 0x00, 0x00],
  ...[0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b],
);

let trap: (() => void) | undefined;

/**
 * Returns a trap that carries the error, for a host function to throw into a guest that has ended:
 * the guest could catch the error itself and continue. The callers check whether the guest has
 * ended, because after a stack overflow this call would throw as well.
 */
export function thrownInto(error: unknown): unknown {
  if (carried.has(error as object)) return error;
  try {
    trap ??= new WebAssembly.Instance(new WebAssembly.Module(TRAPPING)).exports.t as () => void;
    trap();
  } catch (caught) {
    // If the stack has no room, this is an overflow, which a guest cannot catch either.
    const made = caught as Error;
    // For a host that calls an export directly.
    made.message = messageOf(error);
    made.cause = error;
    carried.set(made, error);
    return made;
  }
  return error;
}
