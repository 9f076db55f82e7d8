/** A function of the guest. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue;

/** A value that crosses between JavaScript and a guest: a number, a bigint or a reference. */
export type CoreValue = unknown;
