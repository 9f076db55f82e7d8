import { messageOf } from "../base/errors.ts";
import { carried } from "./refusal.ts";

// Section "Core module" of the exception handling in https://webassembly.github.io/spec/js-api/:
// catch_all catches what the host throws, except for a trap, and a trap stays one if JavaScript
// throws it again. Only the engine can make one.

/** `(module (func (export "t") unreachable))` */
const TRAPPING = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x74, 0x00, 0x00],
  ...[0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b],
);

let trap: (() => void) | undefined;

/**
 * Returns what a host function throws, in place of an error, into a guest that has ended: a trap that
 * carries the error. The guest could catch the error itself and go on. Callers test whether it has
 * ended, because after an overflow of the stack this call would throw as well.
 */
export function thrownInto(error: unknown): unknown {
  if (carried.has(error as object)) return error;
  try {
    trap ??= new WebAssembly.Instance(new WebAssembly.Module(TRAPPING)).exports.t as () => void;
    trap();
  } catch (caught) {
    // It is an overflow if the stack has no room, which no guest catches either.
    const made = caught as Error;
    // This is for a host that calls an export of the engine itself.
    made.message = messageOf(error);
    made.cause = error;
    carried.set(made, error);
    return made;
  }
  return error;
}
