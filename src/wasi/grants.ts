import { standardStream } from "../base/runtime.ts";
import { isA, isArray, quote } from "../base/show.ts";
import { type BytesInput, plainBytes, toBytes } from "../base/typed_arrays.ts";
import type {
  WasiInput,
  WasiInputSource,
  WasiOptions,
  WasiPreopen,
  WasiSink,
} from "./wasi_options.ts";

/** Grants in the form that the functions need: checked and encoded. */
export interface Grants {
  /** The arguments as UTF-8, each with the NUL that ends it. */
  readonly args: readonly Uint8Array[];
  /** The variables as `NAME=value`, in the same form. */
  readonly environ: readonly Uint8Array[];
  readonly preopens: Readonly<Record<string, WasiPreopen>>;
  /** The bytes of standard input, or their source. */
  readonly stdin: Uint8Array | WasiInputSource;
  readonly stdout: WasiSink;
  readonly stderr: WasiSink;
  /** The maximum number of bytes of output to capture. */
  readonly mostOutput: number;
}

/** Enough for any useful output. A guest that writes forever must not exhaust memory. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Checks the values that the caller grants; their types have already been checked.
 *
 * @param mostOutput The maximum number of bytes of output to capture: 64 MiB unless set.
 * @throws {TypeError} if WASI cannot represent a value.
 */
export function checkWasiOptions(
  options: WasiOptions = {},
  mostOutput: number = MOST_OUTPUT,
): Grants {
  const { args = [], env = {}, preopens = {}, stdin = "" } = options;
  const { stdout = "discard", stderr = "discard" } = options;
  for (const path of Object.keys(preopens)) encode(path, `preopen ${quote(path)}`);
  refuseAbsent("stdout", stdout);
  refuseAbsent("stderr", stderr);
  return {
    args: args.map((text, index) => encode(text, `argument ${index}`)),
    environ: Object.entries(env).map(([name, value]) => encodeVariable(name, value)),
    preopens,
    stdin: takeInput(stdin),
    stdout,
    stderr,
    mostOutput,
  };
}

function takeInput(stdin: WasiInput): Uint8Array | WasiInputSource {
  if (typeof stdin === "string") return encodeWellFormed(stdin, "stdin");
  if (!isBytesInput(stdin)) return stdin;
  return new Uint8Array(plainBytes(toBytes(stdin, "grant stdin"), "grant stdin"));
}

/** Returns whether an input is bytes; an array can have chunks instead. */
function isBytesInput(stdin: Exclude<WasiInput, string>): stdin is BytesInput {
  if (!isArray(stdin)) return ArrayBuffer.isView(stdin) || isA(stdin, ArrayBuffer);
  return stdin.length === 0 || typeof stdin[0] === "number";
}

function encodeVariable(name: string, value: string): Uint8Array {
  const what = `environment variable ${quote(name)}`;
  if (name === "" || name.includes("=")) {
    throw new TypeError(
      `Cannot grant ${what}: its name ${name === "" ? "is empty" : 'holds "="'}, expected another`,
    );
  }
  return encode(`${name}=${value}`, what);
}

/** Encodes text as in C: UTF-8 with a NUL after it. */
function encode(text: string, what: string): Uint8Array {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    throw new TypeError(`Cannot grant ${what}: it holds a NUL at index ${nul}, expected none`);
  }
  return encodeWellFormed(`${text}\0`, what);
}

/**
 * Encodes text as UTF-8.
 *
 * @throws {TypeError} if it contains a lone surrogate.
 */
export function encodeWellFormed(text: string, what: string): Uint8Array {
  if (!text.isWellFormed()) {
    throw new TypeError(
      `Cannot grant ${what}: it holds a lone surrogate, expected well-formed text`,
    );
  }
  return new TextEncoder().encode(text);
}

/** Throws if a stream is to be inherited and the runtime does not have it. */
function refuseAbsent(stream: "stdout" | "stderr", sink: WasiSink): void {
  if (sink !== "inherit" || standardStream(stream) !== undefined) return;
  throw new TypeError(
    `Cannot use ${stream}: it is "inherit", and this runtime has no such stream, ` +
      'expected "discard", "capture", a function, or Node 20.16, 22.3 or later',
  );
}
