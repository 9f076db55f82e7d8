import { quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { WasiOptions, WasiSink } from "./options.ts";

/** Grants as the functions need them: checked and encoded. */
export interface Grants {
  /** The arguments as UTF-8, each with the NUL that ends it. */
  readonly args: readonly Uint8Array[];
  /** The variables as `NAME=value`, in the same form. */
  readonly environ: readonly Uint8Array[];
  readonly preopens: Readonly<Record<string, string | URL>>;
  readonly stdin: Uint8Array;
  readonly stdout: WasiSink;
  readonly stderr: WasiSink;
}

/**
 * Checks what the caller grants.
 *
 * @throws {TypeError} if a value is of another type, or can't be carried by WASI.
 */
export function checkWasiOptions(options: WasiOptions = {}): Grants {
  const { args = [], env = {}, preopens = {}, stdin = "" } = options;
  for (const [path, directory] of Object.entries(preopens)) {
    encode(path, `preopen ${quote(path)}`);
    if (directory instanceof URL && directory.protocol === "file:") continue;
    if (typeof directory !== "string") {
      throw new TypeError(
        `Cannot grant preopen ${quote(path)}: it is ` +
          `${directory instanceof URL ? quote(directory.href) : show(directory)}, ` +
          "expected a path or a file: URL",
      );
    }
  }
  return {
    args: args.map((text, index) => encode(text, `argument ${index}`)),
    environ: Object.entries(env).map(([name, value]) => encodeVariable(name, value)),
    preopens,
    stdin: stdin instanceof Uint8Array ? new Uint8Array(stdin) : encodeInput(stdin),
    stdout: checkSink("stdout", options.stdout),
    stderr: checkSink("stderr", options.stderr),
  };
}

function encodeVariable(name: string, value: string): Uint8Array {
  const what = `environment variable ${quote(name)}`;
  if (name === "" || name.includes("=")) {
    throw new TypeError(
      `Cannot grant ${what}: its name ${name === "" ? "is empty" : 'holds "="'}, expected another`,
    );
  }
  if (typeof value !== "string") throw notText(value, what);
  return encode(`${name}=${value}`, what);
}

/** Text as C has it: UTF-8 with a NUL behind it. */
function encode(text: string, what: string): Uint8Array {
  if (typeof text !== "string") throw notText(text, what);
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    throw new TypeError(`Cannot grant ${what}: it holds a NUL at index ${nul}, expected none`);
  }
  return encodeWellFormed(`${text}\0`, what);
}

function encodeInput(text: string): Uint8Array {
  if (typeof text !== "string") {
    throw new TypeError(
      `Cannot grant stdin: it is ${show(text)}, expected a string or a Uint8Array`,
    );
  }
  return encodeWellFormed(text, "stdin");
}

function encodeWellFormed(text: string, what: string): Uint8Array {
  if (!text.isWellFormed()) {
    throw new TypeError(
      `Cannot grant ${what}: it holds a lone surrogate, expected well-formed text`,
    );
  }
  return new TextEncoder().encode(text);
}

function notText(value: unknown, what: string): TypeError {
  return new TypeError(`Cannot grant ${what}: it is ${show(value)}, expected a string`);
}

function checkSink(stream: string, sink: WasiSink = "discard"): WasiSink {
  if (typeof sink === "function") return sink;
  if (sink === "discard" || sink === "capture" || sink === "inherit") return sink;
  throw new TypeError(
    `Cannot use ${stream}: it is ${show(sink)}, ` +
      'expected "discard", "capture", "inherit" or a function',
  );
}
