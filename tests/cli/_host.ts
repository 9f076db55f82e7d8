import { ClosedPipe } from "../../src/cli/exit_codes.ts";
import type { Host } from "../../src/cli/host.ts";
import { run } from "../../src/cli/run.ts";

/** The properties of a host in a test. */
export interface HostOptions {
  /** Whether both streams are terminals. */
  readonly isTerminal?: boolean;
  readonly allowsColors?: boolean;
  readonly columns?: number;
  /** The contents of standard input. */
  readonly input?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Whether standard output is closed. */
  readonly isClosed?: boolean;
}

/** A host that records its output. */
export interface TestHost extends Host {
  /** The text that was written to standard output. */
  readonly written: () => Uint8Array;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Interrupts the program without ending the process. */
  readonly interrupt: () => Promise<void>;
}

/** Makes a host that records its output. */
export function makeHost(options: HostOptions = {}): TestHost {
  const { isTerminal = false, allowsColors = true, columns = 80, input = "" } = options;
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const parts = { out: [] as number[], err: [] as number[] };
  const acts = new Set<() => Promise<void>>();
  const stream = (name: "out" | "err") => ({
    isTerminal,
    write(output: string | Uint8Array) {
      if (name === "out" && options.isClosed) return Promise.reject(new ClosedPipe());
      for (const byte of typeof output === "string" ? encoder.encode(output) : output) {
        parts[name].push(byte);
      }
      return Promise.resolve();
    },
  });
  return {
    out: stream("out"),
    err: stream("err"),
    allowsColors,
    columns,
    hasInput: options.input !== undefined,
    input: new Response(input).body!,
    onInterrupt(act) {
      acts.add(act);
      return () => acts.delete(act);
    },
    written: () => Uint8Array.from(parts.out),
    stdout: () => decoder.decode(Uint8Array.from(parts.out)),
    stderr: () => decoder.decode(Uint8Array.from(parts.err)),
    async interrupt() {
      for (const act of acts) await act();
    },
  };
}

/** Runs a command line in a host that records its output. */
export async function runCli(
  args: readonly string[],
  options?: HostOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const host = makeHost(options);
  const code = await run(args, host);
  return { code, stdout: host.stdout(), stderr: host.stderr() };
}
