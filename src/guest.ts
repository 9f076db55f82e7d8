import type { SymbolDeclaration } from "./abi/declaration.ts";
import type { SymbolDeclarations, SymbolFunctions } from "./abi/symbol_types.ts";
import { GuestError, orThrow, Problem } from "./base/errors.ts";
import { show } from "./base/show.ts";
import { isBytes } from "./base/view.ts";
import type { ModuleInfo } from "./binary/types.ts";
import { type GuestBlock, takeBlock } from "./call/block.ts";
import { type Call, callAsync, type PlanForms } from "./call/call.ts";
import type { PlanReport } from "./call/plan_report.ts";
import type { ConventionReport } from "./detect/report.ts";
import { Choice, deferCall } from "./guest/choice.ts";
import type { GuestParts } from "./guest/guest_parts.ts";
import { adviseSymbols, findSoleExport, PassCalls, PASSES } from "./guest/passes.ts";
import { Planner } from "./guest/planner.ts";
import type { BoundSymbols } from "./guest/symbols.ts";
import type { HostImports } from "./imports/host_imports.ts";
import { GuestInstance, type GuestState } from "./instance/guest_instance.ts";
import { startupExports } from "./instance/startup.ts";
import type { GuestMemory } from "./memory/guest_memory.ts";
import type { ResolveContext } from "./plan/context.ts";
import { needsConvention } from "./plan/resolve.ts";
import type { WasiOutput } from "./wasi/output.ts";

/** The declaration of the functions that start a guest or run a command. */
const START = { parameters: [], result: "void" } as const;

/**
 * A loaded guest: an instance of a module, with the convention that passes data. The type `Guest`
 * without arguments accepts every guest, whatever its symbols are.
 */
export class Guest<S extends SymbolDeclarations = Record<never, never>> implements Disposable {
  /** The compiled module. */
  readonly module: WebAssembly.Module;
  /** The declared symbols as functions. They keep working after {@linkcode reset}. */
  readonly symbols: SymbolFunctions<S>;
  readonly #parts: GuestParts<S>;
  readonly #choice: Choice;
  readonly #planner: Planner;
  #calls = { string: new PassCalls(), bytes: new PassCalls() };
  readonly #bound: BoundSymbols<S>["bound"];
  #wasmInstance: WebAssembly.Instance;
  #instance: GuestInstance;
  #host: HostImports | undefined;

