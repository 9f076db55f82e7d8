import { GuestError } from "../base/errors.ts";

/** Makes the error for a guest that ends itself with an exit code. */
export function exitError(code: number): GuestError {
  return new GuestError(
    "exited",
    `Cannot go on: the guest exited with code ${code}, expected reset() first`,
    { status: code },
  );
}
