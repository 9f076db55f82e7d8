import type { Host } from "./host.ts";

/** Nothing is shown of what takes no longer than this, in milliseconds. */
const PATIENCE = 1000;

/** How often the line is renewed, in milliseconds. */
const PERIOD = 100;

/** Erases the line of the cursor, and puts the cursor at its start. */
const ERASE = "\r\x1b[K";

/** A line on standard error about work in progress. */
export interface Progress {
  /** Sets what the line says. It is shown once the work has taken a second. */
  say(text: string): void;
  /** Erases the line. */
  end(): Promise<void>;
}

const NONE: Progress = { say() {}, end: () => Promise.resolve() };

/** Begins a line about work in progress, if standard error is a terminal. */
export function beginProgress(host: Host, now: () => number = () => performance.now()): Progress {
  const { err } = host;
  if (!err.isTerminal) return NONE;
  const start = now();
  let text = "", shown = "";
  let writing = Promise.resolve();
  function write(line: string): void {
    shown = line;
    // Progress is no reason to fail.
    writing = writing.then(() => err.write(ERASE + line)).catch(() => {});
  }
  function renew(): void {
    if (text !== shown && now() - start >= PATIENCE) write(text.slice(0, host.columns - 1));
  }
  const timer = setInterval(renew, PERIOD);
  function erase(): Promise<void> {
    if (shown !== "") write("");
    return writing;
  }
  const withdraw = host.onInterrupt(erase);
  return {
    say(line) {
      text = line;
    },
    async end() {
      clearInterval(timer);
      withdraw();
      await erase();
    },
  };
}