  /** Use `load` to make a guest. */
  constructor(parts: GuestParts<S>) {
    this.#parts = parts;
    this.module = parts.compiled.module;
    this.#choice = new Choice(parts.chosen, () => this.info);
    this.#planner = new Planner(parts, this.#choice);
    [this.#wasmInstance, this.#instance, this.#host] = this.#instantiate();
    const bind = (name: string) => this.#bind(name);
    const declared = parts.binder?.bindSymbols(parts.symbols, bind, parts.check?.wrong);
    this.symbols = declared?.functions ?? {} as SymbolFunctions<S>;
    this.#bound = declared?.bound ?? new Map();
    this.#initialize();
  }

  /** The contents of the binary; `undefined` for a source that was already compiled. */
  get info(): ModuleInfo | undefined {
    return this.#parts.compiled.info;
  }

  /** The guest's linear memory. It can still be read after a trap. */
  get memory(): GuestMemory {
    return this.#instance.memory;
  }

  /** The raw exports of the instance, with no checks of arguments or results. */
  get exports(): WebAssembly.Exports {
    return this.#instance.exports;
  }

  /** The instance; {@linkcode reset} replaces it. */
  get instance(): WebAssembly.Instance {
    return this.#wasmInstance;
  }

  /**
   * `ready`, `calling` while guest code runs, `exited` after WASI's `proc_exit`, `poisoned` after a
   * trap or an overrun, `disposed`.
   */
  get state(): GuestState {
    return this.#instance.state;
  }

  /** The guest's output, if it imports WASI and the option `wasi` is set to `"capture"`. */
  get wasi(): WasiOutput | undefined {
    return this.#host?.wasi?.output;
  }

  /**
   * The convention in use, and the reason for it.
   *
   * @throws {GuestError} if none was set or recognised; the error says how to set one.
   */
  get convention(): ConventionReport {
    return this.#choice.report();
  }

  /**
   * Reports what a call does, step by step, without calling anything of the guest. What words the
   * steps is loaded by the first report, so that programs without one do not pay for it.
   *
   * @param name A declared symbol, or else an export as `passString` calls it; it can be left out
   * where exactly one export can be meant.
   * @param content What is passed to the export, whatever is declared: `"string"` or `"bytes"`.
   * @returns The steps: data that prints as a numbered list.
   * @throws {GuestError} if it can't be called so: the error that the call would throw.
   *
   * @example
   * ```ts
   * import { load } from "@passage/wasm";
   * import { assertEquals } from "@std/assert";
   *
   * using guest = await load("testdata/c/passing_data.wasm");
   * const { steps } = await guest.plan();
   * assertEquals(steps[3]?.text, 'call "add_wasm_is_cool"');
   * ```
   */
  async plan(name?: string, content?: "string" | "bytes"): Promise<PlanReport> {
    const instance = this.#instance;
    const { symbols } = this.#parts;
    const isSymbol = name !== undefined && content === undefined && Object.hasOwn(symbols, name);
    const declaration = isSymbol ? symbols[name]! : PASSES[content ?? "string"];
    const forms = orThrow(
      isSymbol
        ? this.#planner.symbol(name, instance)
        : this.#planPass(content ?? "string", name, this.#planner.context(instance)),
    );
    // What the instance lacks for it is found then.
    this.#bindPlan(forms, declaration);
    const { reportPlan } = await import("./call/plan_report.ts");
    return reportPlan(forms.plan, instance, declaration, this.#choice.rivals);
  }

  /**
   * Passes `text` to an export that takes one text and returns one.
   *
   * @param text The text. It arrives in the guest exactly, or not at all.
   * @param name The export; it can be omitted if exactly one fits.
   * @returns The text that the export returned, exactly as the guest left it.
   * @throws {GuestError} if the guest can't be called, traps, returns something impossible or
   * reports an error.
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
   * Passes `bytes` to an export that takes bytes and returns bytes.
   *
   * @param bytes The bytes, which are copied into the guest.
   * @param name The export; it can be omitted if exactly one fits.
   * @returns A copy of the bytes that the export returned, with its own `ArrayBuffer`.
   * @throws {GuestError} if the guest can't be called, traps, returns something impossible or
   * reports an error.
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
   * Runs a command by its `_start`, once for each instance. Its exports can be called afterwards,
   * unless it exited by WASI's `proc_exit`.
   *
   * @returns The exit code: 0 unless the guest set another one. No exit code is an error.
   * @throws {GuestError} if the guest traps, has run already, can't be called, or is not a command.
   */
  run(): number {
    const start = this.#compile("_start", START);
    return this.#parts.command!.runCommand(this.#instance, this.#host?.wasi, start);
  }

  /**
   * Takes zeroed memory within the guest that lives until you free it, for a state whose address
   * exports expect. It comes from the guest's allocator, or from added pages if the convention is
   * `inPlace`.
   *
   * @param byteLength The size in bytes.
   * @returns The block; pass it as a `"pointer"`, and give it back with `using` or `free()`.
   * @throws {GuestError} if the convention offers no place to take it from, or the guest has no
   * memory.
   */
  allocate(byteLength: number): GuestBlock {
    const instance = this.#instance;
    return takeBlock(
      this.#choice.convention,
      instance,
      byteLength,
      () => instance === this.#instance,
    );
  }

  /**
   * Makes a fresh instance of the same module: memory, globals and tables are as after `load`.
   * Symbols keep working; {@linkcode exports} and views of the old memory go stale. If it fails,
   * the guest stays as it was.
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
    if (this.#instance.state === "disposed") {
      throw new GuestError("disposed", "Cannot reset the guest: it is disposed");
    }
    const old = { wasmInstance: this.#wasmInstance, instance: this.#instance, host: this.#host };
    const calls = this.#calls;
    const fresh = this.#remake();
    try {
      [this.#wasmInstance, this.#instance, this.#host] = fresh;
      this.#calls = { string: new PassCalls(), bytes: new PassCalls() };
      this.#bindAll();
      // The output of the old instance comes before that of the new one.
      old.host?.wasi?.flush();
      this.#initialize();
    } catch (error) {
      ({ wasmInstance: this.#wasmInstance, instance: this.#instance, host: this.#host } = old);
      this.#calls = calls;
      this.#bindAll();
      throw error;
    }
    old.host?.wasi?.close();
  }

  /**
   * Disposes of the guest: no export is called any more. The promise of an asynchronous symbol that
   * still waits is rejected with the code `disposed`. Idempotent.
   *
   * @throws {GuestError} if the guest, or a host function that it calls, is running.
   */
  close(): void {
    const instance = this.#instance;
    if (instance.state === "disposed") return;
    if (!instance.waits) this.#refuseWhile("close the guest");
    instance.dispose();
    this.#host?.wasi?.close();
  }

  /** The same as {@linkcode close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Shows the guest for `console.log`, without running guest code. */
  [Symbol.for("Deno.customInspect")](
    inspect: (value: unknown, options: object) => string,
    options: object,
  ): string {
    const shown = {
      convention: this.#choice.shown,
      state: this.state,
      exports: Object.keys(this.exports),
      symbols: Object.keys(this.symbols),
      memory: this.#instance.hasMemory ? `${this.memory.size} bytes` : "none",
    };
    return `Guest ${inspect(shown, options)}`;
  }

  #refuseWhile(action: string): void {
    if (this.#instance.busy) {
      throw new GuestError("busy", `Cannot ${action}: a call is in progress`);
    }
  }

  /** Makes another instance. Its start function can neither reset nor close the guest. */
  #remake(): [WebAssembly.Instance, GuestInstance, HostImports | undefined] {
    const instance = this.#instance;
    const before = instance.depth++;
    try {
      return this.#instantiate();
    } finally {
      instance.depth = before;
    }
  }

