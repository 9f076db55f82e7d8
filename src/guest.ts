import type { SymbolDeclaration } from "./abi/declaration.ts";
import type { Recipe } from "./abi/recipe.ts";
import type { SymbolDeclarations, SymbolFunctions } from "./abi/symbol_types.ts";
import { GuestError } from "./base/errors.ts";
import { show } from "./base/show.ts";
import { isBytes } from "./base/view.ts";
import type { ModuleInfo } from "./binary/types.ts";
import { type GuestBlock, takeBlock } from "./call/block.ts";
import { type Call, callAsync, PlanForms } from "./call/call.ts";
import { loadedEngine } from "./call/managed/engine.ts";
import type { ConventionReport } from "./detect/report.ts";
import {
  adviseSymbols,
  bindSymbols,
  type BoundSymbols,
  findSoleExport,
  PassCalls,
  PASSES,
  resolveChecked,
} from "./guest/calls.ts";
import { Choice, deferCall } from "./guest/choice.ts";
import type { GuestParts } from "./guest/guest_parts.ts";
import { PlanCache } from "./guest/plan_cache.ts";
import type { HostImports } from "./imports/host_imports.ts";
import { exportedFunction } from "./instance/exports.ts";
import { GuestRealm, type GuestState } from "./instance/instance.ts";
import type { KnownForm } from "./instance/known_form.ts";
import { startupExports } from "./instance/startup.ts";
import type { GuestMemory } from "./memory/guest_memory.ts";
import type { ResolveContext } from "./plan/context.ts";
import { planCall } from "./plan/plan_call.ts";
import { needsConvention } from "./plan/resolve.ts";
import type { WasiOutput } from "./wasi/output.ts";
import { runCommand } from "./wasi/run_command.ts";

/** What starts a guest, and what a command is run by. */
const START = { parameters: [], result: "void" } as const;

/**
 * A loaded guest: an instance of a module, with the convention by which data is passed. As the type of
 * a parameter, `Guest` alone takes any guest, whatever its symbols.
 */
export class Guest<S extends SymbolDeclarations = Record<never, never>> implements Disposable {
  /** The compiled module. */
  readonly module: WebAssembly.Module;
  /** The declared symbols as functions. They go on working after {@linkcode reset}. */
  readonly symbols: SymbolFunctions<S>;
  readonly #parts: GuestParts<S>;
  readonly #choice: Choice;
  readonly #plans = new PlanCache();
  #calls = { string: new PassCalls(), bytes: new PassCalls() };
  readonly #bound: BoundSymbols<S>["bound"];
  readonly #forms = new Map<string, KnownForm>();
  #instance: WebAssembly.Instance;
  #realm: GuestRealm;
  #host: HostImports;

