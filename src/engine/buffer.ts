import type { Place } from "../conventions/convention.ts";
import { quote } from "../errors.ts";
import { toOffset } from "../pointer.ts";
import { BufferCapacity } from "./buffer_capacity.ts";
import type { Content } from "./content.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import type { Store, StoreOptions } from "./store.ts";
import { compileGetter } from "./values.ts";

/** The guest's buffer, or pages that were added for the purpose: asked for anew each time. */
export function bufferStore(
  place: Place & { kind: "buffer" },
  realm: Realm,
  { symbol, terminated }: StoreOptions,
): Store {
  const { memory } = realm;
  const locate = compileLocation(place, realm);
  const capacity = new BufferCapacity(place, realm);

  function put(frame: Frame, index: number, content: Content, value: unknown): void {
    const pointer = locate(frame);
    const byteLength = capacity.within(frame, pointer);
    const nul = terminated === "always" ? content.unit : 0;
    if (nul > 0) content.refuseNul(value);
    const room = byteLength - nul;
    const written = room < 0 ? -1 : content.write(value, pointer, room);
    if (written < 0) throw tooLarge(content.measure(value), symbol, capacity, Math.max(0, room));
    if (terminated !== "never" && written + content.unit <= byteLength) {
      memory.clear(pointer + written, content.unit);
    }
    frame.pointers[index] = pointer;
    frame.byteLengths[index] = written;
    frame.codeUnits[index] = content.codeUnits(value, written);
    frame.sizes[index] = byteLength;
  }

  return {
    put,
    take(frame, index, byteLength) {
      const pointer = locate(frame);
      const room = capacity.at(frame, pointer).byteLength;
      if (byteLength > room) throw tooLarge(byteLength, symbol, capacity, room);
      frame.pointers[index] = memory.check("write", pointer, byteLength);
      frame.sizes[index] = frame.byteLengths[index] = byteLength;
    },
    capacity,
    capacityAt: (frame, _index, pointer) => capacity.at(frame, pointer).byteLength,
    room: (frame) => capacity.at(frame, locate(frame)).byteLength,
  };
}

/** Where the buffer is: a pointer that may be beyond memory. */
function compileLocation(
  place: Place & { kind: "buffer" },
  realm: Realm,
): (frame: Frame) => number {
  const { pointer, offset = 0 } = place;
  if (typeof pointer === "number") return () => pointer + offset;
  if (typeof pointer === "string") {
    const get = compileGetter(pointer, realm);
    return (frame) => toOffset(get(frame)) + offset;
  }
  let reserved: number | undefined;
  return () => (reserved ??= realm.reserve(pointer.reserve)) + offset;
}

function tooLarge(
  byteLength: number,
  symbol: string,
  { exact, byteLength: capacity }: BufferCapacity,
  room: number,
): RangeError {
  return new RangeError(
    `Cannot pass ${byteLength} bytes to ${quote(symbol)}: the guest's buffer holds ` +
      (exact ? "" : "at most ") + (room === capacity ? capacity : `${room} and a NUL`),
  );
}
