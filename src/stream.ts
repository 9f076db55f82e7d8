/**
 * Guests as transform streams: text or bytes go through a guest chunk by chunk, in constant memory.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { textStream } from "@passage/wasm/stream";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/stream_rot13.wasm");
 * const source = ReadableStream.from(["Hello, ", "World!"]);
 * const turned = source.pipeThrough(textStream(guest, "update", { init: "init", final: "final" }));
 * assertEquals((await Array.fromAsync(turned)).join(""), "Uryyb, Jbeyq![13]");
 * ```
 *
 * @module
 */
import type { SymbolDeclaration } from "./abi/declaration.ts";
import type { SymbolDeclarations } from "./abi/symbol_types.ts";
import { GuestError, orThrow } from "./base/errors.ts";
import { expectedWord, nearest, problemsError } from "./base/misnomers.ts";
import type { BytesInput } from "./base/typed_arrays.ts";
import { isA, quote, show } from "./base/show.ts";
import { ChunkSession, countParameters } from "./call/chunked.ts";
import { loadAllParts } from "./call/make_parts.ts";
import { valueLimits } from "./call/on_demand.ts";
import { Guest, lifecycleOf } from "./guest.ts";
import type { GuestParts } from "./guest/guest_parts.ts";
import { resultExport } from "./plan/resolve_chunked.ts";
import { needsConvention } from "./plan/resolve.ts";
import { makeEnds, type OpenedStream } from "./stream_ends.ts";
import type {
  ExportStreamOptions,
  GuestStream,
  StreamArguments,
  StreamInput,
  StreamOutput,
  SymbolStreamOptions,
} from "./stream_types.ts";

export type {
  ArgumentValues,
  ExportStreamOptions,
  FirstData,
  GuestStream,
  StreamArguments,
  StreamData,
  StreamedParameter,
  StreamInput,
  StreamOutput,
  SymbolStreamOptions,
  WithoutData,
} from "./stream_types.ts";

/**
 * Makes a transform stream of a declared symbol. Its chunks are the values that the symbol takes
 * and returns: a symbol whose `chunked` has `parts: true` returns output for each chunk, any other
 * symbol returns its result at the end.
 *
 * Chunks larger than the guest's buffer are split, but text is never split within a character. The
 * guest is called only while the readable end is read from. An error in the guest or at either end
 * ends both. `init` is called before the first chunk, and `destroy` is always called at the end.
 *
 * @param guest The guest. A guest with a single state takes one stream at a time; further ones fail
 * with the code `busy`.
 * @param name The symbol.
 * @param options The symbol's other arguments.
 * @returns Both ends.
 * @throws {TypeError} if the guest has no such symbol or an option is wrong.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { transformStream } from "@passage/wasm/stream";
 * import { assertEquals } from "@std/assert";
 *
 * const chunked = { init: "init", update: "update", final: "final" } as const;
 * const symbols = { crc: { parameters: ["bytes"], result: "u32", chunked } } as const;
 * using guest = await load("testdata/c/chunked_number.wasm", { symbols });
 * const input = new Blob(["123456789"]).stream();
 * const [crc] = await Array.fromAsync(input.pipeThrough(transformStream(guest, "crc")));
 * assertEquals(crc, 0xcbf43926);
 * ```
 */
export function transformStream<S extends SymbolDeclarations, const K extends keyof S & string>(
  guest: Guest<S>,
  name: K,
  options?: SymbolStreamOptions<StreamArguments<S[K]>>,
): GuestStream<StreamInput<S[K]>, StreamOutput<S[K]>>;
/**
 * Makes a transform stream of an export that takes bytes and returns bytes, as `passBytes` calls
 * it.
 *
 * @param guest The guest.
 * @param name The export, which gets each chunk.
 * @param options The exports to call before the first chunk and after the last one.
 * @returns Both ends.
 * @throws {TypeError} if the guest has no such export or an option is wrong.
 */
export function transformStream(
  guest: Guest,
  name: string,
  options?: ExportStreamOptions,
): GuestStream<BytesInput, Uint8Array<ArrayBuffer>>;
export function transformStream(
  guest: Guest,
  name: string,
  options?: SymbolStreamOptions & ExportStreamOptions,
): GuestStream<never, never> {
  return streamOf(guest, name, options, "bytes") as GuestStream<never, never>;
}

/**
 * Makes a transform stream of an export that takes text and returns text, as `passString` calls it,
 * or of a declared symbol that does. A surrogate pair that is spread over two chunks stays
 * together.
 *
 * @param guest The guest.
 * @param name The export, or the symbol.
 * @param options The exports to call before the first chunk and after the last one, or the symbol's
 * other arguments.
 * @returns Both ends.
 * @throws {TypeError} if the guest has no such export or an option is wrong.
 */
export function textStream(
  guest: Guest,
  name: string,
  options?: SymbolStreamOptions & ExportStreamOptions,
): GuestStream<string, string> {
  return streamOf(guest, name, options, "string") as GuestStream<string, string>;
}

const KEYS = ["arguments", "init", "final"];

