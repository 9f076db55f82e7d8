import { ERRNO, Failure } from "../errno.ts";

/** Names that are devices on Windows, whatever follows after a dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:[. ]|$)/i;

/** Characters that separate paths or streams on Windows, or that are not allowed in names there. */
// deno-lint-ignore no-control-regex -- a name on Windows has no control characters
const FORBIDDEN = /[\\:*?"<>|\x00-\x1f]/;

/** Returns whether a name is that of a file in the same directory on Windows. */
export function isWindowsName(name: string): boolean {
  return !FORBIDDEN.test(name) && !DEVICE.test(name) && !/[. ]$/.test(name);
}

/** Returns whether an absolute path is one of Windows. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[a-z]:|\\\\)/i.test(path);
}

/** Joins a name to the path of a directory. */
export function joinPath(directory: string, name: string): string {
  return /[\\/]$/.test(directory) ? directory + name : `${directory}/${name}`;
}

/** The largest position that a number represents exactly. */
const MOST_POSITION = Number.MAX_SAFE_INTEGER;

/**
 * Returns a position that a file can have.
 *
 * @throws {Failure} `error` if it is too large.
 */
export function checkPosition(position: bigint, error: number = ERRNO.inval): number {
  if (position < 0n) throw new Failure(ERRNO.inval);
  if (position > MOST_POSITION) throw new Failure(error);
  return Number(position);
}
