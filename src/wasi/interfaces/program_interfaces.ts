// WASI 0.2: wasi:cli and wasi:random.

import { GuestError } from "../../base/errors.ts";
import type { Output } from "../output.ts";
import type { WasiState } from "../state.ts";
import { randomChunk } from "../system.ts";
import { InputStream, OutputStream } from "./byte_streams.ts";

/** The resources of terminals, which have no functions. */
class TerminalInput {}

class TerminalOutput {}

/** The maximum number of random bytes of one call, which the host has to store. */
const MOST_RANDOM = 64n * 1024n * 1024n;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns the text of a NUL-terminated argument or variable. */
function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes.subarray(0, -1));
}

function randomBytes(state: WasiState, byteLength: bigint): Uint8Array {
  if (byteLength > MOST_RANDOM) {
    throw new GuestError(
      "result-too-large",
      `Cannot make ${byteLength} random bytes: expected at most ${MOST_RANDOM} in one call`,
    );
  }
  const bytes = new Uint8Array(Number(byteLength));
  for (let at = 0; at < bytes.byteLength;) {
    const chunk = randomChunk(state, bytes.byteLength - at);
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function randomNumber(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}

/** Makes the interfaces for a program: its arguments, streams, exit and random numbers. */
export function programInterfaces(state: WasiState): Record<string, object> {
  const { grants, input, stdout, stderr } = state;
  // The stream may be dropped and requested again, but the input is closed with the guest.
  const stdin = { read: (most: number) => input.read(most), fill: () => input.fill() };
  const getStdin = () => new InputStream(state, stdin);
  const getOutput = (output: Output) => () =>
    new OutputStream(state, { write: (bytes) => void output.write(bytes) });
  const getBytes = (byteLength: bigint) => randomBytes(state, byteLength);
  return {
    "wasi:cli/environment": {
      getArguments: () => grants.args.map(textOf),
      getEnvironment: () =>
        grants.environ.map((bytes) => {
          const text = textOf(bytes), end = text.indexOf("=");
          return [text.slice(0, end), text.slice(end + 1)];
        }),
      initialCwd: () => undefined,
    },
    "wasi:cli/exit": {
      exit: ({ tag }: { readonly tag: "ok" | "err" }) => state.exit(tag === "ok" ? 0 : 1),
      exitWithCode: (code: number) => state.exit(code),
    },
    "wasi:cli/stdin": { getStdin },
    "wasi:cli/stdout": { getStdout: getOutput(stdout) },
    "wasi:cli/stderr": { getStderr: getOutput(stderr) },
    // All streams are terminals, as in preview 1, so that a C library writes each line at once.
    "wasi:cli/terminal-input": { TerminalInput },
    "wasi:cli/terminal-output": { TerminalOutput },
    "wasi:cli/terminal-stdin": { getTerminalStdin: () => new TerminalInput() },
    "wasi:cli/terminal-stdout": { getTerminalStdout: () => new TerminalOutput() },
    "wasi:cli/terminal-stderr": { getTerminalStderr: () => new TerminalOutput() },
    "wasi:random/random": { getRandomBytes: getBytes, getRandomU64: randomNumber },
    "wasi:random/insecure": {
      getInsecureRandomBytes: getBytes,
      getInsecureRandomU64: randomNumber,
    },
    "wasi:random/insecure-seed": { insecureSeed: () => [randomNumber(), randomNumber()] },
  };
}