  /** Made by `load`. */
  constructor(parts: GuestParts<S>) {
    this.#parts = parts;
    this.module = parts.compiled.module;
    this.#choice = new Choice(parts.chosen, () => this.info);
    [this.#instance, this.#realm, this.#host] = this.#instantiate();
    const { functions, bound } = bindSymbols(
      parts.symbols,
      (name) => this.#bind(name),
      parts.check?.wrong,
    );
    this.symbols = functions;
    this.#bound = bound;
    this.#initialize();
  }

  /** What the binary says; `undefined` for a source that was compiled already. */
  get info(): ModuleInfo | undefined {
    return this.#parts.compiled.info;
  }

  /** The guest's linear memory. It can be read after a trap too. */
  get memory(): GuestMemory {
    return this.#realm.memory;
  }

  /** The raw exports of the instance: nothing that goes in or comes out of them is checked. */
  get exports(): WebAssembly.Exports {
    return this.#realm.exports;
  }

  /** The instance; {@linkcode reset} replaces it. */
  get instance(): WebAssembly.Instance {
    return this.#instance;
  }

  /**
   * `ready`, `calling` while guest code runs, `exited` after WASI's `proc_exit`, `poisoned` after a
   * trap or an overrun, `disposed`.
   */
  get state(): GuestState {
    return this.#realm.state;
  }

  /** What the guest wrote, where it imports WASI and the option `wasi` says `"capture"`. */
  get wasi(): WasiOutput | undefined {
    return this.#host.wasi?.output;
  }

  /**
   * Which convention is used and why.
   *
   * @throws {GuestError} if none was said or recognised: the error says what would settle it.
   */
  get convention(): ConventionReport {
    return this.#choice.report();
  }

  /**
   * Passes `text` to an export that takes one text and returns one.
   *
   * @param text The text: it comes back as the guest left it, nothing is lost on the way.
   * @param name The export; it can be left out where exactly one can be meant.
   * @returns The text that the export answered with.
   * @throws {GuestError} if the guest can't be called, traps, lies or answers with an error.
   * @throws {TypeError} if the encoding can't carry `text`.
   * @throws {RangeError} if `text` takes more bytes than the guest's buffer holds.
   *
   * @example
   * ```ts
   * import { load } from "@passage/wasm";
   * import { assertEquals } from "@std/assert";
   *
   * using guest = await load("testdata/c/shout_length.wasm");
   * assertEquals(guest.passString("hello", "shout"), "HELLO");
   * ```
   */
  passString(text: string, name?: string): string {
    if (typeof text !== "string") {
      throw new TypeError(`Cannot pass text: it is ${show(text)}, expected a string`);
    }
    return this.#passing("string", name).call(text) as string;
  }

  /**
   * Passes `bytes` to an export that takes one run of bytes and returns one.
   *
   * @param bytes The bytes: they are copied into the guest.
   * @param name The export; it can be left out where exactly one can be meant.
   * @returns A copy of the bytes that the export answered with, in an `ArrayBuffer` of its own.
   * @throws {GuestError} if the guest can't be called, traps, lies or answers with an error.
   * @throws {RangeError} if there are more bytes than the guest's buffer holds.
   *
   * @example
   * ```ts
   * import { load } from "@passage/wasm";
   * import { assertEquals } from "@std/assert";
   *
   * using guest = await load("testdata/c/echo_length.wasm");
   * assertEquals(guest.passBytes(Uint8Array.of(1, 0, 255)), Uint8Array.of(1, 0, 255));
   * ```
   */
  passBytes(bytes: Uint8Array, name?: string): Uint8Array<ArrayBuffer> {
    if (!isBytes(bytes)) {
      throw new TypeError(`Cannot pass bytes: it is ${show(bytes)}, expected a Uint8Array`);
    }
    return this.#passing("bytes", name).call(bytes) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Runs a command: its `_start`, which can be done once for an instance. What it exports can be
   * called after that, unless it exited by WASI's `proc_exit`.
   *
   * @returns The exit code: 0 unless the guest said another. It is no error.
   * @throws {GuestError} if the guest traps, has run already, can't be called, or is no command.
   */
  run(): number {
    const start = this.#compile("_start", START);
    return runCommand(this.#realm, this.#host.wasi, start);
  }

  /**
   * Takes zeroed memory within the guest that lives until it is given back: for a state that
   * exports are told the address of. It comes from the guest's allocator, or from pages that are
   * added where the convention is in place.
   *
   * @param byteLength The size in bytes.
   * @returns The block; pass it as a `"pointer"`, and give it back with `using` or `free()`.
   * @throws {GuestError} if the convention has no place to take it from, or the guest no memory.
   */
  allocate(byteLength: number): GuestBlock {
    const realm = this.#realm;
    return takeBlock(
      this.#choice.convention,
      realm,
      byteLength,
      () => realm === this.#realm,
    );
  }

  /**
   * Makes a fresh instance of the same module: memory, globals and tables are as after `load`.
   * Symbols go on working; {@linkcode exports} and views of the old memory go stale. Where that
   * fails, the guest stays as it was.
   *
   * @throws {GuestError} if the guest is being called, is disposed, or has a memory that the caller
   * supplied, or if the fresh instance's `_initialize` traps.
   * @throws {LoadError} if no fresh instance can be made.
   *
   * @example
   * ```ts
   * import { load } from "@passage/wasm";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * using guest = await load("testdata/c/traps.wasm");
   * assertThrows(() => guest.passString("x", "trap_divide"));
   * guest.reset();
   * assertEquals(guest.passString("x", "transform"), "xWASM is cool!");
   * ```
   */
  reset(): void {
    this.#refuseWhile("reset the guest");
    const { whyNoReset } = this.#parts;
    if (whyNoReset !== undefined) {
      throw new GuestError("supplied-memory", `Cannot reset the guest: ${whyNoReset}`);
    }
    if (this.#realm.state === "disposed") {
      throw new GuestError("disposed", "Cannot reset the guest: it is disposed");
    }
    const old = { instance: this.#instance, realm: this.#realm, host: this.#host };
    const calls = this.#calls;
    const fresh = this.#remake();
    try {
      [this.#instance, this.#realm, this.#host] = fresh;
      this.#calls = { string: new PassCalls(), bytes: new PassCalls() };
      this.#bindAll();
      // What the old instance wrote comes before what the new one writes.
      old.host.wasi?.flush();
      this.#initialize();
    } catch (error) {
      ({ instance: this.#instance, realm: this.#realm, host: this.#host } = old);
      this.#calls = calls;
      this.#bindAll();
      throw error;
    }
    old.host.wasi?.close();
  }

  /**
   * Gives the guest up: nothing of it is called any more. The promise of an asynchronous symbol that
   * still waits is rejected with the code `disposed`. Closing twice is once.
   *
   * @throws {GuestError} if the guest, or a host function that it calls, is running.
   */
  close(): void {
    const realm = this.#realm;
    if (realm.state === "disposed") return;
    if (!realm.waits) this.#refuseWhile("close the guest");
    realm.dispose();
    this.#host.wasi?.close();
  }

  /** The same as {@linkcode close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** How `console.log` shows it: no guest code runs for that. */
  [Symbol.for("Deno.customInspect")](
    inspect: (value: unknown, options: object) => string,
    options: object,
  ): string {
    const shown = {
      convention: this.#choice.shown,
      state: this.state,
      exports: Object.keys(this.exports),
      symbols: Object.keys(this.symbols),
      memory: this.#realm.hasMemory ? `${this.memory.size} bytes` : "none",
    };
    return `Guest ${inspect(shown, options)}`;
  }

  #refuseWhile(action: string): void {
    if (this.#realm.busy) {
      throw new GuestError("busy", `Cannot ${action}: a call is in progress`);
    }
  }

  /** Makes another instance, while its start function can neither reset nor close the guest. */
  #remake(): [WebAssembly.Instance, GuestRealm, HostImports] {
    const realm = this.#realm;
    const before = realm.depth++;
    try {
      return this.#instantiate();
    } finally {
      realm.depth = before;
    }
  }

  #instantiate(): [WebAssembly.Instance, GuestRealm, HostImports] {
    const { instance, memory, address64, host } = this.#parts.instantiate();
    const { exports } = instance;
    const info = () => this.info;
    const reported = () => this.#choice.capacity;
    const { resultLimit } = this.#parts;
    const forms = this.#forms;
    const realm = new GuestRealm({
      exports,
      info,
      memory,
      address64,
      reported,
      resultLimit,
      forms,
    });
    host.realm = realm;
    return [instance, realm, host];
  }

  #initialize(): void {
    try {
      for (const name of startupExports(this.#realm.exports)) {
        // Nothing is passed: whatever would be recognised has no say in it.
        const context = this.#contextOf(this.#parts.said);
        this.#compile(name, START, context).call();
      }
    } catch (error) {
      this.#host.wasi?.closeQuietly();
      throw error;
    }
  }

  #compile(
    name: string,
    declaration: SymbolDeclaration,
    context = this.#context(),
    advise = (error: unknown) => error,
  ): Call {
    const realm = this.#realm;
    exportedFunction(realm, name);
    const plan = this.#plans.get(name, declaration, () => {
      let recipe: Recipe;
      try {
        recipe = resolveChecked(name, declaration, context, realm.exports, this.#parts.check);
      } catch (error) {
        throw advise(error);
      }
      const settled = loadedEngine()?.settle(recipe, realm) ?? recipe;
      return new PlanForms(planCall(settled), () => realm.facts());
    });
    return declaration.async ? callAsync(plan.plan, realm) : plan.on(realm);
  }

  #context(): ResolveContext {
    return this.#contextOf(this.#choice.convention);
  }

  #contextOf(convention: ResolveContext["convention"]): ResolveContext {
    const realm = this.#realm;
    return {
      convention,
      isRecognised: this.#parts.said === undefined,
      address64: realm.address64,
      hasStack: realm.stack !== undefined,
      functionType: (name) => realm.functionType(name),
      leastArguments: (name) => realm.leastArguments(name),
    };
  }

