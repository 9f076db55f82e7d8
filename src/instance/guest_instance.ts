import type { BlockSource } from "../abi/block_source.ts";
import type { GuestFacts } from "../abi/plan.ts";
import { GuestError } from "../base/errors.ts";
import type { CapReport, GuestLimits, Limiter } from "../base/limits.ts";
import { OnDemand } from "../base/lazy.ts";
import { quote } from "../base/show.ts";
import type { FunctionType, ModuleInfo, ValueType } from "../binary/types.ts";
import { findCapacity, lowestResult } from "../detect/capacity.ts";
import type { ReportedCapacity } from "../detect/capacity_types.ts";
import { GuestMemory } from "../memory/guest_memory.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { Compiled } from "../source/source_types.ts";
import type { AddedPages } from "./added_pages.ts";
import { type ExportFacts, readExports, startupExports } from "./exports.ts";
import type { Claim } from "./frame.ts";
import type { Instance, Reserved, Stack } from "./instance.ts";
import { busyError, type GuestState, refusalError, stateOf } from "./refusal.ts";
import type { Unfreed } from "./unfreed.ts";

interface InstanceParts {
  readonly exports: WebAssembly.Exports;
  readonly imports?: WebAssembly.Imports | undefined;
  /** The module, whose binary is read on demand. */
  readonly compiled: Pick<Compiled, "info">;
  readonly memory: WebAssembly.Memory | undefined;
  readonly address64: () => boolean;
  /** The capacity of the convention's buffer, as far as it is known, shared by all instances. */
  readonly reported: () => ReportedCapacity;
  /** The caller's limits for the values of one call. */
  readonly limits?: Pick<GuestLimits, "results" | "input"> | undefined;
  /** How invalid text is handled, if the caller set it. */
  readonly onInvalid?: OnInvalid | undefined;
  readonly describe?: GuestInstance["describe"];
  readonly limiter?: Limiter | undefined;
}

/**
 * The limit for the values of one call on the host, unless set. It suffices for a guest that refers
 * to each byte of its memory once, and is safe for the host.
 */
const MOST_RESULTS = 256 * 1024 * 1024, RESULTS_PER_BYTE = 16;

/** The property of a guest with its instance, for guests that import its exports. */
export const LINKED: unique symbol = Symbol();

/** A guest whose exports another guest can import: what `load` returns. */
export interface LinkedGuest {
  /** The raw exports of the instance. */
  readonly exports: WebAssembly.Exports;
  /** The current instance. */
  readonly instance: WebAssembly.Instance;
}

/** The code for pages that are added for the host. */
export const addedPages = new OnDemand(() => import("./added_pages.ts"));

/** The code for guests that export their stack pointer, or functions that move it. */
export const shadowStack = new OnDemand(() => import("./shadow_stack.ts"));

export class GuestInstance implements Instance {
  readonly exports: WebAssembly.Exports;
  readonly imports: WebAssembly.Imports | undefined;
  readonly #compiled: InstanceParts["compiled"];
  readonly #memory: GuestMemory | undefined;
  readonly onInvalid: OnInvalid | undefined;
  readonly #reported: () => ReportedCapacity;
  readonly referenceLimit: number | undefined;
  readonly inputLimit: number | undefined;
  // Only calls need these, so a program that does not call the guest does not pay for them.
  readonly #findAddress64: () => boolean;
  #address64: boolean | undefined;
  #lowest: number | undefined;
  #found: ExportFacts | undefined;
  #added: AddedPages | undefined;
  pointed: Instance["pointed"] = undefined;
  functions: Instance["functions"] = undefined;
  /**
   * Makes the frames of an error readable, if the module has more names or lines than the engine
   * shows.
   */
  describe: ((error: GuestError) => void) | undefined;
  caps: CapReport | undefined;
  readonly limiter: Limiter | undefined;
  depth = 0;
  hostDepth = 0;
  pending: string | undefined = undefined;
  giveUp: ((reason: unknown) => void) | undefined = undefined;
  refusal: unknown = undefined;
  claim: Claim | undefined = undefined;
  thrown: unknown = undefined;
  readonly unfreed: Unfreed = { results: 0, arguments: 0, byteLength: 0 };
  hasRun = false;
  /** Throws if an action would invalidate a part that another guest imports. */
  held: ((action: string) => void) | undefined;
  /** Whether the guest has been initialised, here or elsewhere. */
  isInitialized = false;

  constructor(parts: InstanceParts) {
    const { exports, imports, compiled, memory, address64, reported } = parts;
    const { limits, onInvalid, describe, limiter } = parts;
    this.exports = exports;
    this.imports = imports;
    this.#findAddress64 = address64;
    this.#compiled = compiled;
    this.#memory = memory && new GuestMemory(memory, { onInvalid });
    this.onInvalid = onInvalid;
    this.#reported = reported;
    this.referenceLimit = limits?.results;
    this.inputLimit = limits?.input;
    this.describe = describe;
    this.limiter = limiter;
  }

  get info(): ModuleInfo | undefined {
    return this.#compiled.info;
  }

