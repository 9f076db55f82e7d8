import { once } from "../base/lazy.ts";
import type { GuestLimits } from "../base/limits.ts";
import type { ReportedCapacity } from "../detect/capacity_types.ts";
import { GuestInstance } from "../instance/guest_instance.ts";
import type { Instance } from "../instance/instance.ts";
import { hasAddress64 } from "../memory/pointer.ts";
import type { Compiled } from "../source/source_types.ts";
import type { WasiOptions } from "../wasi/wasi_options.ts";
import type { HostFunctionCheck } from "./host_function.ts";
import { type HostContext, HostImports } from "./host_imports.ts";
import { hold } from "./linked_guest.ts";
import type { Wired } from "./memories.ts";
import { passesFunctions, prepareHost } from "./prepare_host.ts";
import { ignoring, trapping } from "./stand_in.ts";
import { takeImports } from "./take_imports.ts";
import { wireImports, type Wiring, type WiringOptions } from "./wire.ts";

/** The options that provide a guest's imports. */
export interface GivenImports extends WiringOptions, Pick<Wiring, "explain"> {
  readonly wasi?: WasiOptions | undefined;
  /** The guest's memory, if the caller has named it. */
  readonly memoryName?: string | undefined;
  /** The limits for WASI. */
  readonly limits: GuestLimits;
  /** The guest's convention, with which host functions take and return text. */
  readonly convention: HostContext["convention"];
  /** Loads the code for function pointers, which host functions may take and return. */
  readonly loadFunctions: () => Promise<void>;
  /** Loads the check of host functions' declarations, if options were set. */
  readonly hostFunctions?: (() => Promise<HostFunctionCheck>) | undefined;
}

/** The imports of one instance. */
interface WiredInstance extends Wired {
  readonly host: HostImports;
}

/**
 * Loads the code for a guest's imports, and wires those of its first instance.
 *
 * @returns The imports of the first instance, and a function that wires those of another.
 * @throws {LoadError} with a line for each import that is missing or does not fit, or if a granted
 * directory cannot be opened.
 */
export async function prepareImports(
  compiled: Compiled,
  given: GivenImports,
): Promise<{ readonly first: WiredInstance; readonly wire: () => WiredInstance }> {
  const { imports: wanted, hasBuiltins, module } = compiled;
  const held = new Set<GuestInstance>();
  const imports = takeImports(wanted, given.imports, hasBuiltins, held);
  const prepared = await prepareHost(wanted, imports, given.wasi, given.limits);
  const { linker } = prepared;
  if (linker !== undefined && passesFunctions(wanted, imports)) await given.loadFunctions();
  const context: HostContext = {
    ...prepared,
    compiled,
    exports: once(() => new Set(WebAssembly.Module.exports(module).map(({ name }) => name))),
    convention: given.convention,
    address64: () => compiled.info?.memories.some(({ address }) => address === "i64") ?? false,
    isTimed: (given.limits.deadline ?? Infinity) !== Infinity,
    forms: new Map(),
    check: linker && await given.hostFunctions?.(),
    standIn: STAND_INS[given.missing ?? "error"],
    makeEarly: (memories) => earlyInstance(memories, compiled, given.memoryName),
  };
  const wire = () => {
    const host = new HostImports(context);
    const wired = wireImports(wanted, hasBuiltins, { ...given, imports }, host);
    for (const instance of held) hold(instance, host);
    host.noteMemories(wired.memories);
    return { ...wired, host };
  };
  try {
    return { first: wire(), wire };
  } catch (error) {
    // This is not a hot path, so the error also explains the origin of the guest.
    throw (await import("./import_advice.ts")).adviseOnImports(error, wanted, module);
  }
}

/** The stand-ins for missing functions, by option. */
const STAND_INS = { error: undefined, trap: trapping, ignore: ignoring } as const;

/** Host functions do not use the convention's buffer. */
const NOT_REPORTED: ReportedCapacity = {
  place: undefined,
  report: { kind: "upper bound", byteLength: undefined, reason: "the guest is being instantiated" },
};

/**
 * Makes a stand-in for an instance while its start function runs, if the guest's memory is known,
 * because its only memory is imported.
 */
function earlyInstance(
  memories: Wired["memories"],
  compiled: Compiled,
  memoryName: string | undefined,
): Instance | undefined {
  const { info, imports, exported } = compiled;
  const imported = imports.filter(({ kind }) => kind === "memory").length;
  const hasOwn = info === undefined
    ? exported.some(({ kind }) => kind === "memory")
    : info.memories.length > imported;
  const [only, ...others] = new Set(memories.values());
  const memory = memoryName !== undefined
    ? memories.get(memoryName)
    : hasOwn || others.length > 0
    ? undefined
    : only;
  return memory && new GuestInstance({
    exports: {},
    compiled,
    memory,
    address64: () => hasAddress64(memory),
    reported: () => NOT_REPORTED,
  });
}