  #compileSymbol(name: string): Call {
    const declaration = this.#parts.symbols[name]!;
    const final = declaration.pieces?.final;
    const last = typeof final === "object" ? final.export : final;
    return this.#compile(declaration.name ?? last ?? name, declaration);
  }

  /** Makes every symbol call the instance of the moment. */
  #bindAll(): void {
    for (const [name, symbol] of this.#bound) symbol.call = this.#bind(name);
  }

  /** Compiles a symbol; what is open is settled before its first call, not during `load`. */
  #bind(name: string): Call {
    const call = this.#compileSymbol(name);
    const declaration = this.#parts.symbols[name]!;
    if (!needsConvention(declaration) || !this.#choice.isOpen) return call;
    return deferCall(declaration.async ?? false, () => {
      this.#settle();
      return this.#bound.get(name)!.call;
    });
  }

  /** Settles which of several names the guest's buffer has, by the addresses that they give. */
  #settle(): void {
    const getter = { parameters: [], result: "pointer" } as const;
    const isNew = this.#choice.settle(this.#realm, (name) => this.#compile(name, getter));
    const { convention } = this.#choice;
    if (convention instanceof GuestError) throw convention;
    if (!isNew) return;
    this.#plans.clear();
    for (const [name, symbol] of this.#bound) symbol.call = this.#compileSymbol(name);
  }

  #passing(content: "string" | "bytes", name: string | undefined): Call {
    const calls = this.#calls[content];
    const known = calls.get(name);
    if (known !== undefined) return known;
    this.#settle();
    const wanted = name ?? findSoleExport(content, this.info, this.#context());
    return calls.keep(name, calls.get(wanted) ?? this.#compilePass(content, wanted));
  }

  #compilePass(content: "string" | "bytes", name: string): Call {
    const context = this.#context();
    // What is wrong with another export, or with a class, is not settled by a symbol.
    const advise = (error: unknown) => adviseSymbols(error, name, content, context, this.info);
    return this.#compile(name, PASSES[content], context, advise);
  }
}
