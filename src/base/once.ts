/** Calls `make` once, lazily, and then releases it. */
export function once<T>(make: () => T): () => T {
  let pending: (() => T) | undefined = make;
  let value: T;
  return () => {
    if (pending !== undefined) {
      value = pending();
      pending = undefined;
    }
    return value;
  };
}
