import { ERRNO, Failure } from "../errno.ts";

/** Names that Windows takes for devices, whatever follows after a dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:[. ]|$)/i;

/** Characters that part paths or streams on Windows, or that no name has there. */
// deno-lint-ignore no-control-regex -- a name on Windows has no control characters
const FORBIDDEN = /[\\:*?"<>|\x00-\x1f]/;

/** Returns whether Windows takes a name for that of a file in its directory. */
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

/** The largest position that a number holds exactly, so that seeking to it is exact. */
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
