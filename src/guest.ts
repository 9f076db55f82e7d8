import type { PlacedRange } from "./abi/layout.ts";
import type { StructFields, StructType } from "./abi/struct.ts";
import type { SymbolDeclarations, SymbolFunctions } from "./abi/symbol_types.ts";
import type { PointerValue } from "./abi/value_types.ts";
import type { CallLimits, FuelReport } from "./base/limits.ts";
import { type BytesInput, toBytes } from "./base/typed_arrays.ts";
import type { ModuleInfo } from "./binary/types.ts";
import type { GuestBlock } from "./call/block.ts";
import { toText } from "./call/content.ts";
import { heldBlock } from "./call/make_parts.ts";
import type { PlanReport } from "./call/plan_report.ts";
import type {
  AsyncInterfaces,
  ComponentInterfaces,
  CoreInstance,
} from "./component/component_interfaces.ts";
import type { ConventionReport } from "./detect/detect.ts";
import type { GuestFunctions } from "./guest/function_types.ts";
import type { GuestStruct } from "./guest/guest_struct.ts";
import type { GuestParts } from "./guest/guest_parts.ts";
import { Lifecycle } from "./guest/lifecycle.ts";
import type { LimitedGuest } from "./guest/limited_guest.ts";
import type { GuestSnapshot } from "./guest/snapshot.ts";
import { type GuestInstance, LINKED } from "./instance/guest_instance.ts";
import { type GuestState, noAllocator } from "./instance/refusal.ts";
import type { GuestMemory } from "./memory/guest_memory.ts";
import type { WasiOutput } from "./wasi/output.ts";

/** Returns the calls and the instance of a guest, on which streams are built. */
export let lifecycleOf: (guest: Guest) => Lifecycle<Record<never, never>>;

/**
 * A loaded guest: an instance of a module, with the convention that passes data. The type `Guest`
 * without arguments accepts every guest, whatever its symbols are. `I` is the type of the
 * interfaces that a component exports; `passage types` writes it.
 */
export class Guest<
  S extends SymbolDeclarations = Record<never, never>,
  I extends object = ComponentInterfaces,
