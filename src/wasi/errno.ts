// WASI preview 1, typenames.witx: `errno`. Preview 0 (`wasi_unstable`) has the same numbers.

/** The error numbers that are answered here; `node:wasi` has its own. */
export const ERRNO = {
  success: 0,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notsup: 58,
  spipe: 70,
  notcapable: 76,
} as const;

/** Ends a WASI function with an error number, which is what the guest gets. */
export class Failure {
  /** The number. */
  readonly errno: number;

  /** One of {@linkcode ERRNO}. */
  constructor(errno: number) {
    this.errno = errno;
  }
}
