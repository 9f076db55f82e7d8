import type { Host } from "./host.ts";

/** No progress is shown before this time, in milliseconds. */
const PATIENCE = 1000;

/** The interval at which the line is updated, in milliseconds. */
const PERIOD = 100;

/** Erases the current line, and moves the cursor to its start. */
const ERASE = "\r\x1b[K";

/** A line on standard error about work in progress. */
export interface Progress {
  /** Sets the text of the line, which is shown once the work has taken a second. */
  say(text: string): void;
  /** Erases the line. */
  end(): Promise<void>;
}

const NONE: Progress = { say() {}, end: () => Promise.resolve() };

/** Starts a progress line, if standard error is a terminal. */
export function beginProgress(host: Host, now: () => number = () => performance.now()): Progress {
  const { err } = host;
  if (!err.isTerminal) return NONE;
  const start = now();
  let text = "", shown = "";
  let writing = Promise.resolve();
  function write(line: string): void {
    shown = line;
    // A failure to show progress is ignored.
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