> implements Disposable {
  /** The declared symbols as functions. They keep working after {@linkcode reset}. */
  readonly symbols: SymbolFunctions<S>;
  readonly #lifecycle: Lifecycle<S>;

  static {
    lifecycleOf = (guest) => guest.#lifecycle;
  }

  /** Use `load` to make a guest. */
  constructor(parts: GuestParts) {
    this.#lifecycle = new Lifecycle(parts);
    this.symbols = this.#lifecycle.calls.functions;
  }

  /**
   * The compiled module.
   *
   * @throws {TypeError} if the guest was adopted without its source.
   */
  get module(): WebAssembly.Module {
    return this.#lifecycle.parts.compiled.module;
  }

  /** The contents of the binary; `undefined` for a source that was already compiled. */
  get info(): ModuleInfo | undefined {
    return this.#lifecycle.parts.compiled.info;
  }

  /**
   * Returns the address and size of a range of the option `layout`, for calls that take its
   * address.
   *
   * @throws {TypeError} if the layout has no such name, or the guest has no layout.
   */
  place(name: string): PlacedRange {
    const { layout } = this.#lifecycle.parts;
    if (layout !== undefined) return layout.find(name);
    throw new TypeError("Cannot find a place: expected the option layout");
  }

  /**
   * The instance, for a guest that imports this one.
   *
   * @internal
   */
  get [LINKED](): GuestInstance {
    return this.#lifecycle.instance;
  }

  /** The guest's linear memory. It can still be read after a trap. */
  get memory(): GuestMemory {
    return this.#lifecycle.instance.memory;
  }

  /** The interfaces that a component exports. */
  get interfaces(): I {
    throw new TypeError("Cannot use interfaces: the guest is a module");
  }

  /**
   * The same interfaces with functions that return promises: during a call, the guest can wait for
   * a stream or a response. Classes are those of {@linkcode interfaces}.
   */
  get asyncInterfaces(): AsyncInterfaces<I> {
    return this.interfaces as AsyncInterfaces<I>; // which refuses
  }

  /**
   * Returns a core instance of a component by its name, or by its index in the order of
   * instantiation.
   *
   * @throws {GuestError} if there is not exactly one such instance.
   */
  coreInstance(_name: string | number): CoreInstance {
    throw new TypeError("Cannot use core instances: the guest is a module");
  }

  /** The raw exports of the instance, with no checks of arguments or results. */
  get exports(): WebAssembly.Exports {
    return this.#lifecycle.instance.exports;
  }

  /** The instance; {@linkcode reset} replaces it. */
  get instance(): WebAssembly.Instance {
    return this.#lifecycle.current.wasmInstance;
  }

  /**
   * `ready`, `calling` while guest code runs, `exited` after the guest has called WASI's exit,
   * `poisoned` after a trap or an overrun, or `disposed`.
   */
  get state(): GuestState {
    return this.#lifecycle.instance.state;
  }

  /** The fuel that the last call used and left; `undefined` without the option `limits.fuel`. */
  get fuel(): FuelReport | undefined {
    return this.#lifecycle.instance.limiter?.fuel;
  }

  /** The guest's output, if it imports WASI and the option `wasi` is set to `"capture"`. */
  get wasi(): WasiOutput | undefined {
    return this.#lifecycle.current.host?.wasi?.output;
  }

  /**
   * The convention in use, and the reason for it.
   *
   * @throws {GuestError} if none was set or detected; the error shows how to set one.
   */
  get convention(): ConventionReport {
    return this.#lifecycle.choice.report();
  }

  /**
   * Reports the steps of a call without calling the guest.
   *
   * @param name A declared symbol, or otherwise an export as `passString` calls it. It can be
   * omitted if exactly one export fits.
   * @param content `"string"` or `"bytes"`: shows the call of the export by `passString` or
   * `passBytes`, even if a symbol of the name is declared.
   * @returns The steps: data that prints as a numbered list.
   * @throws {GuestError} if the call is impossible; it is the error that the call would throw.
   */
  plan(name?: string, content?: "string" | "bytes"): Promise<PlanReport> {
    return this.#lifecycle.calls.report(name, content);
  }

  /**
   * Passes `text` to an export that takes one text and returns one.
   *
   * @param text The text. The guest gets it exactly, or the call throws.
   * @param name The export. It can be omitted if exactly one fits.
   * @returns The text that the export returned, exactly as the guest left it.
   * @throws {GuestError} if the guest cannot be called, traps, returns something impossible or
   * reports an error.
   * @throws {TypeError} if the encoding cannot represent `text`.
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
    const data = toText(text);
    return this.#lifecycle.calls.passing("string", name).call(data) as string;
  }

  /**
   * Passes `bytes` to an export that takes bytes and returns bytes.
   *
   * @param bytes The bytes, which are copied into the guest.
   * @param name The export. It can be omitted if exactly one fits.
   * @returns A copy of the bytes that the export returned, with its own `ArrayBuffer`.
   * @throws {GuestError} if the guest cannot be called, traps, returns something impossible or
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
  passBytes(bytes: BytesInput, name?: string): Uint8Array<ArrayBuffer> {
    const data = toBytes(bytes, "pass bytes");
    return this.#lifecycle.calls.passing("bytes", name).call(data) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Initialises the guest (`_initialize`, or C++ constructors) if it was loaded with `initialize:
   * false`. Does so only once for each instance.
   *
   * @throws {GuestError} if the guest traps or cannot be called.
   */
  initialize(): void {
    this.#lifecycle.initialize();
  }

  /**
   * Runs the `_start` of a command, or the `wasi:cli/run` of a component, once for each instance.
   * Exports can be called afterwards, unless the guest has exited.
   *
   * @returns The exit code: 0 unless the guest set another one. A code other than 0 does not throw.
   * @throws {GuestError} if the guest traps, has run already, cannot be called, or is not a
   * command.
   */
  run(): number;
  /**
   * Does the same for a command that waits for host functions or input.
   *
   * @returns A promise of the exit code, which rejects with the same errors.
   */
  run(options: { readonly async: true }): Promise<number>;
  run(options?: { readonly async: true }): number | Promise<number> {
    const { calls, current } = this.#lifecycle;
    return calls.run(current.host, options);
  }

  /**
   * Returns an object with the calls of this guest under tighter limits. It still works after a
   * reset.
   *
   * @param limits The limits of each call; fuel and a deadline only if the guest has such limits
   * itself.
   * @throws {TypeError} if a limit has the wrong type, or the guest does not have that limit.
   * @throws {RangeError} if a limit is above the guest's.
   */
  async within(limits: CallLimits): Promise<LimitedGuest<S, I>> {
    const { limitModule } = await import("./guest/limited_guest.ts");
    return await limitModule(limits, this.#lifecycle, this);
  }

  /**
   * Allocates zeroed memory within the guest until you free it, for state whose address exports
   * expect. The memory comes from the guest's allocator, or from added pages if the convention is
   * `inPlace`.
   *
   * @param byteLength The size in bytes.
   * @returns The block; pass it as a `"pointer"`, and free it with `using` or `free()`.
   * @throws {GuestError} if the convention has no allocator and no reserved memory, or the guest
   * has no memory.
   */
  allocate(byteLength: number): GuestBlock {
    const { choice: { convention }, instance } = this.#lifecycle;
    const blocks = heldBlock.loaded;
    if (blocks === undefined) throw noAllocator(convention, byteLength);
    return blocks.takeBlock(convention, instance, byteLength, this.#lifecycle.watch());
  }

  /**
   * Gives access to the guest's function table: callbacks of the host in it, and function pointers
   * that the guest returns.
   *
   * @returns The same object each time, which keeps working after {@linkcode reset}.
   */
  async functions(): Promise<GuestFunctions> {
    const code = await import("./guest/guest_functions.ts");
    await code.loadFunctionParts();
    return this.#lifecycle.makeFunctions(code);
  }

  /**
   * Returns a view of a struct in the guest's memory, to read it and write its fields between
   * calls.
   *
   * @param type The struct, as for a parameter.
   * @param pointer Its address.
   * @returns The view, which can be used until the guest is reset.
   * @throws {TypeError} if the type is wrong, or the pointer is not an address.
   */
  async struct<const F extends StructFields>(
    type: StructType<F>,
    pointer: PointerValue,
  ): Promise<GuestStruct<F>> {
    const { viewStruct } = await import("./guest/guest_struct.ts");
    const { choice: { convention } } = this.#lifecycle;
    return viewStruct(type, pointer, convention, () => this.#lifecycle.instance, this);
  }

  /**
   * Makes a fresh instance of the same module: memory, globals and tables are as after `load`.
   * Symbols keep working; {@linkcode exports} and views of the old memory go stale. If this fails,
   * the guest is unchanged.
   *
   * @throws {GuestError} if the guest is being called, is disposed, was adopted, or has a memory that
   * the caller supplied, or if the fresh instance's `_initialize` traps.
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
    this.#lifecycle.replace("reset the guest");
  }

  /**
   * Copies the state of the guest for {@linkcode restore}: its memory and its mutable exported
   * globals. Restoring is cheaper than a reset if the guest is slow to start. State of the host is
   * not included: input that was read, output, or what a host function keeps.
   *
   * @returns The snapshot.
   * @throws {GuestError} with the code `hidden-state` if the binary shows state that the host
   * cannot copy, such as a global that is set but not exported, or if the guest is being called or
   * can no longer be called.
   */
  snapshot(): Promise<GuestSnapshot> {
    return this.#lifecycle.snapshot();
  }

  /**
   * Restores the state of a snapshot. Symbols keep working; blocks of {@linkcode allocate} go
   * stale. The instance stays the same unless its memory has grown since the snapshot, it was
   * poisoned or exited, or the snapshot is from another guest of the module. Then it is replaced as
   * by {@linkcode reset}, without running its `_initialize`.
   *
   * @param snapshot A snapshot of this guest, or of another guest of the same module.
   * @throws {GuestError} if the guest is being called or is disposed, or if a fresh instance is needed
   * and cannot be made.
   * @throws {TypeError} if it is not a snapshot, or is one of another module.
   */
  restore(snapshot: GuestSnapshot): void {
    this.#lifecycle.restore(snapshot);
  }

  /**
   * Disposes of the guest: its exports can no longer be called. An asynchronous call that is still
   * waiting rejects with the code `disposed`. Idempotent.
   *
   * @throws {GuestError} if the guest, or a host function that it calls, is running.
   */
  close(): void {
    this.#lifecycle.close();
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
      convention: this.#lifecycle.choice.shown,
      state: this.state,
      exports: Object.keys(this.exports),
      symbols: Object.keys(this.symbols),
      memory: this.#lifecycle.instance.hasMemory ? `${this.memory.size} bytes` : "none",
    };
    return `Guest ${inspect(shown, options)}`;
  }
}
