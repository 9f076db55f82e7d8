import type { CapacityRule } from "../conventions/capacity.ts";
import type { Place } from "../conventions/convention.ts";
import { hex, quote } from "../errors.ts";
import { toOffset } from "../pointer.ts";
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
  const capacityOf = compileCapacity(place, realm);

  function put(frame: Frame, index: number, content: Content, value: unknown): void {
    const pointer = locate(frame);
    const capacity = capacityOf(frame, pointer);
    memory.check("write", pointer, capacity);
    if (terminated === "always") content.refuseNul(value);
    const room = terminated === "always" ? Math.max(0, capacity - content.unit) : capacity;
    const written = content.write(value, pointer, room);
    if (written < 0) throw tooLarge(content.measure(value), symbol, room, capacity);
    if (terminated === "always" && room === capacity) throw tooLarge(0, symbol, room, capacity);
    if (terminated !== "never" && written + content.unit <= capacity) {
      memory.clear(pointer + written, content.unit);
    }
    frame.pointers[index] = pointer;
    frame.byteLengths[index] = written;
    frame.codeUnits[index] = content.codeUnits(value, written);
    frame.sizes[index] = capacity;
  }

  return {
    put,
    take(frame, index, byteLength) {
      const pointer = locate(frame);
      const capacity = capacityOf(frame, pointer);
      if (byteLength > capacity) throw tooLarge(byteLength, symbol, capacity, capacity);
      frame.pointers[index] = memory.check("write", pointer, byteLength);
      frame.sizes[index] = frame.byteLengths[index] = byteLength;
    },
    capacityAt: (frame, _index, pointer) => capacityOf(frame, pointer),
    room: (frame) => capacityOf(frame, locate(frame)),
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

/**
 * The capacity of the buffer at a pointer. It is asked for again only where the buffer or the end
 * of memory has moved.
 */
function compileCapacity(
  place: Place & { kind: "buffer" },
  realm: Realm,
): (frame: Frame, pointer: number) => number {
  const { memory } = realm;
  const { rule, report } = realm.capacity(place);
  const ask = compileSource(rule, realm);
  let lastPointer = -1;
  let lastSize = -1;
  let capacity = 0;

  return (frame, pointer) => {
    const size = memory.size;
    if (pointer > size) memory.check("write", pointer, 1);
    if (pointer === lastPointer && size === lastSize) return capacity;
    const fence = rule.fences.find(({ address }) => address > pointer);
    const bound = Math.max(0, Math.min(fence?.address ?? size, size) - pointer);
    const stated = ask?.(frame, pointer);
    // A size that nobody vouched for is not believed where it can not be one.
    const exact = stated !== undefined && (!rule.found || (stated > 0 && stated <= bound));
    capacity = exact ? stated : bound;
    report.kind = exact ? "exact" : "upper bound";
    report.byteLength = capacity;
    report.reason = exact
      ? rule.reason
      : (fence !== undefined && fence.address < size
        ? `${fence.what} is at ${hex(fence.address)}`
        : "memory ends there") +
        (stated === undefined ? "" : `; ${rule.reason}, but it is ${stated}`);
    lastPointer = pointer;
    lastSize = size;
    return capacity;
  };
}

function compileSource(
  rule: CapacityRule,
  realm: Realm,
): ((frame: Frame, pointer: number) => number) | undefined {
  const { memory } = realm;
  const { source } = rule;
  if (rule.header) return (_frame, pointer) => memory.read("u32", pointer - 4);
  if (source === undefined) return undefined;
  if (typeof source === "number") return () => source;
  const get = compileGetter(source.export, realm);
  if (source.holds !== "address") return (frame) => toOffset(get(frame));
  return (frame) => memory.read("u32", get(frame));
}

function tooLarge(byteLength: number, symbol: string, room: number, capacity: number): RangeError {
  return new RangeError(
    `Cannot pass ${byteLength} bytes to ${quote(symbol)}: the guest's buffer holds ${room}` +
      (room === capacity ? "" : " and a NUL"),
  );
}
