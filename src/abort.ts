import { framesOf } from "./engine/failure.ts";
import { GuestError } from "./errors.ts";
import type { HostImports } from "./host.ts";
import { printable, quote } from "./show.ts";

/** What a guest says when it gives up. */
export interface Abort {
  readonly message?: string | null;
  readonly file?: string | null;
  readonly line?: number;
  readonly column?: number;
}

/** The error for a guest that gives up: it is poisoned, as by a trap. */
export function abortError(host: HostImports, abort: Abort): GuestError {
  const { message, file, line, column } = abort;
  const place = column === undefined ? line : `${line}:${column}`;
  const error = new GuestError(
    "abort",
    "Cannot go on: the guest aborted" +
      (typeof message === "string" ? ` with ${quote(message)}` : "") +
      (typeof file === "string" ? ` at ${printable(file)}:${place}` : ""),
    {
      guestMessage: message ?? undefined,
      details: { ...abort },
      frames: framesOf(new Error()),
    },
  );
  return host.realm?.poison(error) ?? error;
}
