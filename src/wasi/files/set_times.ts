import type { FileStatus, Times } from "./file_system.ts";

/** The maximum number of files whose times are kept. */
const MOST_KEPT = 1024;

/**
 * The times that the guest has set, to the nanosecond. Deno reports milliseconds and Node sets
 * microseconds, but a guest that sets a time and reads it again must find the same one.
 */
export class SetTimes {
  readonly #kept = new Map<string, { readonly set: Times; readonly found: Times }>();

  /**
   * Keeps the times of a file.
   *
   * @param set The times that the guest has set.
   * @param found The status that the host reports now. As long as it is unchanged, the file has the
   * times that were set.
   */
  keep(set: Times, found: FileStatus): void {
    if (found.inode === 0n) return;
    const key = keyOf(found);
    this.#kept.delete(key);
    this.#kept.set(key, { set, found });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }

  /** Returns a status with the times that the guest has set, unless they were changed since. */
  apply(status: FileStatus): FileStatus {
    const kept = this.#kept.get(keyOf(status));
    if (kept === undefined) return status;
    const { set, found } = kept;
    return {
      ...status,
      ...(status.accessed === found.accessed && { accessed: set.accessed }),
      ...(status.modified === found.modified && { modified: set.modified }),
    };
  }
}

function keyOf({ device, inode }: FileStatus): string {
  return `${device} ${inode}`;
}