  #instantiate(): [WebAssembly.Instance, GuestInstance, HostImports | undefined] {
    const { instance: wasmInstance, memory, address64, host } = this.#parts.instantiate();
    const { exports } = wasmInstance;
    const info = () => this.info;
    const reported = () => this.#choice.capacity;
    const { resultLimit } = this.#parts;
    const instance = new GuestInstance({
      exports,
      info,
      memory,
      address64,
      reported,
      resultLimit,
    });
    if (host !== undefined) host.instance = instance;
    return [wasmInstance, instance, host];
  }

  #initialize(): void {
    try {
      for (const name of startupExports(this.#instance.exports)) {
        // Start-up passes nothing, so it must not wait for a convention to be recognised.
        const context = this.#planner.context(this.#instance, { convention: this.#parts.said });
        this.#compile(name, START, context).call();
      }
    } catch (error) {
      this.#host?.wasi?.closeQuietly();
      throw error;
    }
  }

  #compile(
    name: string,
    declaration: SymbolDeclaration,
    context: ResolveContext = this.#planner.context(this.#instance),
  ): Call {
    const plan = orThrow(this.#planner.plan(name, declaration, this.#instance, context));
    return this.#bindPlan(plan, declaration);
  }

  #bindPlan(forms: PlanForms, { async: isAsync = false }: SymbolDeclaration): Call {
    return isAsync ? callAsync(forms.plan, this.#instance) : forms.on(this.#instance);
  }

  #compileSymbol(name: string): Call | Problem {
    const plan = this.#planner.symbol(name, this.#instance);
    return plan instanceof Problem ? plan : this.#bindPlan(plan, this.#parts.symbols[name]!);
  }

  /** Makes every symbol call the current instance. */
  #bindAll(): void {
    for (const [name, symbol] of this.#bound) symbol.call = orThrow(this.#bind(name));
  }

  /**
   * Compiles a symbol. A buffer with several names is settled before its first call, not during
   * `load`.
   */
  #bind(name: string): Call | Problem {
    const call = this.#compileSymbol(name);
    if (call instanceof Problem) return call;
    const declaration = this.#parts.symbols[name]!;
    if (!needsConvention(declaration) || !this.#choice.isOpen) return call;
    return deferCall(declaration.async ?? false, () => {
      this.#settle();
      return this.#bound.get(name)!.call;
    });
  }

  /** Finds out which of several names the guest's buffer has, by the addresses that they return. */
  #settle(): void {
    const getter = { parameters: [], result: "pointer" } as const;
    const isNew = this.#choice.settle(this.#instance, (name) => this.#compile(name, getter));
    const { convention } = this.#choice;
    if (convention instanceof Problem) throw convention.error();
    if (!isNew) return;
    this.#planner.clear();
    for (const [name, symbol] of this.#bound) symbol.call = orThrow(this.#compileSymbol(name));
  }

  #passing(content: "string" | "bytes", name: string | undefined): Call {
    const calls = this.#calls[content];
    const known = calls.get(name);
    if (known !== undefined) return known;
    if (name !== undefined && typeof name !== "string") {
      const what = content === "string" ? "text" : content;
      throw new TypeError(
        `Cannot pass ${what}: the second argument is ${show(name)}, expected the name of an export`,
      );
    }
    this.#settle();
    const context = this.#planner.context(this.#instance);
    const wanted = name ?? orThrow(findSoleExport(content, this.info, context));
    const named = calls.get(wanted);
    if (named !== undefined) return calls.keep(name, named);
    const plan = orThrow(this.#planPass(content, wanted, context));
    return calls.keep(name, this.#bindPlan(plan, PASSES[content]));
  }

  #planPass(
    content: "string" | "bytes",
    given: string | undefined,
    context: ResolveContext,
  ): PlanForms | Problem {
    const name = given ?? findSoleExport(content, this.info, context);
    if (name instanceof Problem) return name;
    const plan = this.#planner.plan(name, PASSES[content], this.#instance, context);
    return plan instanceof Problem ? adviseSymbols(plan, name, content, context, this.info) : plan;
  }
}