  get #known(): ExportFacts {
    return this.#found ??= readExports(this.exports, this.info, shadowStack.loaded?.findStack);
  }

  get address64(): boolean {
    return this.#address64 ??= this.#findAddress64();
  }

  get stack(): Stack | undefined {
    return this.#known.stack;
  }

  get setArgumentsLength(): ((count: number) => void) | undefined {
    return this.#known.setArgumentsLength;
  }

  get reenters(): boolean {
    return this.#known.reenters;
  }

  get unwinds(): "cleanly" | "restores" | "unknown" {
    if (!this.#known.canUnwind) return "cleanly";
    return this.stack === undefined ? "unknown" : "restores";
  }

  get lowest(): number {
    return this.#lowest ??= lowestResult(this.info);
  }

  get unstarted(): string | undefined {
    if (!this.isInitialized) return startupExports(this.exports)[0];
    const isCommand = "_start" in this.exports && !("_initialize" in this.exports);
    return isCommand && !this.hasRun ? "_start" : undefined;
  }

  facts(): GuestFacts {
    // Compiled code is cached for the module, so it must not keep this instance alive.
    const compiled = this.#compiled;
    const { pointed } = this, { types } = this.#known;
    return {
      address64: this.address64,
      reenters: this.reenters,
      restoresStack: this.unwinds === "restores",
      isLimited: this.limiter !== undefined,
      countsArguments: this.setArgumentsLength !== undefined,
      functionType: (name) => types.get(name) ?? pointed?.get(name)?.type,
      exportKind: (name) => compiled.info?.exports.find((item) => item.name === name)?.kind,
    };
  }

  get hasMemory(): boolean {
    return this.#memory !== undefined;
  }

  get memory(): GuestMemory {
    if (this.#memory !== undefined) return this.#memory;
    const isHidden = (this.info?.memories.length ?? 0) > 0;
    throw new GuestError(
      "missing-export",
      "Cannot use the guest's memory: it " +
        (isHidden
          ? 'has one that it does not export, expected an export such as (memory (export "memory") ' +
            "1) in the text format; linkers make one unless told otherwise"
          : "has none, expected one that it exports or imports"),
    );
  }

  get state(): GuestState {
    if (this.refusal !== undefined) return stateOf(this.refusal);
    return this.busy ? "calling" : "ready";
  }

  get callable(): boolean {
    return this.refusal === undefined;
  }

  /** Whether a call is in progress, even one that is being waited for. */
  get busy(): boolean {
    return this.depth > 0 || this.hostDepth > 0;
  }

  /** Whether the call in progress waits for a promise, and neither guest nor host is running. */
  get waits(): boolean {
    return this.giveUp !== undefined && this.hostDepth === 0;
  }

  functionType(name: string): FunctionType | undefined {
    return this.#known.types.get(name) ?? this.pointed?.get(name)?.type;
  }

  /** Returns the type of an exported global, if the binary is known. */
  globalType(name: string): ValueType | undefined {
    const item = this.info?.exports.find((item) => item.kind === "global" && item.name === name);
    return item?.kind === "global" ? item.type.type : undefined;
  }

  /** Returns the minimum number of arguments of an export that is known to have optional ones. */
  leastArguments(name: string): number | undefined {
    return this.info?.optionalArguments?.get(name);
  }

  capacity(place: BlockSource & { kind: "buffer" }): ReturnType<Instance["capacity"]> {
    const { place: reported, rule: known, report } = this.#reported();
    const isConventions = place === reported;
    const rule = isConventions && known || findCapacity(place, this.info);
    // Only the convention's own buffer is reported, because a symbol can have its own block
    // sources.
    return {
      rule,
      report: isConventions ? report : { ...report, reason: rule.reason },
      isConventions,
    };
  }

  get resultLimit(): number {
    if (this.referenceLimit !== undefined) return this.referenceLimit;
    // Without memory, values are numbers, and strings that the host already has.
    const size = this.#memory === undefined ? Infinity : Math.max(PAGE_SIZE, this.#memory.size);
    return Math.min(MOST_RESULTS, RESULTS_PER_BYTE * size);
  }

  reserve(place: Reserved, turn?: number): number {
    this.#added ??= new addedPages.module.AddedPages(this);
    return this.#added.take(place, turn);
  }

  enter(symbol: string): number {
    if (this.refusal !== undefined) throw this.refuse(`call ${quote(symbol)}`, symbol);
    // A host function within a waiting call may call the guest. That call ends before the waiting
    // one continues.
    if (this.pending !== undefined && this.hostDepth === 0) {
      throw busyError(symbol, `${quote(this.pending)} is being waited for`);
    }
    // A call that failed to clean up may have left values here, and no other call needs them.
    if (this.depth === 0) {
      this.claim = undefined;
      this.limiter?.begin(symbol);
    }
    return this.depth++;
  }

  refuse(action: string, symbol: string): GuestError {
    return refusalError(action, symbol, this.refusal);
  }

  /** Invalidates the views of its memory, because the guest was reset or closed. */
  retire(why: string): void {
    if (this.#memory !== undefined) this.#memory.ended = `the guest was ${why}`;
  }

  /** Refuses all further calls, and rejects a waiting call. */
  dispose(): void {
    this.retire("closed");
    this.refusal = new GuestError("disposed", "the guest is disposed");
    const { giveUp, pending = "" } = this;
    giveUp?.(this.refuse(`complete ${quote(pending)}`, pending));
  }

  poison(reason: GuestError): GuestError {
    this.describe?.(reason);
    this.refusal ??= reason;
    return reason;
  }
}
