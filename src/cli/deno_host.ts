// The only file of the command line that uses Deno's APIs.

import { ClosedPipe } from "./exit_codes.ts";
import type { Host, OutputStream } from "./host.ts";

/** The exit code of a program that SIGINT ends: 128 and the signal's number. */
const INTERRUPTED = 130;

/** The width of a terminal that does not report its own. */
const COLUMNS = 80;

/** Makes the host of a program that runs in a terminal, a pipe or a script. */
export function denoHost(): Host {
  return {
    out: stream(Deno.stdout),
    err: stream(Deno.stderr),
    // Deno reads the variable itself, so no permission is needed.
    allowsColors: !Deno.noColor,
    get columns() {
      try {
        return Deno.consoleSize().columns || COLUMNS;
      } catch {
        return COLUMNS; // no stream is a terminal
      }
    },
    hasInput: !Deno.stdin.isTerminal(),
    get input() {
      return Deno.stdin.readable;
    },
    onInterrupt(act) {
      const listener = async () => {
        await act();
        Deno.exit(INTERRUPTED);
      };
      Deno.addSignalListener("SIGINT", listener);
      return () => Deno.removeSignalListener("SIGINT", listener);
    },
  };
}

function stream(output: typeof Deno.stdout): OutputStream {
  return {
    isTerminal: output.isTerminal(),
    async write(written) {
      let left = typeof written === "string" ? new TextEncoder().encode(written) : written;
      try {
        while (left.byteLength > 0) left = left.subarray(await output.write(left));
      } catch (cause) {
        if (cause instanceof Deno.errors.BrokenPipe) throw new ClosedPipe();
        throw cause;
      }
    },
  };
}

/** Runs a command line, and ends the program with its exit code. */
export async function runInDeno(
  run: (args: readonly string[], host: Host) => Promise<number>,
): Promise<void> {
  Deno.exit(await run(Deno.args, denoHost()));
}
