import { ComponentError, GuestError, messageOf, Problem } from "../base/errors.ts";
import type { GuestLimits } from "../base/limits.ts";
import { problemsError } from "../base/misnomers.ts";
import { waitingProblem } from "../base/runtime.ts";
import { isPromise, quote } from "../base/show.ts";
import { describeFailure } from "../call/failure.ts";
import type { LoadOptions } from "../check/load_options.ts";
import {
  type GivenInterfaces,
  linkImports,
  type ProvidedImports,
} from "../component/link/component_imports.ts";
import type { Store } from "../component/link/component_store.ts";
import type { Item, Waiting } from "../component/link/items.ts";
import type { Component } from "../component/types.ts";
import type { Shapes } from "../component/values/js_shapes.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import { unbornError } from "../instance/import_refusal.ts";
import type { Instance } from "../instance/instance.ts";
import { errorOf } from "../instance/refusal.ts";
import type { PreparedInterfaces } from "../wasi/interfaces/wasi_interfaces.ts";
import { isWasiInterface, runCommand } from "../wasi/modules.ts";
import type { WasiHome, WasiState } from "../wasi/state.ts";
import type { Compiled } from "../source/source_types.ts";
import type { GuestHost, GuestParts, Instantiated } from "./guest_parts.ts";

/** The options of `load` that apply only to modules. */
const MODULE_OPTIONS = [
  "convention",
  "memory",
  "memoryName",
  "layout",
  "onInvalid",
  "initialize",
] as const satisfies (keyof LoadOptions)[];

/**
 * Returns the imports in the options.
 *
 * @throws {TypeError} if an option applies only to modules.
 */
export function checkComponentOptions(options: LoadOptions): Readonly<Record<string, unknown>> {
  const { imports = {}, missing } = options;
  const problems = MODULE_OPTIONS.filter((name) => options[name] !== undefined).map((name) =>
    `option ${name} is for modules, and the guest is a component, which has the types itself`
  );
  if (missing === "ignore") {
    problems.push('option missing is "ignore", expected "error" or "trap" for a component');
  }
  if (typeof imports === "function") {
    problems.push("option imports is a function, expected an object of interfaces for a component");
  }
  if (problems.length > 0) throw problemsError("Cannot load the guest", problems);
  return imports as Readonly<Record<string, unknown>>;
}

/** The host's imports and state for one instance of a component. */
export class ComponentHost implements GuestHost, WasiHome {
  #instance: Instance | undefined;
  /** WASI, if the component imports it. */
  readonly wasi: WasiState | undefined;
  /** The items that the component imports. */
  readonly imports: ReadonlyMap<string, Item>;
  /** The support for waiting calls; absent if nothing has to be waited for. */
  readonly waiting: Waiting | undefined;

  /** Made by {@linkcode prepareComponentHost}. */
  constructor(
    prepared: PreparedInterfaces | undefined,
    waiting: Waiting | undefined,
    link: (provided: ProvidedImports) => ReadonlyMap<string, Item>,
  ) {
    const provided = prepared?.open(this);
    this.wasi = provided?.wasi;
    this.imports = link(provided ?? NOTHING);
    this.waiting = waiting;
  }

  attach(instance: Instance): void {
    this.#instance = instance;
  }

  get instance(): Instance | undefined {
    return this.#instance;
  }

  get canWait(): boolean {
    return this.waiting?.isOn ?? false;
  }

