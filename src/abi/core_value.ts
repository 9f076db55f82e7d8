/** A function of the guest. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue;

/** A value that JavaScript and a guest exchange: a number, a bigint or a reference. */
export type CoreValue = unknown;
