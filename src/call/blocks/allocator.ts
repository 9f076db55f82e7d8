import type { BlockSource, Room } from "../../abi/block_source.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { GuestError } from "../../base/errors.ts";
import { hex, quote } from "../../base/show.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import type { Value } from "../../abi/value.ts";
import { Claim, type Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { FARTHEST, PAGE_SIZE, toOffset } from "../../memory/pointer.ts";
import { print } from "../../presets/preset_options.ts";
import { MOST_BYTES } from "../code/allocate.ts";
import {
  compileOffset,
  compilePointer,
  compileValue,
  computed,
  layoutOf,
  pointerOf,
} from "../values.ts";
import { tellUnfreed } from "../unfreed.ts";
import { blockCallName, compileBlockCall, isAbsent, passes, readsAtResult } from "./block_call.ts";
import { compileFree } from "./release.ts";
import type { BindOptions, BlockClaims, BoundSource, ClaimOptions } from "./bound_source.ts";

type Allocator = BlockSource & { readonly kind: "allocator" };

/** Binds an allocator: each block is exactly as large as it has to be. */
export function bindAllocator(
  place: BlockSource & { kind: "allocator" },
  instance: Instance,
  options: BindOptions,
): BoundSource {
  const { symbol, terminated, free, align, before = [], unfreed, beside, claims } = options;
  const { memory } = instance;
  const layout = layoutOf(options, instance);
  const isLocated = place.pointer !== undefined;
  const compile = (call: typeof place.allocate, purpose: "allocate" | "free") =>
    compileBlockCall(call, instance, { purpose, symbol, isLocated, layout });
  const freeing = { symbol, align, layout };
  const allocate = compile(place.allocate, "allocate");
  const locate = place.pointer === undefined
    ? undefined
    : compileLocate(place.pointer, instance, layout);
  const passesAllocated = passes(free, "allocated");
  // There is no struct with the address if there is no memory for it.
  const isAtResult = readsAtResult(place);
  const pin = place.pin === undefined ? undefined : compile(place.pin, "free");
  const unpin = place.unpin === undefined ? undefined : compileFree(place.unpin, instance, freeing);
  const release = free === undefined || isAbsent(free, instance, symbol)
    ? undefined
    : compileFree(free, instance, freeing);
  const holds = release !== undefined || unpin !== undefined;
  const teller = tellerOf(place, symbol);
  const makeRoom = place.room === undefined ? undefined : compileRoom(place.room, instance, layout);

  const most = instance.address64 ? Infinity : MOST_BYTES;

  function outOfMemory(byteLength: number): GuestError {
    return new GuestError(
      "out-of-memory",
      `Cannot allocate ${byteLength} bytes for ${quote(symbol)}: ` +
        (byteLength > most
          ? `the guest's memory is 32-bit, expected at most ${most}`
          : `${teller} 0, expected a pointer` + tellUnfreed(instance, 0)),
      { export: symbol },
    );
  }

  function overlapError(pointer: number, byteLength: number, held: number): GuestError {
    return new GuestError(
      "overrun",
      `Cannot allocate ${byteLength} bytes for ${quote(symbol)}: ${teller} ` +
        `${hex(pointer)}, where the call still uses the block at ${hex(held)}, expected one of ` +
        "its own",
      { export: symbol },
    );
  }

  function busyError(pointer: number, byteLength: number, { symbol: held, keeper }: Claim) {
    return new GuestError(
      "busy",
      `Cannot allocate ${byteLength} bytes for ${quote(symbol)}: ${teller} ` +
        `${hex(pointer)}, where the call of ${quote(held)} in progress still uses a block, ` +
        "expected one of its own, or a call after that one has ended" +
        (keeper === "host, for ever"
          ? `, or ${quote("guest")} as what frees the arguments of ${quote(held)}`
          : ""),
      { export: symbol },
    );
  }

  const blockClaims = claims && bindClaims(claims, instance, symbol, busyError);
  const hasNoEmpty = place.empty === "none";
  const to = `to ${quote(symbol)}`;
  // An allocator that counts code units has to include the NUL in its count.
  const nuls = terminated === "always" ? 1 : 0;

  function acquire(frame: Frame, index: number, byteLength: number, own = align): number {
    if (hasNoEmpty && byteLength === 0) {
      frame.sizes[index] = 0;
      // As in Rust, the pointer to an empty value is aligned and not null.
      return frame.pointers[index] = own;
    }
    if (byteLength > most) throw outOfMemory(byteLength);
    if (makeRoom !== undefined) makeRoom(frame, byteLength);
    frame.blockByteLength = byteLength;
    frame.blockAlign = own;
    const returned = allocate(frame);
    if (passesAllocated) frame.allocated[index] = returned;
    if (isAtResult && byteLength > 0 && Number(returned) === 0) throw outOfMemory(byteLength);
    const found = locate === undefined ? returned : locate(frame, returned, byteLength);
    let pointer = toOffset(found as number | bigint);
    if (byteLength === 0 && pointer >= FARTHEST) {
      // A number cannot represent that pointer exactly, and there is no block there.
      frame.sizes[index] = 0;
      return frame.pointers[index] = own;
    }
    if (byteLength > 0) {
      pointer = pointerOf(found as number | bigint, instance, "write");
      if (pointer === 0) throw outOfMemory(byteLength);
      memory.check("write", pointer, byteLength);
      for (let at = 0; at < before.length; at++) {
        const other = before[at]!;
        const start = frame.pointers[other]!;
        if (pointer < start + frame.sizes[other]! && start < pointer + byteLength) {
          throw overlapError(pointer, byteLength, start);
        }
      }
    }
    if (blockClaims !== undefined) {
      const { claimOf, claim } = blockClaims;
      // Each of several texts has its own block, besides that of the parameter.
      const own = index === beside ? claimOf() : frame.claims[index] ??= claimOf();
      claim(frame.outerClaim, pointer, byteLength, own);
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
    outOfMemory,
    overlap: overlapError,
    claims: blockClaims,
    put(frame, index, content, value) {
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
    },
    take(frame, index, byteLength, own) {
      frame.blockCodeUnits = frame.codeUnits[index] = byteLength;
      acquire(frame, index, byteLength, own);
      frame.byteLengths[index] = byteLength;
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
    ...(holds && {
      release(frame: Frame, index: number) {
        if (!frame.held[index]) return;
        frame.held[index] = false;
        frame.blockPointer = frame.pointers[index]!;
        frame.blockByteLength = frame.sizes[index]!;
        frame.blockCodeUnits = frame.codeUnits[index]! + nuls;
        frame.blockAllocated = frame.allocated[index];
        if (unpin !== undefined) unpin(frame);
        // The pointer that an allocator returned for an empty value need not be a block.
        if (release !== undefined && frame.blockPointer !== 0) release(frame);
      },
    }),
  };
}

/** Describes the origin of a block's address, for errors: `"malloc" returned`. */
function tellerOf({ pointer, allocate }: Allocator, symbol: string): string {
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

/** Makes the claims of one parameter, return area or output buffer. */
function bindClaims(
  { block, keeper }: ClaimOptions,
  instance: Instance,
  symbol: string,
  busyError: (pointer: number, byteLength: number, claim: Claim) => GuestError,
): BlockClaims {
  const claimOf = () => new Claim(symbol, block, undefined, keeper);
  return {
    claimOf,
    claim(outer, pointer, byteLength, claim = claimOf()) {
      const met = findMet(outer, pointer, byteLength);
      if (met !== undefined) throw busyError(pointer, byteLength, met);
      claim.pointer = pointer;
      claim.end = byteLength > 0 ? pointer + byteLength : 0;
      claim.outer = instance.claim;
      instance.claim = claim;
    },
  };
}

/** Finds a claim that a block overlaps, among `claims` and those before it. */
function findMet(
  claims: Claim | undefined,
  pointer: number,
  byteLength: number,
): Claim | undefined {
  if (byteLength === 0) return undefined;
  let claim = claims;
  while (claim !== undefined && !(pointer < claim.end && claim.pointer < pointer + byteLength)) {
    claim = claim.outer;
  }
  return claim;
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
