/** Returns whether the result of a host function is a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === "function";
  } catch {
    return false; // the caller then describes the value
  }
}

/** Keeps a rejected promise that nobody awaits from ending the program. */
export function silence(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}
