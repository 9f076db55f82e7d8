import type { SymbolDeclaration } from "../../abi/declaration.ts";
import { quote } from "../../base/show.ts";
import { identifyFile, readHeader } from "../../binary/header.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import type { Guest } from "../../guest.ts";
import { load } from "../../load.ts";
import { compileBytes } from "../../source/source.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import type { WasiOptions } from "../../wasi/wasi_options.ts";
import type { Command, Workbench } from "../command.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { readFile } from "../read_file.ts";
import { styleFor } from "../style.ts";
import {
  bytesOf,
  convertArguments,
  type GivenArgument,
  takeArguments,
  textOf,
  wrongCount,
} from "./call_arguments.ts";
import { chooseWay } from "./choose_way.ts";
import { LOAD_OPTIONS, readLoadOptions, readOption } from "./given_options.ts";
import { printResult } from "./print_result.ts";
import { printTrace } from "./print_trace.ts";
import { traceCalls } from "./trace.ts";
import { grantsFor } from "./wasi_grants.ts";

/** The command that calls an export. */
export const CALL: Command = {
  name: "call",
  usage: "FILE|URL|- EXPORT [ARGUMENT...]",
  least: 2,
  most: Infinity,
  summary: "Calls a function of a WebAssembly module.",
  details: [
    "An export that takes one text and returns one is passed a text; any other export is passed " +
    "numbers. Declare everything else with --symbols, and write structs, lists and arrays as " +
    "JSON. @file is the contents of a file and - is standard input; a text that starts with @ " +
    "is written with @@.",
    "The result goes to standard output: text and bytes unchanged, a resource as its class and " +
    "the names of its methods, anything else as JSON. Errors and --trace go to standard error.",
    "To call a function of a component, give its name, or the name of its interface and its own: " +
    "my:pack/shapes#area. Arguments are texts and numbers; anything else is written as JSON, " +
    'with records as objects in camelCase, and variants as { "tag": "circle", "val": 1 }.',
    "To run a command, which can also be a component, call _start. It gets the arguments and the " +
    "standard input, and its exit code is the exit code of this program.",
  ],
  examples: [
    "passage call guest.wasm greet world",
    "passage call guest.wasm add 2 -3",
    "passage call guest.wasm compress @large.txt --bytes > large.bin",
    'passage call guest.wasm area \'{ "x": 1, "y": 2 }\' --symbols ' +
    '\'{ area: { parameters: [{ type: "struct", fields: { x: "f64", y: "f64" } }], result: "f64" } }\'',
    'passage call shapes.component.wasm area \'{ "tag": "circle", "val": 1 }\'',
    'passage call tool.wasm _start --wasi \'{ preopens: { "/": "." } }\'',
  ],
  options: {
    bytes: { help: "passes the only argument as bytes, and returns the result as bytes" },
    trace: { help: "shows each step of the call, with its values and the memory that it used" },
    ...LOAD_OPTIONS,
    wasi: {
      value: "GRANTS",
      help: 'the grants for a WASI guest: \'{ env: { HOME: "/" }, preopens: { "/": "." } }\'',
    },
  },
  async run({ positionals, options }, bench) {
    const [source = "", name = "", ...rest] = positionals;
    const wasi = readOption(options, "wasi") as WasiOptions | undefined;
    const given: LoadOptions = readLoadOptions(options);
    const args = name === "_start" ? [] : await takeArguments(rest, bench.host, source === "-");
    const file = await readFile(source, bench);
    const isComponent = identifyFile(file.bytes)?.kind === "component";
    if (!isComponent) readHeader(file.bytes); // also refuses an empty file
    bench.progress.say(`Loading ${source}`);
    const compiled = await compileBytes(file, true);
    const grants = grantsFor(
      compiled,
      name === "_start" ? [source, ...rest] : [],
      bench.host.hasInput && source !== "-" ? bench.host.input : undefined,
      wasi,
    );
    await bench.progress.end();
    const isBytes = options.has("bytes");
    const isTraced = options.has("trace");
    if (isTraced && isComponent) {
      throw new UsageError(
        `Cannot trace a call of ${file.name}: it is a component, whose calls have no plan`,
      );
    }
    const { call, loading } = await chooseCall(
      { file, isComponent },
      name,
      args,
      { ...given, ...grants },
      isBytes,
    );
    const value = await withTrace(isTraced, bench, async () => {
      const guest = await load(compiled.module, loading);
      try {
        return await call(guest);
      } finally {
        guest.close();
      }
    });
    if (name === "_start") return value as number;
    await printResult(value, bench.host);
    return EXIT.ok.code;
  },
};

