import type { BlockSource } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import { isCustom } from "../presets/preset_options.ts";
import { GuestError, Problem } from "../base/errors.ts";
import { checkCount } from "../base/numeric_types.ts";
import { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { noAllocator } from "../instance/refusal.ts";
import { freeingCall, isReserved } from "../plan/plan_blocks.ts";
import { objectPlace, RUNTIMES } from "../presets/assembly_script.ts";
import type { BoundSource, ClaimOptions } from "./blocks/bound_source.ts";
import { bindSource } from "./blocks/bind_sources.ts";
import { settleFailure } from "./failure.ts";
import { claimsBlocks } from "./find_claims.ts";

/** The name that errors use for the host's own calls of an allocator. */
const SYMBOL = "allocate";

/** The maximum alignment of C types. */
const ALIGNMENT = 8;

/** The claim of a block while it is cleared. */
const CLAIM: ClaimOptions = {
  block: "the block",
  action: "take a block for",
  isRead: false,
  keeper: "host",
};

/**
 * Memory within the guest that the host holds across calls, for state whose address the guest
 * expects. Pass it as a `"pointer"`, and free it with `using` or {@linkcode free}.
 */
export class GuestBlock implements Disposable {
  /** The size in bytes. */
  readonly byteLength: number;
  readonly #frame = new Frame();
  readonly #source: BoundSource;
  readonly #instance: Instance;
  readonly #isCurrent: () => boolean;
  #isFree = false;

  /** Use {@linkcode Guest.allocate} to make one. */
  constructor(
    source: BoundSource,
    instance: Instance,
    byteLength: number,
    isCurrent: () => boolean,
  ) {
    this.#source = source;
    this.#instance = instance;
    this.#isCurrent = isCurrent;
    this.byteLength = byteLength;
    this.#enter((frame) => {
      source.take(frame, 0, byteLength);
      instance.memory.clear(frame.pointers[0]!, byteLength);
    });
  }

  /**
   * The address, until the block is freed.
   *
   * @throws {GuestError} if it was freed, or the guest was reset or restored.
   */
  get pointer(): number {
    if (!this.#isFree && this.#isCurrent()) return this.#frame.pointers[0]!;
    throw new GuestError(
      "disposed",
      `Cannot use a block of ${this.byteLength} bytes: ` +
        (this.#isFree ? "it was given back" : "the guest it was taken from was reset or restored"),
    );
  }

  /** Frees the block. Idempotent. */
  free(): void {
    this.#isFree = true;
    const { release } = this.#source;
    if (release !== undefined && this.#instance.callable && this.#isCurrent()) {
      this.#enter((frame) => release(frame, 0));
    }
  }

  /** The same as {@linkcode free}, for `using`. */
  [Symbol.dispose](): void {
    this.free();
  }

  #enter(act: (frame: Frame) => void): void {
    const instance = this.#instance;
    const before = instance.enter(SYMBOL);
    this.#frame.outerClaim = instance.claim;
    try {
      if (instance.unwinds === "restores") {
        this.#frame.stackPointer = instance.stack!.save(this.#frame);
      }
      act(this.#frame);
    } catch (error) {
      let settled: unknown;
      try {
        settled = settleFailure(error, this.#frame, instance, SYMBOL, () => {});
      } catch (unsettled) {
        instance.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      instance.claim = this.#frame.outerClaim;
      instance.depth = before;
    }
  }
}

/**
 * Allocates a zeroed block from the convention's block source for bytes.
 *
 * @throws {GuestError} if the convention has no allocator and no reserved memory.
 * @throws {RangeError} if `byteLength` is not a size.
 */
export function takeBlock(
  convention: Convention | CustomConvention | Problem,
  instance: Instance,
  byteLength: number,
  isCurrent: () => boolean,
): GuestBlock {
  checkCount(byteLength, (shown) => `Cannot take a block of ${shown} bytes`);
  if (convention instanceof Problem) throw convention.error();
  const place = isCustom(convention) ? undefined : convention.bytesPlace ?? convention.place;
  const known = place?.kind === "allocator"
    ? place
    : place?.kind === "managedArray"
    ? bufferPlace(place)
    : reservedPlace(place, byteLength);
  if (known === undefined) {
    throw noAllocator(convention, byteLength);
  }
  const source = bindSource(known, instance, {
    symbol: SYMBOL,
    terminated: "never",
    free: freeingCall("host", known),
    align: ALIGNMENT,
    beside: 1,
    // A callback can allocate a block while the guest is being called.
    claims: claimsBlocks(known, instance.reenters) ? CLAIM : undefined,
  });
  return new GuestBlock(source, instance, byteLength, isCurrent);
}

/** Returns the place of an `ArrayBuffer`, which is the block itself, without a view around it. */
function bufferPlace({ runtime = "managed" }: BlockSource & { kind: "managedArray" }): BlockSource {
  return objectPlace(runtime, RUNTIMES[runtime].ArrayBuffer);
}

/** Returns pages that only this block uses, if the convention adds pages for its data. */
function reservedPlace(
  place: BlockSource | undefined,
  byteLength: number,
): BlockSource | undefined {
  if (place?.kind !== "buffer" || !isReserved(place.pointer)) return undefined;
  return { kind: "buffer", pointer: { reserve: byteLength }, capacity: byteLength };
}
