import type { BlockSource, Room } from "../../abi/block_source.ts";
import type { FrameLayout } from "../frame_layout.ts";
import type { GuestErrorCode } from "../../base/error_types.ts";
import { GuestError } from "../../base/errors.ts";
import { hex, quote } from "../../base/show.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import type { Value } from "../../abi/value.ts";
import type { Claim, Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { FARTHEST, PAGE_SIZE, toOffset } from "../../memory/pointer.ts";
import { print } from "../../presets/preset_options.ts";
import { MOST_BYTES } from "../code/allocate.ts";
import { bindClaims } from "../find_claims.ts";
import {
  compileOffset,
  compilePointer,
  compileValue,
  computed,
  layoutOf,
  pointerOf,
} from "../values.ts";
import { describeUnfreed } from "../unfreed.ts";
import { blockCallName, compileBlockCall, isAbsent, passes, readsAtResult } from "./block_call.ts";
import { compileFree } from "./release.ts";
import type { BindOptions, BoundSource } from "./bound_source.ts";

type Allocator = BlockSource & { readonly kind: "allocator" };

/** An allocator and what its blocks are for. */
interface Binding extends BindOptions {
  readonly place: Allocator;
  readonly instance: Instance;
  readonly layout: FrameLayout;
  /** The maximum number of bytes of a block. */
  readonly most: number;
}

/** Binds an allocator: each block is exactly as large as it has to be. */
export function bindAllocator(
  place: Allocator,
  instance: Instance,
  options: BindOptions,
): BoundSource {
  const layout = layoutOf(options, instance);
  const most = instance.address64 ? Infinity : MOST_BYTES;
  const binding: Binding = { ...options, place, instance, layout, most };
  const { symbol, align, unfreed, beside } = binding;
  const errors = errorsOf(binding);
  const take = compileTake(binding, errors);
  const pin = place.pin === undefined ? undefined : compileCall(place.pin, "free", binding);
  const release = compileRelease(binding);
  const holds = release !== undefined;
  const claims = options.claims && bindClaims(options.claims, instance, symbol, errors.busy);

  function acquire(frame: Frame, index: number, byteLength: number, own = align): number {
    const pointer = take(frame, index, byteLength, own);
    if (pointer === NOWHERE) {
      frame.sizes[index] = 0;
      // As in Rust, the pointer to an empty value is aligned and not null.
      return frame.pointers[index] = own;
    }
    if (claims !== undefined) {
      // Each of several texts has its own block, besides that of the parameter.
      const own = index === beside ? claims.claimOf() : frame.claims[index] ??= claims.claimOf();
      claims.claim(frame.outerClaim, pointer, byteLength, own);
    }
    frame.pointers[index] = pointer;
    frame.sizes[index] = byteLength;
    if (pin !== undefined) {
      frame.blockPointer = pointer;
      pin(frame);
    }
    frame.held[index] = holds;
    if (unfreed) {
      instance.unfreed.arguments++;
      instance.unfreed.byteLength += byteLength;
    }
    return pointer;
  }

  return {
    outOfMemory: errors.outOfMemory,
    overlap: errors.overlap,
    claims,
    put: compilePut(binding, acquire),
    take(frame, index, byteLength, own) {
      frame.blockCodeUnits = frame.codeUnits[index] = byteLength;
      acquire(frame, index, byteLength, own);
      frame.byteLengths[index] = byteLength;
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
    ...(holds && { release }),
  };
}

/** The errors for blocks that an allocator makes. */
interface BlockErrors {
  readonly outOfMemory: (byteLength: number) => GuestError;
  readonly overlap: (pointer: number, byteLength: number, held: number) => GuestError;
  readonly busy: (pointer: number, byteLength: number, claim: Claim) => GuestError;
}

function errorsOf({ place, instance, symbol, most }: Binding): BlockErrors {
  const source = sourceOf(place, symbol);
  const error = (code: GuestErrorCode, byteLength: number, problem: string) =>
    new GuestError(
      code,
      `Cannot allocate ${byteLength} bytes for ${quote(symbol)}: ${problem}`,
      { export: symbol },
    );
  return {
    outOfMemory: (byteLength) =>
      error(
        "out-of-memory",
        byteLength,
        byteLength > most
          ? `the guest's memory is 32-bit, expected at most ${most}`
          : `${source} 0, expected a pointer` + describeUnfreed(instance, 0) +
            (instance.caps?.tell(byteLength) ?? ""),
      ),
    overlap: (pointer, byteLength, held) =>
      error(
        "overrun",
        byteLength,
        `${source} ${hex(pointer)}, where the call still uses the block at ${hex(held)}, ` +
          "expected one of its own",
      ),
    busy: (pointer, byteLength, { symbol: held, keeper }) =>
      error(
        "busy",
        byteLength,
        `${source} ${hex(pointer)}, where the call of ${quote(held)} in progress still uses a ` +
          "block, expected one of its own, or a call after that one has ended" +
          (keeper === "host, for ever"
            ? `, or ${quote("guest")} as what frees the arguments of ${quote(held)}`
            : ""),
      ),
  };
}

/** Compiles a call that does something with a block. */
function compileCall(
  call: Allocator["allocate"],
  purpose: "allocate" | "free",
  { place, instance, symbol, layout }: Binding,
): ReturnType<typeof compileBlockCall> {
  const isLocated = place.pointer !== undefined;
  return compileBlockCall(call, instance, { purpose, symbol, isLocated, layout });
}

/** There is no block for an empty value. */
const NOWHERE = -1;

/** Compiles asking the guest for a block, and checking where it is. */
function compileTake(
  binding: Binding,
  errors: BlockErrors,
): (frame: Frame, index: number, byteLength: number, align: number) => number {
  const { place, instance, layout, most, free, before = [] } = binding;
  const { memory } = instance;
  const allocate = compileCall(place.allocate, "allocate", binding);
  const locate = place.pointer === undefined
    ? undefined
    : compileLocate(place.pointer, instance, layout);
  const makeRoom = place.room && compileRoom(place.room, instance, layout);
  const passesAllocated = passes(free, "allocated");
  // There is no struct with the address if there is no memory for it.
  const isAtResult = readsAtResult(place);
  const hasNoEmpty = place.empty === "none";
  return (frame, index, byteLength, align) => {
    if (hasNoEmpty && byteLength === 0) return NOWHERE;
    if (byteLength > most) throw errors.outOfMemory(byteLength);
    if (makeRoom !== undefined) makeRoom(frame, byteLength);
    frame.blockByteLength = byteLength;
    frame.blockAlign = align;
    const returned = allocate(frame);
    if (passesAllocated) frame.allocated[index] = returned;
    if (isAtResult && byteLength > 0 && Number(returned) === 0) {
      throw errors.outOfMemory(byteLength);
    }
    const found = locate === undefined ? returned : locate(frame, returned, byteLength);
    if (byteLength === 0) {
      const pointer = toOffset(found as number | bigint);
      // A number cannot represent that pointer exactly, and there is no block there.
      return pointer >= FARTHEST ? NOWHERE : pointer;
    }
    const pointer = pointerOf(found as number | bigint, instance, "write");
    if (pointer === 0) throw errors.outOfMemory(byteLength);
    memory.check("write", pointer, byteLength);
    for (let at = 0; at < before.length; at++) {
      const other = before[at]!;
      const start = frame.pointers[other]!;
      if (pointer < start + frame.sizes[other]! && start < pointer + byteLength) {
        throw errors.overlap(pointer, byteLength, start);
      }
    }
    return pointer;
  };
}

/** Returns the code units of the NUL, for an allocator that has to include it in its count. */
function nulsOf({ terminated }: Binding): 0 | 1 {
  return terminated === "always" ? 1 : 0;
}

/** Compiles writing a value into a block of its size. */
function compilePut(
  binding: Binding,
  acquire: (frame: Frame, index: number, byteLength: number) => number,
): BoundSource["put"] {
  const { symbol, terminated, instance: { memory } } = binding;
  const to = `to ${quote(symbol)}`;
  const nuls = nulsOf(binding);
  return (frame, index, content, value) => {
    const byteLength = content.measure(value);
    const codeUnits = frame.codeUnits[index] = content.codeUnits(value, byteLength);
    frame.blockCodeUnits = codeUnits + nuls;
    if (terminated === "always") {
      content.refuseNul(value);
      const pointer = acquire(frame, index, byteLength + content.unit);
      if (content.refuseChanged !== undefined) {
        content.refuseChanged(value, byteLength, to);
        content.refuseNul(value);
      }
      content.write(value, pointer, byteLength);
      memory.clear(pointer + byteLength, content.unit);
    } else {
      const pointer = acquire(frame, index, byteLength);
      content.refuseChanged?.(value, byteLength, to);
      // A pointer to an empty value can be anything: Zig's is the last address of all.
      content.write(value, byteLength === 0 ? 0 : pointer, byteLength);
    }
    frame.byteLengths[index] = byteLength;
  };
}

/** Compiles freeing a block; `undefined` if the guest is not called for it. */
function compileRelease(binding: Binding): BoundSource["release"] {
  const { place, instance, symbol, align, layout, free } = binding;
  const freeing = { symbol, align, layout };
  const unpin = place.unpin === undefined ? undefined : compileFree(place.unpin, instance, freeing);
  const release = free === undefined || isAbsent(free, instance, symbol)
    ? undefined
    : compileFree(free, instance, freeing);
  if (release === undefined && unpin === undefined) return undefined;
  const nuls = nulsOf(binding);
  return (frame, index) => {
    if (!frame.held[index]) return;
    frame.held[index] = false;
    frame.blockPointer = frame.pointers[index]!;
    frame.blockByteLength = frame.sizes[index]!;
    frame.blockCodeUnits = frame.codeUnits[index]! + nuls;
    frame.blockAllocated = frame.allocated[index];
    if (unpin !== undefined) unpin(frame);
    // The pointer that an allocator returned for an empty value need not be a block.
    if (release !== undefined && frame.blockPointer !== 0) release(frame);
  };
}

/** Describes the origin of a block's address, for errors: `"malloc" returned`. */
function sourceOf({ pointer, allocate }: Allocator, symbol: string): string {
  if (pointer === undefined) return `${quote(blockCallName(allocate, symbol))} returned`;
  return typeof pointer === "object" && "export" in pointer
    ? `${quote(pointer.export)} returned`
    : `${print(pointer)} for ${quote(blockCallName(allocate, symbol))} is`;
}

/**
 * Compiles finding the address of a block; in its place, "result" is what the allocator returned.
 */
function compileLocate(
  pointer: Value,
  instance: Instance,
  layout: FrameLayout,
): (frame: Frame, returned: CoreValue, byteLength: number) => CoreValue {
  const { withResult } = computed.module;
  // An empty block can be anywhere.
  const value = withResult(compileValue(pointer, instance, layout));
  const located = withResult(compilePointer(pointer, instance, layout, "write"));
  return (frame, returned, byteLength) => (byteLength > 0 ? located : value)(frame, returned);
}

/**
 * Compiles the growth of memory for a guest that uses memory above an address without growing it.
 */
function compileRoom(
  { above, perByte, plus = 0 }: Room,
  instance: Instance,
  layout: FrameLayout,
): (frame: Frame, byteLength: number) => void {
  const { memory } = instance;
  const address = compileOffset({ export: above }, instance, layout);
  return (frame, byteLength) => {
    const end = address(frame) + byteLength * perByte + plus;
    const { size } = memory;
    if (end > size) memory.grow(Math.ceil((end - size) / PAGE_SIZE));
  };
}

export { writeAllocate, writeTake } from "../code/allocate.ts";
export { writeFreeResult, writeGiveBack } from "../code/free.ts";
