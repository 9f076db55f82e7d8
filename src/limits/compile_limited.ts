import { LoadError, messageOf, WasmFormatError } from "../base/errors.ts";
import type { GuestLimits } from "../base/limits.ts";
import { isA } from "../base/show.ts";
import { identifyFile } from "../binary/header.ts";
import { readModule } from "../binary/module.ts";
import { type Compile, compileWith } from "../source/compile_with.ts";
import { compileBytes, compileSource, remember, setsArguments } from "../source/source.ts";
import type { SourceOptions } from "../source/source_options.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type {
  Compiled,
  CompiledGuest,
  CompiledModule,
  SourceBytes,
} from "../source/source_types.ts";
import { type CappedPart, capsOf, type PartRange } from "./caps.ts";
import { limitsOf } from "./fuel.ts";
import { type Appended, rewrite } from "./rewrite.ts";

/**
 * The rewritten modules of values of `compile`, by their modules: those that ask, and the others.
 */
const asking = new WeakMap<WebAssembly.Module, Promise<Rewritten>>();

const ending = new WeakMap<WebAssembly.Module, Promise<Rewritten>>();

/**
 * A rewritten module, with its descriptions by the limits of its guests: each is the same for all.
 */
interface Rewritten {
  readonly compiled: Compiled;
  readonly appended: Appended;
  readonly limited: Map<string, Compiled>;
}

/** The rewritten modules by their descriptions without a limit. */
const known = new WeakMap<Compiled, Rewritten>();

/** The options that compiling depends on. */
interface Options extends SourceOptions {
  readonly limits?: GuestLimits | undefined;
}

/**
 * Compiles a source that is rewritten first, so that it counts what it executes.
 *
 * @param source The source, which `holdSource` has copied if it can be changed.
 * @param options The options, checked.
 * @throws {LoadError} if it cannot be read, or this engine cannot compile it.
 * @throws {WasmFormatError} if it is not a WebAssembly module, or has an unknown operator.
 * @throws {TypeError} if it is a module without its binary.
 */
export async function compileLimited(source: unknown, options: Options): Promise<Compiled> {
  const compile = await compilerFor(options.limits ?? {});
  return await compileWith(source, options, compile && sparingComponents(compile));
}

/**
 * Divides the caps for memories and tables among the instances of a component's core modules.
 *
 * @param counts How many instances of each module there are.
 * @param given The component.
 * @returns The maxima of each module, if there are caps.
 * @throws {LoadError} if all instances together begin with more than a cap.
 */
export async function shareCaps<P extends PartRange>(
  counts: ReadonlyMap<P, number>,
  given: SourceBytes,
  limits: GuestLimits,
): Promise<ReadonlyMap<P, CappedPart>> {
  const caps = capsOf(limits);
  if (caps === undefined) return new Map();
  return (await import("./compile_capped.ts")).capParts(counts, given, caps);
}

/**
 * Compiles a core module of a component. All of them share the limits of a call.
 *
 * @param capped The maxima of its memories and tables, if there are caps.
 * @throws what {@linkcode compileLimited} throws.
 */
export async function compilePart(
  given: SourceBytes,
  limits: GuestLimits,
  capped?: CappedPart,
): Promise<Compiled> {
  const compile = await compilerFor(limits, true, capped);
  return await (compile?.bytes ?? compileBytes)(given);
}

/**
 * Returns what compiles a source with limits; absent if there are none.
 *
 * @param isShared Whether modules share what a call has, and ask for it.
 * @param capped The maxima of a module that shares the caps with others.
 */
