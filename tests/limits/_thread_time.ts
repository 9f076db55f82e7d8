import { GuestError } from "../../mod.ts";

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

/**
 * Carries out a short call: other programs can delay one call beyond its deadline, but hardly
 * several.
 */
export function inTime<T>(guest: { reset(): void }, call: () => T, attempts = 5): T {
  try {
    return call();
  } catch (error) {
    const isLate = error instanceof GuestError && error.code === "deadline-exceeded";
    if (!isLate || attempts === 1) throw error;
    guest.reset();
    return inTime(guest, call, attempts - 1);
  }
}
