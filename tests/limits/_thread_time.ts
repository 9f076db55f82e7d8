const STATISTICS = "/proc/thread-self/schedstat";

/**
 * Returns the CPU time of this thread in milliseconds, which does not depend on other programs. If
 * that is unknown, it returns the wall-clock time.
 */
export function threadTime(): number {
  try {
    const [nanoseconds] = Deno.readTextFileSync(STATISTICS).split(" ");
    return Number(nanoseconds) / 1e6;
  } catch {
    return performance.now();
  }
}