async function compilerFor(
  limits: GuestLimits,
  isShared = false,
  capped?: CappedPart,
): Promise<Compile | undefined> {
  const { fuel = Infinity, deadline = Infinity } = limits;
  const caps = capsOf(limits);
  const limit = ({ compiled, appended, limited }: Rewritten): Compiled => {
    const key = `${fuel} ${deadline}`;
    let found = limited.get(key);
    if (found === undefined) {
      found = { ...compiled, limiting: limitsOf(appended, compiled.source, { fuel, deadline }) };
      limited.set(key, found);
    }
    return found;
  };
  // The host is asked for more units so that it can check the time.
  const asks = isShared || deadline !== Infinity;
  const isUnlimited = fuel === Infinity && deadline === Infinity;
  const compile: Compile | undefined = isUnlimited ? undefined : {
    bytes: async (given) => limit(await rewriteBytes(given, asks, isShared)),
    module: async (source) => limit(await rewriteCompiled(source, asks)),
  };
  if (caps === undefined || isShared && capped === undefined) return compile;
  const { capping, cappingPart } = await import("./compile_capped.ts");
  return capped === undefined ? capping(caps, compile) : cappingPart(capped, compile);
}

/** Passes components through, because their core modules are compiled later. */
function sparingComponents(compile: Compile): Compile {
  const isComponent = ({ bytes }: SourceBytes) => identifyFile(bytes)?.kind === "component";
  return {
    bytes: async (given) => await (isComponent(given) ? compileBytes : compile.bytes)(given),
    async module(source) {
      const compiled = await compileSource(source);
      return compiled.component === undefined ? await compile.module(source) : compiled;
    },
  };
}

async function rewriteCompiled(
  source: CompiledGuest | CompiledModule,
  asks: boolean,
): Promise<Rewritten> {
  const compiled = await compileSource(source);
  const before = known.get(compiled);
  if (before !== undefined && (!asks || before.appended.table !== undefined)) return before;
  const { module, bytes, name } = compiled;
  if (bytes === undefined || before === undefined && isA(source, WebAssembly.Module)) {
    throw new TypeError(
      `Cannot limit the calls of ${name}: a compiled module cannot be rewritten, expected its ` +
        "bytes, or a value of compile()",
    );
  }
  const rewritten = asks ? asking : ending;
  let rewriting = rewritten.get(module);
  if (rewriting === undefined) {
    rewriting = rewriteBytes({ ...compiled, bytes: new Uint8Array(bytes) }, asks);
    rewritten.set(module, rewriting);
  }
  return await rewriting;
}

async function rewriteBytes(
  { name, source, bytes }: SourceBytes,
  asks: boolean,
  isShared = false,
): Promise<Rewritten> {
  const given = { name, source, bytes };
  try {
    const info = await readAll(bytes);
    const { bytes: code, ...appended } = rewrite(bytes, info, asks, isShared);
    const { module, exported, hasBuiltins } = await compileBytes({ ...given, bytes: code });
    const names: readonly (string | undefined)[] = Object.values(appended);
    const compiled: Compiled = {
      module,
      info,
      imports: info.imports,
      exported: exported.filter(({ name }) => !names.includes(name)),
      hasBuiltins,
      name,
      source,
      bytes,
      // A guest that is made of the module alone.
      limiting: limitsOf(appended, source, {}),
    };
    remember(compiled);
    const found = { compiled, appended, limited: new Map<string, Compiled>() };
    known.set(compiled, found);
    return found;
  } catch (error) {
    // The binary itself may be the reason, and then its own error has the right offsets.
    await compileBytes(given);
    if (isA(error, WasmFormatError)) throw error;
    const message = `Cannot limit the calls of ${name}: the engine refuses what it was rewritten ` +
      `to: ${messageOf(error)}`;
    throw new LoadError("compile", message, { source, cause: error });
  }
}

/** Reads the declarations of a module, and which arguments are optional. */
async function readAll(bytes: Uint8Array): Promise<ModuleInfo> {
  const info = readModule(bytes);
  if (!info.exports.some(setsArguments)) return info;
  const { readOptional } = await import("../binary/optional.ts");
  return { ...info, optionalArguments: readOptional(bytes, info) };
}
