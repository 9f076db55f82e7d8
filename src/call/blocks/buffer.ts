import type { BlockSource } from "../../abi/block_source.ts";
import { quote } from "../../base/show.ts";
import { Claim, type Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { refuseClaimed } from "../claim.ts";
import type { Content } from "../content.ts";
import { compileGetter, pointerOf } from "../values.ts";
import { BufferCapacity } from "./buffer_capacity.ts";
import type { BindOptions, BoundBuffer } from "./bound_source.ts";

/**
 * Binds the guest's buffer, or pages that were added for data: the address is found anew each time.
 */
export function bindBuffer(
  place: BlockSource & { kind: "buffer" },
  instance: Instance,
  { symbol, terminated, align, turn, claims }: BindOptions,
): BoundBuffer {
  const { memory } = instance;
  const locate = compileLocation(place, instance, symbol, turn);
  const capacity = new BufferCapacity(place, instance, symbol);
  const buffer = typeof place.pointer === "string" ? place.pointer : undefined;
  const isRead = claims?.isRead ?? false;

  const claimOf = () => new Claim(symbol, claims!.block, isRead ? buffer : undefined);

  const claim = claims && ((claim: Claim, pointer: number, byteLength: number, size: number) => {
    claim.pointer = pointer;
    // The result can be longer than the argument.
    claim.end = pointer + (!isRead ? byteLength : capacity.exact ? size : Math.max(byteLength, 1));
    // The next chunk keeps the claim of the one before it.
    if (instance.claim === claim) return;
    claim.outer = instance.claim;
    instance.claim = claim;
  });

  /** Throws if `byteLength` bytes would overwrite a range that a call in progress still needs. */
  function refuse(frame: Frame, index: number, pointer: number, byteLength: number): void {
    if (instance.claim === undefined) return;
    const { action, coversOwn } = claims!;
    const end = pointer + byteLength;
    const intent = { symbol, action, buffer, pointer, end, coversOwn };
    refuseClaimed(instance.claim, frame.outerClaim, frame.claims[index], intent);
  }

  function putAt(
    frame: Frame,
    index: number,
    content: Content,
    value: unknown,
    pointer: number,
  ): void {
    const byteLength = capacity.within(frame, pointer);
    const nul = terminated === "always" ? content.unit : 0;
    if (nul > 0) content.refuseNul(value);
    const room = byteLength - nul;
    if (claim !== undefined && instance.claim !== undefined) {
      const size = content.measure(value);
      const following = terminated === "never" ? 0 : content.unit;
      // If a value does not fit, that is the error, and not the claim.
      if (size <= room) refuse(frame, index, pointer, Math.min(size + following, byteLength));
    }
    const written = room < 0 ? -1 : content.write(value, pointer, room);
    if (written < 0) throw tooLarge(content.measure(value), Math.max(0, room));
    const isFollowed = terminated !== "never" && written + content.unit <= byteLength;
    if (isFollowed) memory.clear(pointer + written, content.unit);
    if (claim !== undefined) {
      const size = isFollowed ? written + content.unit : written;
      claim(frame.claims[index] ??= claimOf(), pointer, size, byteLength);
    }
    frame.pointers[index] = pointer;
    frame.byteLengths[index] = written;
    frame.codeUnits[index] = content.codeUnits(value, written);
    frame.sizes[index] = byteLength;
  }

  function tooLarge(byteLength: number, room: number): RangeError {
    const { exact, byteLength: whole } = capacity;
    return new RangeError(
      `Cannot pass ${byteLength} bytes to ${quote(symbol)}: the guest's buffer holds ` +
        (exact ? "" : "at most ") + (room === whole ? whole : `${room} and a NUL`),
    );
  }

  return {
    get buffer() {
      return this;
    },
    put: (frame, index, content, value) => putAt(frame, index, content, value, locate(frame)),
    take(frame, index, byteLength) {
      const pointer = locate(frame);
      const room = capacity.at(frame, pointer).byteLength;
      if (byteLength > room) {
        const most = capacity.exact ? room : `at most ${room}`;
        throw new RangeError(
          `Cannot take ${byteLength} bytes for the result of ${quote(symbol)}: ` +
            `the guest's buffer holds ${most}`,
        );
      }
      frame.pointers[index] = memory.check("write", pointer, byteLength);
      if (claim !== undefined) {
        refuse(frame, index, pointer, byteLength);
        claim(frame.claims[index] ??= claimOf(), pointer, byteLength, byteLength);
      }
      frame.sizes[index] = frame.byteLengths[index] = byteLength;
    },
    capacityAt: (frame, _index, pointer) => capacity.at(frame, pointer).byteLength,
    locate,
    room(frame, pointer) {
      const { byteLength } = capacity.at(frame, pointer);
      return terminated === "always" ? Math.max(0, byteLength - align) : byteLength;
    },
    putAt,
    tooLarge,
    capacity,
    claim,
    claimOf,
    unclaim(frame, index) {
      const own = frame.claims[index];
      if (own !== undefined && !isRead) own.end = 0;
    },
  };
}

/** Finds the address of the buffer: a pointer that may be beyond memory. */
function compileLocation(
  place: BlockSource & { kind: "buffer" },
  instance: Instance,
  symbol: string,
  turn: number | undefined,
): (frame: Frame) => number {
  const { pointer, offset = 0 } = place;
  if (typeof pointer === "number") return () => pointer + offset;
  if (typeof pointer === "string") {
    const get = compileGetter(pointer, instance, symbol);
    const value = { export: pointer };
    return (frame) => pointerOf(get(frame), instance, "write", value, symbol) + offset;
  }
  let reserved: number | undefined;
  return () => (reserved ??= instance.reserve(pointer, turn)) + offset;
}
