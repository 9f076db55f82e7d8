/** What `make` gives when it is first asked for, and the same from then on; `make` is let go of. */
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