  instanceFor(name: string): Instance {
    if (this.#instance !== undefined) return this.#instance;
    throw unbornError(name);
  }

  explainStart(): undefined {
    return undefined;
  }
}

/** The WASI part for a component that does not import WASI. */
const NOTHING: ProvidedImports = { interfaces: {}, mayWait: () => false };

/**
 * Prepares the host's imports for a component, and makes them for the first instance. The WASI
 * modules are loaded only for components that import WASI.
 *
 * @param given The interfaces that the caller supplies.
 * @param shapes The shapes of values for those.
 * @returns a function that makes them for the first instance, and then for others.
 * @throws {LoadError} with a line for each import that is missing or does not fit, or if a granted
 * directory cannot be opened.
 * @throws {TypeError} if a grant has another type.
 */
export async function prepareComponentHost(
  component: Component,
  given: GivenInterfaces,
  { missing, wasi }: Pick<LoadOptions, "missing" | "wasi">,
  shapes: Shapes,
  limits: GuestLimits,
): Promise<() => ComponentHost> {
  const { imports, exports } = component.type;
  const [imported, exported] = [imports, exports].map((all) => all.map(({ name }) => name));
  const prepared = imported!.some(isWasiInterface)
    ? await (await import("../wasi/interfaces/wasi_interfaces.ts"))
      .prepareInterfaces(imported!, exported!, wasi, limits)
    : undefined;
  const WaitingCalls = prepared?.waits ? await loadWaitingCalls() : undefined;
  const make = () =>
    new ComponentHost(
      prepared,
      WaitingCalls && new WaitingCalls(),
      (provided) => linkImports(component, given, provided, missing === "trap", shapes),
    );
  let first: ComponentHost | undefined = make();
  return () => {
    const host = first ?? make();
    first = undefined;
    return host;
  };
}

/** Loads the support for waiting calls, or throws if the runtime lacks it. */
async function loadWaitingCalls(): Promise<new () => Waiting> {
  const problem = waitingProblem("the component");
  if (problem !== undefined) throw problem.error();
  return (await import("../component/link/waiting_calls.ts")).WaitingCalls;
}

/**
 * Runs a component that is a command, once for each instance.
 *
 * @param run Calls its `run`, which returns a `result`.
 * @returns The exit code: 1 if the result is an error and 0 otherwise, unless the guest set another
 * one.
 */
export function runComponent(
  instance: GuestInstance,
  wasi: WasiState | undefined,
  run: () => unknown,
  options?: { readonly async?: unknown },
): number | Promise<number> {
  let status: number | undefined;
  const fail = (error: unknown) => {
    if (!(error instanceof ComponentError)) throw error;
    status = 1;
  };
  const call = () => {
    try {
      const ended = run();
      return isPromise(ended) ? ended.then(undefined, fail) : ended;
    } catch (error) {
      return fail(error);
    }
  };
  const ending = {
    get exitCode() {
      return wasi?.exitCode ?? status;
    },
    flush: () => wasi?.flush(),
  };
  return runCommand(instance, ending, () => ({ call }), options);
}

/**
 * Returns the error for a failed call. An error that passed through a core module ends the
 * component.
 */
export function settleCall(
  thrown: unknown,
  name: string,
  instance: GuestInstance,
  { ended }: Store,
): unknown {
  if (ended === undefined || !instance.callable) return errorOf(thrown);
  const error = ended.isHosts
    ? ended.error
    : instance.limiter?.ended(name, ended.error) ?? describe(ended.error, name);
  instance.poison(
    error instanceof GuestError ? error : new GuestError(
      "poisoned",
      `Cannot call the guest any more: an error passed through ${quote(name)}`,
      { export: name, cause: error },
    ),
  );
  return error;
}

/** Makes the error for a call in which the component has failed. */
function describe(error: unknown, name: string): GuestError {
  const made = describeFailure(error, { symbol: name, freeing: undefined });
  if (made instanceof GuestError && made !== error) return made;
  const isOurs = error instanceof GuestError;
  // The engine throws for values that do not fit the type of a core function.
  const reason = isOurs
    ? error.message
    : `a core function has another type than the component says: ${messageOf(error)}`;
  return new GuestError(
    isOurs ? error.code : "signature",
    `Cannot complete ${quote(name)}: ${reason}`,
    { export: name, cause: error },
  );
}

/** Makes the parts of a guest whose calls are not planned. */
export function componentParts(
  compiled: Compiled,
  limits: GuestLimits,
  link: () => Pick<Instantiated, "memory" | "host" | "limiter" | "watch">,
): GuestParts {
  const problem = new Problem({
    code: "no-convention",
    part: "convention",
    cannot: "Cannot use a convention",
    found: "the guest is a component, which has the types itself",
    expected: "guest.interfaces",
  });
  return {
    compiled,
    instantiate: () => ({
      ...link(),
      instance: new WebAssembly.Instance(compiled.module),
      address64: () => false,
    }),
    command: undefined,
    describe: undefined,
    whyNoReset: undefined,
    initializes: undefined,
    chosen: () => ({ convention: problem, reason: problem.message }),
    given: undefined,
    symbols: {},
    properties: undefined,
    binder: undefined,
    functions: undefined,
    limits,
    layout: undefined,
    onInvalid: undefined,
    check: undefined,
  };
}
