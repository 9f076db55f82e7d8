import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { messageOf } from "../base/errors.ts";
import { isObject, nearest, problemsError, WORDS } from "../base/misnomers.ts";
import { isA, quote } from "../base/show.ts";
import { HostFunction } from "../imports/host_function.ts";
import type { MemoryLimits } from "../imports/wire.ts";
import type { WasiFolder, WasiOptions, WasiPreopen } from "../wasi/wasi_options.ts";
import type { CheckedOptions } from "./checked_options.ts";
import type { AdoptOptions, LoadOptions } from "./load_options.ts";
import type { NamedPart } from "./layout_shape.ts";
import { explainImport, importsShape } from "./imports_shape.ts";
import { limitsParts, limitsShape } from "./limits_shape.ts";
import { array, dictionary, object } from "./object_shape.ts";
import {
  anything,
  callable,
  choice,
  count,
  flag,
  keyOf,
  one,
  Problems,
  type Shape,
  take,
  text,
  word,
} from "./shape.ts";
import { FOREIGN_SOURCE_OPTIONS, sourceParts } from "./source_shapes.ts";

const sink: Shape = choice('"discard", "capture", "inherit" or a function', (value) => {
  if (typeof value === "function") return callable;
  return typeof value === "string" ? sinkWord : undefined;
});

const sinkWord = word(["discard", "capture", "inherit"], {
  ignore: "discard",
  null: "discard",
  piped: "capture",
  pipe: "capture",
}, " or a function");

const GRANT = "a path, a file: URL, { path, readOnly } or an object of files";

const directory: Shape = {
  expected: GRANT,
  read(value, at, problems) {
    if (typeof value === "string") return value;
    if (isObject(value) && !isA(value, URL) && !isBytes(value)) {
      const ofHost = ["path", "readOnly"].some((key) =>
        key in value && !isContent(take(value, key, at, problems))
      );
      return (ofHost ? limited : folder(0)).read(value, at, problems);
    }
    return hostPath(GRANT).read(value, at, problems);
  },
};

function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) || isA(value, ArrayBuffer);
}

function isIterable(value: unknown): boolean {
  return isA(value, ReadableStream) ||
    (isObject(value) && (Symbol.iterator in value || Symbol.asyncIterator in value));
}

/** Returns whether a value can be in a folder in memory. */
function isContent(value: unknown): boolean {
  return isBytes(value) || (isObject(value) && !isA(value, URL));
}

/** The maximum depth of folders, so that an object that contains itself is refused. */
const MOST_DEPTH = 64;

/** Makes the shape of a folder in memory. */
function folder(depth: number): Shape {
  const content = choice("a Uint8Array or an object of files", (value) => {
    if (isBytes(value)) return anything;
    return isContent(value) && depth < MOST_DEPTH ? folder(depth + 1) : undefined;
  });
  return dictionary(content, "an object of files");
}

/** Makes the shape of a path on the host. */
function hostPath(expected: string): Shape {
  return {
    expected,
    read(value, at, problems) {
      if (typeof value === "string") return value;
      if (!isA(value, URL)) return problems.wrong(at, value, expected);
      if (value.protocol === "file:") return value;
      return problems.add(at, `is ${quote(value.href)}, expected ${expected}`);
    },
  };
}

const limited = object<Exclude<WasiPreopen, string | URL | WasiFolder>>(GRANT, {
  path: hostPath("a path or a file: URL"),
  readOnly: flag,
}, { needs: ["path"] });

const wasiParts = {
  args: array(text, "an array of strings"),
  env: dictionary(text, "an object of variables"),
  preopens: dictionary(directory, "an object of directories by the guest's paths"),
  stdin: one(
    "a string, a Uint8Array, a function, an iterable or a stream",
    (value) =>
      typeof value === "string" || typeof value === "function" || isBytes(value) ||
      Array.isArray(value) || isIterable(value),
  ),
  fetch: one("a function", (value) => typeof value === "function"),
  stdout: sink,
  stderr: sink,
};

const wasi = object<WasiOptions>("an object of grants", wasiParts);

const memoryParts = { initial: count, maximum: count };

const memoryLimits = object<MemoryLimits>("{ initial, maximum }", memoryParts, {
  foreign: { minimum: "initial", min: "initial", max: "maximum" },
});

const memory: Shape = choice("a WebAssembly.Memory or { initial, maximum }", (value) => {
  if (isA(value, WebAssembly.Memory)) return anything;
  return isObject(value) ? memoryLimits : undefined;
});

const wholeMemory: Shape = one(
  "the WebAssembly.Memory that the instance imports",
  (value) => isA(value, WebAssembly.Memory),
);

const OPTIONS = [
  "convention",
  "symbols",
  "memoryName",
  "onInvalid",
  "layout",
  "wasi",
  "limits",
  "imports",
  "memory",
  "missing",
  "componentShapes",
  "initialize",
  "integrity",
  "onProgress",
  "signal",
] as const satisfies (keyof LoadOptions)[];

/** The options that are objects, with their own keys. */
const OWNERS = { wasi: wasiParts, limits: limitsParts, memory: memoryParts };

