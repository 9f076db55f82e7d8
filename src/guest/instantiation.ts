import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { LoadError, messageOf } from "../base/errors.ts";
import type { Limiter } from "../base/limits.ts";
import { nearest } from "../base/misnomers.ts";
import { hasBaseUrl } from "../base/runtime.ts";
import { list, quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { LoadOptions } from "../check/load_options.ts";
import { type Wired, wireMemories } from "../imports/memories.ts";
import type { GivenImports } from "../imports/prepare_imports.ts";
import { GuestInstance } from "../instance/guest_instance.ts";
import { hasAddress64 } from "../memory/pointer.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Choice } from "./convention_choice.ts";
import type { GuestHost, GuestParts, Instantiated } from "./guest_parts.ts";

/** One instance of a guest: the engine's instance, the state that calls need, and its imports. */
export interface Instantiation {
  readonly wasmInstance: WebAssembly.Instance;
  readonly instance: GuestInstance;
  /** The host's imports and state, if it imports any function. */
  readonly host: GuestHost | undefined;
}

interface WiredInstance extends Wired {
  readonly host?: GuestHost | undefined;
  /** The instance, if it already exists. */
  readonly instance?: WebAssembly.Instance;
}

/**
 * Prepares the function that makes the engine's instances, each with its imports. The code for
 * imports other than memories is loaded only for guests that have some.
 */
export async function prepareInstances(
  compiled: Compiled,
  { imports, memory, memoryName, missing, wasi }: LoadOptions<SymbolDeclarations>,
  given: GivenImports,
): Promise<Pick<GuestParts, "instantiate" | "whyNoReset">> {
  let first: WiredInstance | undefined = imports === undefined && memory === undefined
    ? wireMemories(compiled.imports)
    : undefined;
  let wire: () => WiredInstance = () => wireMemories(compiled.imports, true)!;
  if (first === undefined) {
    const { prepareImports } = await import("../imports/prepare_imports.ts");
    const options = { ...given, imports, memory, memoryName, missing, wasi };
    ({ first, wire } = await prepareImports(compiled, options));
  }

  if (hasBaseUrl()) {
    const { instantiateInPage } = await import("../source/engine_refusals.ts");
    ({ first, wire } = await instantiateInPage(compiled, first, wire));
  }

  function instantiate(): Instantiated {
    const { module, name, source, limiting } = compiled;
    const { imports, memories, host, instance: made } = first ?? wire();
    first = undefined;
    let instance: WebAssembly.Instance;
    let limiter: Limiter | undefined;
    try {
      instance = made ?? new WebAssembly.Instance(module, imports);
      if (limiting !== undefined) ({ instance, limiter } = limiting.limit(instance));
    } catch (cause) {
      throw limiting?.explain(cause) ?? host?.explainStart(cause) ?? new LoadError(
        "instantiation",
        `Cannot instantiate ${name}: ${messageOf(cause)}`,
        { source, cause },
      );
    }
    const chosen = chooseMemory(instance, memories, () => compiled.info, memoryName);
    return { instance, imports, host, limiter, ...chosen };
  }

  return { instantiate, whyNoReset: first.whyNoReset };
}

/**
 * Makes an instance of a guest, with fresh memory.
 *
 * @throws {LoadError} if the engine does not instantiate the module.
 */
export function instantiate(
  parts: GuestParts,
  choice: Choice,
): Instantiation {
  const { instance: wasmInstance, imports, memory, address64, host, limiter } = parts.instantiate();
  parts.layout?.place(memory);
  const instance = new GuestInstance({
    exports: wasmInstance.exports,
    imports,
    info: infoOf(parts.compiled),
    memory,
    address64,
    reported: () => choice.capacity,
    limits: parts.limits,
    onInvalid: parts.onInvalid,
  });
  instance.describe = parts.describe;
  instance.limiter = limiter;
  limiter?.watch(instance);
  if (host !== undefined) host.instance = instance;
  return { wasmInstance, instance, host };
}

/**
 * Reads the binary on demand. Compiled calls keep this function, which must not keep an instance.
 */
function infoOf(compiled: Compiled): () => ModuleInfo | undefined {
  return () => compiled.info;
}

/** The guest's memory in an instance. */
interface ChosenMemory {
  readonly memory: WebAssembly.Memory | undefined;
  /** Returns whether its addresses are 64 bits wide. */
  readonly address64: () => boolean;
}

/**
 * Chooses the guest's memory: the exported one, otherwise the imported one.
 *
 * @param imported The imported memories under their import names, such as `env.memory`.
 * @param info The declarations in the binary, if it is known.
 * @param wanted The name that the caller chose, if any.
 * @throws {LoadError} with the code `memory` if there are several, or none of that name.
 */
export function chooseMemory(
  { exports }: WebAssembly.Instance,
  imported: ReadonlyMap<string, WebAssembly.Memory>,
  info: () => ModuleInfo | undefined,
  wanted: string | undefined,
): ChosenMemory {
  const all = new Map<string, WebAssembly.Memory>();
  for (const [name, value] of Object.entries(exports)) {
    if (value instanceof WebAssembly.Memory) all.set(name, value);
  }
  if (all.size === 0 || wanted !== undefined) {
    for (const [name, memory] of imported) if (!all.has(name)) all.set(name, memory);
  }
  const name = wanted ?? nameOfOnly(all);
  const memory = name === undefined ? undefined : all.get(name);
  if (wanted !== undefined && memory === undefined) throw unknownError(wanted, [...all.keys()]);
  return { memory, address64: () => isAddress64(name, memory, info()) };
}

/**
 * Returns a name of the only memory, which may have several; `undefined` if there is no such
 * memory.
 */
function nameOfOnly(all: ReadonlyMap<string, WebAssembly.Memory>): string | undefined {
  if (new Set(all.values()).size > 1) {
    throw new LoadError(
      "memory",
      `Cannot choose the guest's memory: it has ${list(all.keys())}, ` +
        "expected the option memoryName",
    );
  }
  return [...all.keys()][0];
}

function unknownError(wanted: string, names: readonly string[]): LoadError {
  const near = nearest(wanted, names);
  return new LoadError(
    "memory",
    `Cannot find memory ${quote(wanted)}: ` +
      (near === undefined ? "" : `did you mean ${quote(near)}? `) +
      `The guest has ${list(names)}`,
  );
}

function isAddress64(
  name: string | undefined,
  memory: WebAssembly.Memory | undefined,
  info: ModuleInfo | undefined,
): boolean {
  if (memory === undefined) return false;
  if (info === undefined) return hasAddress64(memory);
  const item = info.exports.find((item) => item.kind === "memory" && item.name === name) ??
    info.imports.find((item) => item.kind === "memory" && `${item.module}.${item.name}` === name);
  return item?.kind === "memory" && item.type.address === "i64";
}