function streamOf(
  guest: unknown,
  name: unknown,
  given: unknown,
  content: "string" | "bytes",
): GuestStream<unknown, unknown> {
  if (!isA(guest, Guest)) {
    throw new TypeError(`Cannot make a stream: it is ${show(guest)}, expected a guest of load()`);
  }
  const lifecycle = lifecycleOf(guest as Guest);
  const { symbols } = lifecycle.parts;
  const { declaration, args } = declare(guest as Guest, symbols, name, given, content);
  return makeEnds(async (): Promise<OpenedStream> => {
    await loadAllParts({ [name as string]: declaration });
    const { calls, instance } = lifecycle, isCurrent = lifecycle.watch();
    if (needsConvention(declaration)) calls.settle();
    const symbol = resultExport(declaration.chunked!);
    const context = calls.planner.context(instance);
    const forms = orThrow(calls.planner.plan(symbol, declaration, instance, context));
    const { parameter } = forms.plan.chunked!;
    if (args.length !== countParameters(forms.plan) - 1) {
      throw new TypeError(
        `Cannot make a stream of ${quote(String(name))}: option arguments has ${args.length}, ` +
          `expected ${countParameters(forms.plan) - 1}`,
      );
    }
    const all = args.toSpliced(parameter, 0, undefined);
    const refuse = valueLimits.loaded?.refuseInput(forms.plan, instance);
    const session = new ChunkSession({ ...forms.chunksOn(instance), refuse }, all);
    const refuseStale = () => {
      if (!isCurrent()) throw staleError(symbol);
    };
    return { session, plan: forms.plan, instance, refuseStale };
  });
}

function staleError(symbol: string): GuestError {
  return new GuestError(
    "disposed",
    `Cannot go on with the stream of ${
      quote(symbol)
    }: the guest was reset or restored, expected a ` +
      "new stream",
    { export: symbol },
  );
}

/** Returns the declaration of a chunked symbol for a stream, and its other arguments. */
function declare(
  guest: Guest,
  symbols: GuestParts["symbols"],
  name: unknown,
  given: unknown,
  content: "string" | "bytes",
): { declaration: SymbolDeclaration; args: readonly unknown[] } {
  const cannot = `Cannot make a stream of ${show(name)}`;
  if (given !== undefined && (typeof given !== "object" || given === null)) {
    throw new TypeError(`${cannot}: the options are ${show(given)}, expected an object`);
  }
  const options = { ...given } as SymbolStreamOptions & ExportStreamOptions;
  const { init, final, arguments: args = [] } = options;
  const problems = Object.keys(options).filter((key) => !KEYS.includes(key))
    .map((key) => `option ${key} is unknown, ${expectedWord(key, KEYS)}`);
  const isExport = (value: unknown): value is string =>
    typeof value === "string" && typeof guest.exports[value] === "function";
  const isDeclared = typeof name === "string" && Object.hasOwn(symbols, name);
  const found = isDeclared ? symbols[name as string]! : undefined;
  const declared = found !== undefined && "result" in found ? found : undefined;
  if (found !== declared) problems.push("it is a global or a class, expected a function");
  if (!isDeclared && !isExport(name)) {
    const names = [...Object.keys(symbols), ...Object.keys(guest.exports).filter(isExport)];
    const near = nearest(String(name), names);
    problems.push(
      "the guest has neither a symbol nor an exported function of that name" +
        (near === undefined ? "" : `, did you mean ${quote(near)}?`),
    );
  }
  if (declared?.async) problems.push("it is asynchronous, expected a symbol that is not");
  if (!Array.isArray(args)) {
    problems.push(`option arguments is ${show(args)}, expected an array`);
  } else if (!isDeclared && args.length > 0) {
    problems.push("option arguments is set for an export, expected a declared symbol");
  }
  for (const [key, value] of [["init", init], ["final", final]] as const) {
    if (value === undefined) continue;
    if (declared?.chunked !== undefined) {
      problems.push(`option ${key} is set, expected it in the symbol's "chunked"`);
    } else if (!isExport(value)) {
      const near = nearest(String(value), Object.keys(guest.exports).filter(isExport));
      const why = near === undefined ? "expected one" : `did you mean ${quote(near)}?`;
      problems.push(`option ${key} is ${show(value)}, which is not an exported function, ${why}`);
    }
  }
  const type = (value: unknown) =>
    typeof value === "object" && value !== null ? (value as { type?: string }).type : value;
  const texts = [declared?.result, ...declared?.parameters ?? []].map(type);
  if (content === "string" && isDeclared && texts.filter((one) => one === "string").length < 2) {
    problems.push("the symbol is not one of text, expected transformStream()");
  }
  if (problems.length > 0) throw problemsError(cannot, problems);
  if (declared?.chunked !== undefined) return { declaration: declared, args };
  const { name: called, arguments: update, ...rest } = declared ??
    { name: undefined, arguments: undefined, parameters: [content], result: content };
  const chunked = {
    ...(init !== undefined && { init }),
    update: update === undefined
      ? called ?? name as string
      : { export: called ?? name as string, arguments: update },
    ...(final !== undefined && { final }),
    parts: true,
  };
  return { declaration: { ...rest, chunked }, args };
}
