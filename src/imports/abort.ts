import { GuestError } from "../base/errors.ts";
import { printable, quote } from "../base/show.ts";
import { framesOf } from "../call/failure.ts";
import type { HostImports } from "./host_imports.ts";

/** A guest's message when it aborts. */
interface Abort {
  readonly message?: string | null;
  readonly file?: string | null;
  readonly line?: number;
  readonly column?: number;
}

/** Makes the error for a guest that aborts. The guest is poisoned, as by a trap. */
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
  return host.instance?.poison(error) ?? error;
}