/** Hints for unknown options. */
function explainOption(key: string, value: unknown): string | undefined {
  if (key === "importObject") return `did you mean ${quote("imports")}?`;
  // A preset that was not called may be the value of a misspelt option.
  if (typeof value === "function" && nearest(key, OPTIONS) === undefined) {
    return `expected imports: { …: { ${keyOf(key)} } }`;
  }
  const owner = Object.entries(OWNERS).find(([, parts]) => Object.hasOwn(parts, key))?.[0];
  if (owner !== undefined && !(isObject(value) && Object.values(value).some(isImport))) {
    return `expected ${owner}: { ${keyOf(key)}: … }`;
  }
  if (!isObject(value)) return undefined;
  if ("parameters" in value && "result" in value) {
    return `expected symbols: { ${keyOf(key)}: … }`;
  }
  return Object.values(value).some(isImport) ? `expected imports: { ${keyOf(key)}: … }` : undefined;
}

function isImport(value: unknown): boolean {
  return typeof value === "function" || value instanceof HostFunction ||
    value instanceof WebAssembly.Memory || value instanceof WebAssembly.Table ||
    value instanceof WebAssembly.Global;
}

/** Hints for options of `load` that `adopt` does not have. */
function explainAdopted(key: string, value: unknown): string | undefined {
  return ["imports", "missing", "wasi", "initialize"].includes(key)
    ? "expected it where the instance is made: its imports are linked already"
    : ["integrity", "onProgress", "signal"].includes(key)
    ? "expected it as an option of compile(), whose value is a source"
    : key === "module" || key === "bytes"
    ? 'did you mean "source"?'
    : explainOption(key, value);
}

/**
 * Checks the options of `load` or of `adopt`, all at once.
 *
 * @param adopts Whether they are those of `adopt`.
 * @returns A copy of them, and the check of the rest, which runs once the guest is known.
 * @throws {TypeError} with every problem, including those of the symbols.
 */
export async function checkOptions<S extends SymbolDeclarations>(
  given: unknown,
  adopts = false,
): Promise<CheckedOptions<S>> {
  const problems = new Problems("the second argument", "option ");
  const wrong = new Map<string, readonly string[]>();
  let options: LoadOptions<S> = {};
  try {
    options = await readOptions(given, problems, wrong, adopts) as LoadOptions<S>;
  } catch (cause) {
    // The options are a proxy that threw.
    problems.add("", `cannot be read: ${messageOf(cause)}`);
  }
  const named = await readNames(options ?? {}, problems, wrong);
  if (problems.lines.length > 0) {
    throw problemsError(adopts ? "Cannot adopt the instance" : "Cannot load the guest", [
      ...problems.lines,
      ...[...wrong.values()].flat(),
    ]);
  }
  const { symbols, convention, imports } = options;
  const isDeclared = symbols !== undefined || convention !== undefined;
  return {
    options,
    named,
    declarations: isDeclared ? (await import("./declared.ts")).declarationCheck(wrong) : undefined,
    hostFunctions: async () => (await import("./declared.ts")).makeHostFunctionCheck(),
    explainImport: (module, name) => explainImport(module, name, imports),
  };
}

/** Finds the parts that refer to names of the layout, and reports unknown names. */
async function readNames(
  { symbols = {}, convention, layout }: LoadOptions,
  problems: Problems,
  wrong: Map<string, readonly string[]>,
): Promise<NamedPart[]> {
  // A custom convention is the caller's own object.
  const record = convention !== undefined && "place" in convention ? convention : undefined;
  if (!refersToNames(symbols) && !refersToNames(record)) return [];
  const { findNamed } = await import("./layout_shape.ts");
  const named = findNamed(record, "convention", layout, problems.add.bind(problems));
  for (const [name, declaration] of Object.entries(symbols)) {
    named.push(...findNamed(declaration, "", layout, (at, problem): undefined => {
      wrong.set(name, [...wrong.get(name) ?? [], `symbol ${quote(name)}: ${at} ${problem}`]);
    }));
  }
  return named;
}

function refersToNames(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "layout" in value && Object.keys(value).length === 1 ||
    Object.values(value).some(refersToNames);
}

async function readOptions(
  given: unknown,
  problems: Problems,
  wrong: Map<string, readonly string[]>,
  adopts: boolean,
): Promise<unknown> {
  const has = (key: string) => isObject(given) && key in given;
  if (has("place") && has("pass")) {
    return problems.add("", "is a convention, expected { convention }");
  }
  // Most checks are in these two modules.
  const declared = has("convention") || has("symbols") ? await import("./declared.ts") : undefined;
  const layout = has("layout") ? await import("./layout_shape.ts") : undefined;
  const common = {
    convention: declared?.conventionOption ?? anything,
    symbols: declared?.symbolsOption(wrong) ?? anything,
    memoryName: text,
    onInvalid: word(WORDS.onInvalid),
    layout: layout?.layoutShape ?? anything,
    limits: limitsShape,
  };
  const adopted = { ...common, source: anything, memory: wholeMemory };
  const shape = adopts
    ? object<AdoptOptions>("an object of options", adopted, { explain: explainAdopted })
    : object<LoadOptions>("an object of options", {
      ...common,
      wasi,
      imports: importsShape,
      memory,
      missing: word(["error", "trap", "ignore"], {
        stub: "trap",
        throw: "error",
        zero: "ignore",
        noop: "ignore",
      }),
      componentShapes: word(["jco", "draft"]),
      initialize: flag,
      ...sourceParts,
    }, { explain: explainOption, foreign: FOREIGN_SOURCE_OPTIONS });
  return problems.read(shape, given, "");
}
