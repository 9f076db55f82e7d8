import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { LoadError } from "../base/errors.ts";
import { hasProperty, isA, list, quote, show } from "../base/show.ts";
import type { CheckedOptions } from "../check/checked_options.ts";
import { findRewriting, type GuestLimits } from "../base/limits.ts";
import type { AdoptOptions } from "../check/load_options.ts";
import { checkOptions } from "../check/options.ts";
import { chooseMemory } from "../imports/memories.ts";
import { hasAddress64 } from "../memory/pointer.ts";
import { compileSource } from "../source/source.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Origin } from "./guest_parts.ts";

/** An instance that was made elsewhere, with the facts that its guest needs. */
export interface Adopted<S extends SymbolDeclarations> extends Origin {
  readonly compiled: Compiled;
  readonly checked: CheckedOptions<S>;
}

/**
 * Takes an instance that was made elsewhere.
 *
 * @throws {TypeError} if it is not an instance, an option is wrong, or it was not made from the
 * source.
 * @throws {LoadError} if the source cannot be read, or it is unclear which memory is the guest's.
 */
export async function takeInstance<S extends SymbolDeclarations>(
  instance: unknown,
  given: AdoptOptions<S> = {},
): Promise<Adopted<S>> {
  if (!isA(instance, WebAssembly.Instance)) {
    const isResult = hasProperty(instance, "instance");
    throw new TypeError(
      `Cannot adopt ${show(instance)}: expected a WebAssembly.Instance` +
        (isResult ? ", such as the instance of this object" : ""),
    );
  }
  const checked = await checkOptions<S>(given, true);
  const { source, memory, memoryName, limits } = checked.options as AdoptOptions<S>;
  refuseLimits(limits);
  const exported = exportsOf(instance);
  const compiled = source === undefined ? unknown(exported) : await compileSource(source);
  if (source !== undefined) refuseOther(compiled.exported, exported);
  const chosen = memory === undefined
    ? chooseMemory(instance, new Map(), compiled, memoryName)
    : { memory, address64: () => hasAddress64(memory) };
  const { imports } = compiled;
  const isImported = imports.some(({ kind }) => kind === "memory");
  if (memory !== undefined && !isImported) refuseMemory(memory, instance.exports);
  const hidden = chosen.memory === undefined && imports.find(({ kind }) => kind === "memory");
  if (hidden) {
    throw new LoadError(
      "memory",
      `Cannot find the guest's memory: it imports ${quote(`${hidden.module}.${hidden.name}`)}, ` +
        "and an instance does not show its imports, expected the option memory",
    );
  }
  const instantiated = { instance, host: undefined, ...chosen };
  return {
    compiled,
    checked,
    prepare: () =>
      Promise.resolve({
        instantiate: () => instantiated,
        whyNoReset: ["adopted", "it was adopted, expected a guest that load() instantiates"],
      }),
    describe: undefined,
    initializes: undefined,
  };
}

/** Throws if a limit requires rewriting the module, which is not possible for an instance. */
function refuseLimits(limits: GuestLimits | undefined): void {
  const found = findRewriting(limits);
  if (found === undefined) return;
  const [name, what] = found;
  throw new TypeError(
    `Cannot limit the ${what} of an instance that was made elsewhere: it is compiled, expected ` +
      `load() of its binary with limits.${name}`,
  );
}

/**
 * Describes an instance without its source. Each has its own description, because plans are shared
 * by description.
 */
function unknown(exported: Compiled["exported"]): Compiled {
  return {
    get module(): never {
      throw new TypeError(
        "Cannot return the guest's module: an instance does not show it, expected the option " +
          "source of adopt()",
      );
    },
    info: undefined,
    imports: [],
    exported,
    hasBuiltins: false,
    name: "an instance",
    source: "an instance",
    bytes: undefined,
  };
}

function exportsOf(
  { exports }: WebAssembly.Instance,
): Compiled["exported"] {
  return Object.entries(exports).map(([name, value]) => ({ name, kind: kindOf(value) }));
}

function kindOf(value: WebAssembly.ExportValue): string {
  if (typeof value === "function") return "function";
  if (value instanceof WebAssembly.Memory) return "memory";
  if (value instanceof WebAssembly.Table) return "table";
  return value instanceof WebAssembly.Global ? "global" : "tag";
}

/** Throws if a source does not declare the exports of an instance. */
function refuseOther(
  declared: Compiled["exported"],
  exported: Compiled["exported"],
): void {
  const line = ({ kind, name }: Compiled["exported"][number]) => `${kind} ${quote(name)}`;
  const found = new Set(exported.map(line));
  const wanted = new Set(declared.map(line));
  const [more] = found.difference(wanted), [less] = wanted.difference(found);
  if (more === undefined && less === undefined) return;
  throw new TypeError(
    `Cannot adopt the instance: it ${less === undefined ? `exports ${more}` : `lacks ${less}`}, ` +
      `which its source ${less === undefined ? "lacks" : "exports"}, expected the source that it ` +
      "was made of",
  );
}

/** Throws if a memory is not the guest's, because the guest has its own. */
function refuseMemory(memory: WebAssembly.Memory, exports: WebAssembly.Exports): void {
  const own = Object.entries(exports).filter(([, value]) => value instanceof WebAssembly.Memory);
  if (own.length === 0 || own.some(([, value]) => value === memory)) return;
  throw new TypeError(
    `Cannot adopt the instance: the option memory is another one than it exports as ${
      list(own.map(([name]) => name))
    }, expected no such option`,
  );
}
