// WASI preview 1, typenames.witx: `errno`. Preview 0 (`wasi_unstable`) has the same numbers.

import { isA } from "../base/show.ts";

/** The error numbers that a guest can get. */
export const ERRNO = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  busy: 10,
  dquot: 19,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  mlink: 34,
  nametoolong: 37,
  nfile: 41,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  nxio: 60,
  perm: 63,
  rofs: 69,
  spipe: 70,
  txtbsy: 74,
  xdev: 75,
  notcapable: 76,
} as const;

/** Ends a WASI function with an error for the guest. */
export abstract class StreamFailure {
  /** The description for the guest. */
  abstract readonly text: string;
}

/** Ends a WASI function with an error number for the guest. */
export class Failure extends StreamFailure {
  /** The number. */
  readonly errno: number;

  /** One of {@linkcode ERRNO}. */
  constructor(errno: number) {
    super();
    this.errno = errno;
  }

  get text(): string {
    return Object.entries(ERRNO).find(([, errno]) => errno === this.errno)![0];
  }
}

/** The numbers of errors for which Deno has no code, the same on Linux and macOS. */
const WITHOUT_CODE: ReadonlyMap<string, number> = new Map([
  ["6", ERRNO.nxio],
  ["26", ERRNO.txtbsy],
  ["27", ERRNO.fbig],
  ["29", ERRNO.spipe],
]);

/**
 * Returns the error number for an error of a file function of the host. Its code is the C name of
 * the number, such as `ENOENT`. An error for a missing permission, or for a link whose target is
 * not UTF-8, has only a name; a rare error of the operating system has its number in its message.
 *
 * @returns `undefined` for any other error, which is a bug in Passage.
 */
export function hostErrno(error: unknown): number | undefined {
  if (!isA(error, Error)) return undefined;
  const { name, message, code } = error as Error & { readonly code?: unknown };
  if (typeof code !== "string") {
    if (name === "NotCapable" || name === "PermissionDenied") return ERRNO.acces;
    if (name === "InvalidData") return ERRNO.ilseq;
    const number = /\(os error (\d+)\)/.exec(message)?.[1];
    return number === undefined ? undefined : WITHOUT_CODE.get(number) ?? ERRNO.io;
  }
  if (!/^E[A-Z0-9_]+$/.test(code)) return undefined;
  const known = code === "EOPNOTSUPP" ? "notsup" : code.slice(1).toLowerCase();
  return Object.hasOwn(ERRNO, known) ? ERRNO[known as keyof typeof ERRNO] : ERRNO.io;
}

/**
 * Returns the failure for an error of a file function of the host, or any other error unchanged.
 */
export function failureOf(error: unknown): unknown {
  const errno = hostErrno(error);
  return errno === undefined ? error : new Failure(errno);
}
