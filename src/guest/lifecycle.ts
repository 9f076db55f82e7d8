import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { GuestError, LoadError, messageOf } from "../base/errors.ts";
import { hasBaseUrl } from "../base/runtime.ts";
import { show } from "../base/show.ts";
import type { LoadOptions } from "../check/load_options.ts";
import { chooseMemory, type Wired, wireMemories } from "../imports/memories.ts";
import type { GivenImports } from "../imports/prepare_imports.ts";
import { startupExports } from "../instance/exports.ts";
import { GuestInstance } from "../instance/guest_instance.ts";
import type { Compiled, LimitedInstance } from "../source/source_types.ts";
import { Choice } from "./convention_choice.ts";
import { GuestCalls } from "./guest_calls.ts";
import type { TableFunctions } from "./guest_functions.ts";
import type { GuestHost, GuestParts, Instantiated, Instantiation } from "./guest_parts.ts";
import type { GuestSnapshot } from "./snapshot.ts";

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
  options: LoadOptions<SymbolDeclarations>,
  given: GivenImports,
): Promise<Pick<GuestParts, "instantiate" | "whyNoReset">> {
  let first: WiredInstance | undefined =
    options.imports === undefined && options.memory === undefined
      ? wireMemories(compiled.imports)
      : undefined;
  let wire: () => WiredInstance = () => wireMemories(compiled.imports, true)!;
  if (first === undefined) {
    const { prepareImports } = await import("../imports/prepare_imports.ts");
    ({ first, wire } = await prepareImports(compiled, { ...options, ...given }));
  }

  if (hasBaseUrl()) {
    const { instantiateInPage } = await import("../source/engine_refusals.ts");
    ({ first, wire } = await instantiateInPage(compiled, first, wire));
  }

  function instantiate(): Instantiated {
    const { module, name, source, limiting } = compiled;
    const { imports, memories, host, instance: made } = first ?? wire();
    first = undefined;
    let limited: LimitedInstance;
    try {
      const instance = made ?? new WebAssembly.Instance(module, imports);
      limited = limiting?.limit(instance) ?? { instance };
    } catch (cause) {
      throw limiting?.explain(cause) ?? host?.explainStart(cause) ?? new LoadError(
        "instantiation",
        `Cannot instantiate ${name}: ${messageOf(cause)}`,
        { source, cause },
      );
    }
    const chosen = chooseMemory(limited.instance, memories, compiled, options.memoryName);
    return { ...limited, imports, host, ...chosen };
  }

  return { instantiate, whyNoReset: first.whyNoReset };
}

/** The module for snapshots, once one has been taken. */
let snapshots: typeof import("./snapshot.ts") | undefined;

/**
 * The instances of a guest, one after another: makes, starts, restores, replaces and ends them, and
 * binds calls to the current one.
 */
export class Lifecycle<S extends SymbolDeclarations> {
  readonly parts: GuestParts;
  readonly choice: Choice;
  readonly calls: GuestCalls<S>;
  /** The current instance. */
  current: Instantiation;
  /** How often the state of an instance was restored. */
  #restored = 0;
  #functions: TableFunctions | undefined;

  /**
   * Makes the first instance and starts it.
   *
   * @throws {LoadError} if the engine does not instantiate the module, or a symbol does not fit.
   * @throws {GuestError} if the guest traps.
   */
  constructor(parts: GuestParts) {
    this.parts = parts;
    this.choice = new Choice(parts.chosen, parts.compiled);
    const { instance, host } = this.current = this.#make();
    if (parts.functions !== undefined) this.makeFunctions(parts.functions);
    this.calls = new GuestCalls(parts, this.choice, instance);
    try {
      this.#start();
    } catch (error) {
      throw parts.compiled.limiting?.explain(error) ??
        host?.explainStart(error, instance.exports) ?? error;
    }
  }

  get instance(): GuestInstance {
    return this.current.instance;
  }

  /** Returns a function that returns whether the guest was neither reset nor restored since. */
  watch(): () => boolean {
    const { instance } = this, restored = this.#restored;
    return () => instance === this.instance && restored === this.#restored;
  }

  /** Returns the access to the function table, which follows the current instance. */
  makeFunctions({ TableFunctions }: NonNullable<GuestParts["functions"]>): TableFunctions {
    return this.#functions ??= new TableFunctions(this);
  }

