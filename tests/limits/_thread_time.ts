const STATISTICS = "/proc/thread-self/schedstat";

/**
 * Returns the milliseconds that this thread has executed, to which programs that run beside it add
 * nothing. Where that is not known, it returns the time.
 */
export function threadTime(): number {
  try {
    const [nanoseconds] = Deno.readTextFileSync(STATISTICS).split(" ");
    return Number(nanoseconds) / 1e6;
  } catch {
    return performance.now();
  }
}
