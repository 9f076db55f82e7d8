/** Counts how often source is compiled while `act` runs. */
export async function countCompiled(act: () => unknown): Promise<number> {
  const { Function: original } = globalThis;
  let count = 0;
  globalThis.Function = new Proxy(original, {
    construct(target, args, newTarget) {
      count++;
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    await act();
  } finally {
    globalThis.Function = original;
  }
  return count;
}