  /** Initialises the current instance, unless that was done. */
  initialize(): void {
    const { instance } = this.current;
    if (instance.isInitialized) return;
    instance.isInitialized = true;
    for (const name of startupExports(instance.exports)) this.calls.prepare(name).call();
  }

  /** Takes a snapshot of the current instance. */
  async snapshot(): Promise<GuestSnapshot> {
    const action = "take a snapshot of the guest";
    this.#refuseWhile(action);
    snapshots ??= await import("./snapshot.ts");
    this.#refuseWhile(action); // a call may have started since
    return snapshots.takeSnapshot(this.parts.compiled, this.current);
  }

  /** Restores a snapshot in the current instance if possible, otherwise in a fresh one. */
  restore(snapshot: GuestSnapshot): void {
    const action = "restore the guest";
    if (!(snapshots !== undefined && snapshot instanceof snapshots.Snapshot)) {
      throw new TypeError(
        `Cannot ${action}: it is ${show(snapshot)}, expected a value of guest.snapshot()`,
      );
    }
    snapshot.checkModule(this.parts.compiled);
    this.#refuseWhile(action);
    const why = snapshot.restoreInPlace(this.current);
    if (why === undefined) this.#restored++;
    else this.replace(action, why, (fresh) => snapshot.restoreFresh(fresh));
  }

  /**
   * Replaces the instance with a fresh one, for the reason `why`, or leaves everything unchanged.
   *
   * @param restore Restores a state; without it, the fresh instance is started.
   */
  replace(action: string, why?: string, restore?: (fresh: Instantiation) => void): void {
    this.#refuseWhile(action);
    const { whyNoReset } = this.parts;
    if (whyNoReset !== undefined) {
      const [code, reason] = whyNoReset;
      const needed = why === undefined ? "" : `${why}, which takes a fresh instance, and `;
      throw new GuestError(code, `Cannot ${action}: ${needed}${reason}`);
    }
    const old = this.current;
    old.instance.held?.(action);
    if (old.instance.state === "disposed") {
      throw new GuestError("disposed", `Cannot ${action}: it is disposed`);
    }
    const fresh = this.#remake();
    restore?.(fresh);
    let goBack: (() => void) | undefined, takeBack: typeof goBack;
    try {
      this.current = fresh;
      takeBack = this.#functions?.moveTo(fresh.instance);
      goBack = this.calls.moveTo(fresh.instance);
      // The output of the old instance comes before that of the new one.
      old.host?.wasi?.flush();
      if (restore === undefined) this.#start();
    } catch (error) {
      this.current = old;
      takeBack?.();
      goBack?.();
      throw error;
    }
    old.instance.retire("reset");
    old.host?.wasi?.close();
  }

  /** Ends the current instance, unless that was done. */
  close(): void {
    const { instance, host } = this.current;
    if (instance.state === "disposed") return;
    if (!instance.waits) this.#refuseWhile("close the guest");
    instance.dispose();
    this.parts.layout?.release();
    host?.wasi?.end();
  }

  #refuseWhile(action: string): void {
    if (!this.current.instance.busy) return;
    throw new GuestError("busy", `Cannot ${action}: a call is in progress`);
  }

  /** Makes an instance with fresh memory. */
  #make(): Instantiation {
    const { parts, choice } = this;
    const made = parts.instantiate();
    const { instance: wasmInstance, host } = made;
    parts.layout?.place(made.memory);
    const instance = new GuestInstance({
      ...parts,
      ...made,
      exports: wasmInstance.exports,
      reported: () => choice.capacity,
    });
    made.watch?.(instance);
    host?.attach(instance);
    return { wasmInstance, instance, host };
  }

  /** Makes another instance, whose start function can neither reset nor close the guest. */
  #remake(): Instantiation {
    const { instance } = this;
    const before = instance.depth++;
    try {
      return this.#make();
    } finally {
      instance.depth = before;
    }
  }

  /** Initialises a new instance, unless the caller does that. */
  #start(): void {
    const { instance, host } = this.current;
    const { initializes } = this.parts;
    instance.isInitialized = initializes === undefined;
    if (initializes !== true) return;
    try {
      this.initialize();
    } catch (error) {
      host?.wasi?.closeQuietly();
      throw error;
    }
  }
}
