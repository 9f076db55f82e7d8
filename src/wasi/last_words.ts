import type { GuestError } from "../base/errors.ts";
import { printable } from "../base/show.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { Instance } from "../instance/instance.ts";
import { Held } from "./held.ts";
import type { Output } from "./output.ts";

/** The maximum number of bytes of standard error that are kept for the error of a trap. */
const MOST_KEPT = 4096;

/** The maximum number of code units of them in the message. */
const MOST_SHOWN = 200;

/**
 * Standard error, the end of which is kept: `abort` and panics write their reason there and then
 * trap.
 */
export class LastWords implements Output {
  readonly #inner: Output;
  readonly #instance: () => Instance | undefined;
  readonly #kept = new Held();
  #described: Instance | undefined;

  /** Passes everything on to `inner`, also before there is an instance. */
  constructor(inner: Output, instance: () => Instance | undefined) {
    this.#inner = inner;
    this.#instance = instance;
  }

  write(bytes: Uint8Array): number {
    this.#kept.push(bytes.subarray(-MOST_KEPT), Infinity);
    this.#kept.drop(Math.max(0, this.#kept.byteLength - MOST_KEPT));
    const instance = this.#instance();
    if (instance !== undefined && this.#described !== instance) {
      this.#describe(this.#described = instance);
    }
    return this.#inner.write(bytes);
  }

  end(): void {
    this.#inner.end();
  }

  /** Adds the end of what was written to the errors of traps. */
  #describe(instance: Instance): void {
    const guest = instance as Instance & Pick<GuestInstance, "describe">;
    const { describe } = guest;
    guest.describe = (error) => {
      describe?.(error);
      if (error.code === "trap") this.#add(error);
    };
  }

  #add(error: GuestError): void {
    const text = new TextDecoder().decode(this.#kept.view()).trim();
    if (text === "") return;
    const { message, stack } = error;
    const end = text.length > MOST_SHOWN ? `\u2026${text.slice(-MOST_SHOWN)}` : text;
    error.message = `${message}; its standard error ends with "${printable(end)}"`;
    // The stack starts with the message, and is shown for an uncaught error.
    if (stack?.includes(message)) error.stack = stack.replace(message, () => error.message);
    (error as { guestMessage: string | undefined }).guestMessage = text;
  }
}
