/** Whether what a host function returned has to be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === "function";
  } catch {
    return false; // whoever looks at it next says what it is
  }
}

/** Keeps a promise that nobody waits for from ending the program by its rejection. */
export function silence(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}