/** Exports that initialise a guest take and return nothing, so there is nothing to show. */
const STARTS: ReadonlySet<string> = new Set([
  "_initialize",
  "__wasm_call_ctors",
  "__wbindgen_start",
]);

/** Makes a call, and prints a trace on standard error even if it fails. */
async function withTrace(
  isTraced: boolean,
  { host }: Workbench,
  act: () => Promise<unknown>,
): Promise<unknown> {
  if (!isTraced) return await act();
  const traces: string[] = [];
  const style = styleFor(host.err, host);
  const end = traceCalls((plan, steps) => {
    if (!STARTS.has(plan.export)) traces.push(printTrace(plan.export, steps, style));
  });
  try {
    return await act();
  } finally {
    end();
    await host.err.write(traces.join(""));
  }
}

/** A call, and the options with which its guest is loaded. */
interface ChosenCall {
  readonly loading: LoadOptions;
  readonly call: (guest: Guest) => unknown;
}

/** The guest whose export is called. */
interface Callee {
  readonly file: SourceBytes;
  readonly isComponent: boolean;
}

/** Chooses how an export is called: as declared, with a text, or with numbers. */
async function chooseCall(
  { file, isComponent }: Callee,
  name: string,
  args: readonly GivenArgument[],
  options: LoadOptions,
  isBytes: boolean,
): Promise<ChosenCall> {
  if (name === "_start") return { loading: options, call: (guest) => guest.run({ async: true }) };
  const declared = options.symbols !== undefined && Object.hasOwn(options.symbols, name)
    ? options.symbols[name]
    : undefined;
  if (declared !== undefined && "type" in declared) return readProperty(name, args, options);
  if (declared !== undefined) return callDeclared(name, declared, args, options);
  if (isBytes) {
    const [only] = oneOf(args, name);
    const bytes = bytesOf(only);
    return { loading: options, call: (guest) => guest.passBytes(bytes, name) };
  }
  if (isComponent) {
    const { chooseComponentCall } = await import("./component_call.ts");
    return { loading: options, call: chooseComponentCall(file, name, args) };
  }
  const way = await chooseWay(file, name, args, options);
  if (way === "text") {
    const text = textOf(oneOf(args, name)[0]);
    return { loading: options, call: (guest) => guest.passString(text, name) };
  }
  return callDeclared(name, way, args, {
    ...options,
    symbols: { ...options.symbols, [name]: way },
  });
}

/** Reads a global or an enumeration. */
function readProperty(
  name: string,
  args: readonly GivenArgument[],
  loading: LoadOptions,
): ChosenCall {
  if (args.length > 0) throw wrongCount(`read ${quote(name)}`, args, "none");
  return { loading, call: ({ symbols }) => (symbols as Record<string, unknown>)[name] };
}

function callDeclared(
  name: string,
  declaration: SymbolDeclaration,
  args: readonly GivenArgument[],
  loading: LoadOptions,
): ChosenCall {
  const values = convertArguments(args, declaration, name);
  return {
    loading,
    call({ symbols }) {
      return (symbols as Record<string, (...args: unknown[]) => unknown>)[name]!(...values);
    },
  };
}

function oneOf(args: readonly GivenArgument[], name: string): [GivenArgument] {
  const [only, ...others] = args;
  if (only !== undefined && others.length === 0) return [only];
  throw wrongCount(`call ${quote(name)}`, args, "one");
}
