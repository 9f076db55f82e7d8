import type { CapacityReport, CapacityRule, Fence } from "../conventions/capacity.ts";
import type { Place } from "../conventions/convention.ts";
import { GuestError, hex, quote } from "../errors.ts";
import type { GuestMemory } from "../memory.ts";
import { toOffset } from "../pointer.ts";
import { Claim, refuseClaimed } from "./claim.ts";
import type { Content } from "./content.ts";
import type { Frame, Realm } from "./realm.ts";
import type { Store, StoreOptions } from "./store.ts";
import { compileGetter, pointerOf } from "./values.ts";

/** A buffer of the guest's own: where it is, is asked once for each block. */
export interface BufferStore extends Store {
  /** Asks where the buffer is: a pointer that may be beyond memory. */
  locate(frame: Frame): number;
  /** How many bytes of a value fit into the buffer at `pointer`, beside a NUL that has to follow. */
  room(frame: Frame, pointer: number): number;
  /** Puts `value` into block `index`, which is the buffer at `pointer`. */
  putAt(frame: Frame, index: number, content: Content, value: unknown, pointer: number): void;
  /** The error for a value that needs `byteLength` bytes where there is room for `room`. */
  tooLarge(byteLength: number, room: number): RangeError;
  readonly capacity: BufferCapacity;
  /** Claims what lies at `pointer` until the call has ended; nothing where nobody could write there. */
  readonly claim:
    | ((claim: Claim, pointer: number, byteLength: number, capacity: number) => void)
    | undefined;
  /** Makes the claim of one block of a call. */
  claimOf(call: object): Claim;
  /** Gives up what block `index` claims, unless a result is read there. */
  unclaim(frame: Frame, index: number): void;
}

/** The guest's buffer, or pages that were added for the purpose: asked for anew each time. */
export function bufferStore(
  place: Place & { kind: "buffer" },
  realm: Realm,
  { symbol, terminated, align, turn, claims }: StoreOptions,
): BufferStore {
  const { memory } = realm;
  const locate = compileLocation(place, realm, symbol, turn);
  const capacity = new BufferCapacity(place, realm, symbol);
  const buffer = typeof place.pointer === "string" ? place.pointer : undefined;
  const isRead = claims?.isRead ?? false;

  const claimOf = (call: object): Claim =>
    new Claim(call, symbol, claims!.block, isRead ? buffer : undefined);

  const claim = claims && ((claim: Claim, pointer: number, byteLength: number, size: number) => {
    claim.pointer = pointer;
    // A result can be longer than the argument was.
    claim.end = pointer + (!isRead ? byteLength : capacity.exact ? size : Math.max(byteLength, 1));
    // The next chunk has the claim of the one before it.
    if (realm.claim === claim) return;
    claim.outer = realm.claim;
    realm.claim = claim;
  });

  /** Throws where a call in progress still needs what `byteLength` bytes would overwrite. */
  function refuse(frame: Frame, index: number, pointer: number, byteLength: number): void {
    if (realm.claim === undefined) return;
    const { action, coversOwn } = claims!;
    const end = pointer + byteLength;
    const intent = { call: frame, symbol, action, buffer, pointer, end, coversOwn };
    refuseClaimed(realm.claim, frame.claims[index], intent);
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
    if (claim !== undefined && realm.claim !== undefined) {
      const size = content.measure(value);
      const following = terminated === "never" ? 0 : content.unit;
      // What does not fit is refused for that.
      if (size <= room) refuse(frame, index, pointer, Math.min(size + following, byteLength));
    }
    const written = room < 0 ? -1 : content.write(value, pointer, room);
    if (written < 0) throw tooLarge(content.measure(value), Math.max(0, room));
    const isFollowed = terminated !== "never" && written + content.unit <= byteLength;
    if (isFollowed) memory.clear(pointer + written, content.unit);
    if (claim !== undefined) {
      const size = isFollowed ? written + content.unit : written;
      claim(frame.claims[index] ??= claimOf(frame), pointer, size, byteLength);
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
        claim(frame.claims[index] ??= claimOf(frame), pointer, byteLength, byteLength);
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
      if (own !== undefined && !isRead) own.end = own.pointer;
    },
  };
}

/** Where the buffer is: a pointer that may be beyond memory. */
function compileLocation(
  place: Place & { kind: "buffer" },
  realm: Realm,
  symbol: string,
  turn: number | undefined,
): (frame: Frame) => number {
  const { pointer, offset = 0 } = place;
  if (typeof pointer === "number") return () => pointer + offset;
  if (typeof pointer === "string") {
    const get = compileGetter(pointer, realm, symbol);
    const value = { export: pointer };
    return (frame) => pointerOf(get(frame), realm, "write", value, symbol) + offset;
  }
  let reserved: number | undefined;
  return () => (reserved ??= realm.reserve(pointer, turn)) + offset;
}

/**
 * How many bytes the buffer at a pointer holds. It is asked for again only where the buffer or the
 * end of memory has moved.
 */
export class BufferCapacity {
  byteLength = 0;
  /** Whether the buffer holds all of that for sure, or `byteLength` is no more than an upper bound. */
  exact = false;
  /** Where the buffer was, and how large the memory that held it, when this was found. */
  #pointer = -1;
  #size = -1;
  readonly #place: Place & { kind: "buffer" };
  readonly #memory: GuestMemory;
  readonly #rule: CapacityRule;
  readonly #report: CapacityReport;
  readonly #isConventions: boolean;
  readonly #hard: readonly Fence[];
  readonly #state: ((frame: Frame, pointer: number) => number | undefined) | undefined;

  constructor(place: Place & { kind: "buffer" }, realm: Realm, symbol: string) {
    const { rule, report, isConventions } = realm.capacity(place);
    this.#place = place;
    this.#memory = realm.memory;
    this.#rule = rule;
    this.#report = report;
    this.#isConventions = isConventions;
    this.#hard = rule.fences.filter((fence) => fence.hard);
    this.#state = compileSource(rule, place.offset ?? 0, realm, symbol);
  }

  /** Whether no call will learn more than an upper bound. */
  get isUnknown(): boolean {
    return this.#rule.source === undefined && !this.#rule.header;
  }

  /** The error for what needs the capacity itself, and not an upper bound. */
  inexactError(action: string, symbol: string): GuestError {
    const { pointer, offset } = this.#place;
    const shown = JSON.stringify(pointer);
    const cure = this.#isConventions
      ? `convention: staticBuffer({ pointer: ${shown}, capacity: … })`
      : `place: { kind: "buffer", pointer: ${shown}${
        offset === undefined ? "" : `, offset: ${offset}`
      }, capacity: … }`;
    return new GuestError(
      "signature",
      `Cannot ${action} ${quote(symbol)}: how many bytes the guest's buffer ` +
        `${typeof pointer === "number" ? `at ${hex(pointer)}` : shown} holds is not known ` +
        `(${this.#report.reason}), expected ${cure}`,
      { export: symbol },
    );
  }

  /** The capacity in bytes of the buffer at `pointer`, or -1 where it has to be asked for. */
  known(pointer: number): number {
    return pointer === this.#pointer && this.#memory.size === this.#size ? this.byteLength : -1;
  }

  /**
   * The capacity in bytes of the buffer at `pointer`, all of which is within memory.
   *
   * @throws {MemoryRangeError} if it is not.
   */
  within(frame: Frame, pointer: number): number {
    const { byteLength } = this.at(frame, pointer);
    this.#memory.check("write", pointer, byteLength);
    return byteLength;
  }

  /** The capacity of the buffer at `pointer`: what is stated of it may reach beyond memory. */
  at(frame: Frame, pointer: number): this {
    if (this.known(pointer) >= 0) return this;
    const { size } = this.#memory;
    if (pointer > size) this.#memory.check("write", pointer, 1);
    const stated = this.#state?.(frame, pointer);
    this.#find(pointer, size, stated);
    // What is not within memory is looked at anew each time, and refused.
    this.#pointer = pointer + this.byteLength <= size ? pointer : -1;
    this.#size = size;
    return this;
  }

  #find(pointer: number, size: number, stated: number | undefined): void {
    const rule = this.#rule;
    const report = this.#report;
    const fence = nextAbove(rule.fences, pointer, size);
    const reach = (nextAbove(this.#hard, pointer, size)?.address ?? size) - pointer;
    // A size that nobody vouched for is not believed where it can not be one.
    const exact = stated !== undefined && (!rule.found || (stated > 0 && stated <= reach));
    if (pointer < (rule.lowest ?? 0) && !exact) throw lowError(this.#place, pointer, rule.lowest!);
    this.exact = exact;
    this.byteLength = exact ? stated : (fence?.address ?? size) - pointer;
    report.kind = exact ? "exact" : "upper bound";
    report.byteLength = this.byteLength;
    const ends = fence === undefined
      ? "memory ends there"
      : `${fence.what} is at ${hex(fence.address)}`;
    report.reason = exact ? reasonOf(rule) : `${ends}, and ${doubtOf(rule, stated)}`;
  }
}

function lowError(
  { pointer }: Place & { kind: "buffer" },
  found: number,
  lowest: number,
): GuestError {
  const problem = found === 0
    ? "is a null pointer"
    : `gives ${hex(found)}, which is below the guest's data at ${hex(lowest)}`;
  return new GuestError(
    "null-pointer",
    `Cannot write into the guest's buffer: ${quote(String(pointer))} ${problem}, expected ` +
      "an address; a buffer has to be asked for first where it is handed out",
  );
}

/** The first fence above a pointer and within memory; they are in ascending order. */
function nextAbove(fences: readonly Fence[], pointer: number, size: number): Fence | undefined {
  let low = 0, high = fences.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fences[middle]!.address > pointer) high = middle;
    else low = middle + 1;
  }
  const fence = fences[low];
  return fence !== undefined && fence.address < size ? fence : undefined;
}

function reasonOf({ header, reason }: CapacityRule): string {
  return header ? "the object header of AssemblyScript" : reason;
}

function doubtOf({ source, reason }: CapacityRule, stated: number | undefined): string {
  return stated === undefined || typeof source !== "object"
    ? reason
    : `${quote(source.export)} states ${stated}, which can not be`;
}

function compileSource(
  { source, header }: CapacityRule,
  offset: number,
  realm: Realm,
  symbol: string,
): ((frame: Frame, pointer: number) => number | undefined) | undefined {
  const { memory } = realm;
  if (header) {
    return (_frame, pointer) => {
      const byteLength = objectSize(memory, pointer - offset);
      return byteLength && byteLength - offset;
    };
  }
  if (source === undefined) return undefined;
  if (typeof source === "number") return () => source;
  const get = compileGetter(source.export, realm, symbol);
  // What the guest states is of its whole buffer.
  if (source.holds !== "address") return (frame) => toOffset(get(frame)) - offset;
  return (frame) => memory.read("u32", get(frame)) - offset;
}

/**
 * The size of the object of AssemblyScript's at a pointer, where it has the header of one:
 * https://www.assemblyscript.org/runtime.html#memory-layout.
 */
function objectSize(memory: GuestMemory, pointer: number): number | undefined {
  if (pointer < 20 || pointer % 16 !== 0) return undefined;
  const byteLength = memory.read("u32", pointer - 4);
  // The two lowest bits are flags of the allocator; a block ends 4 bytes before the next header.
  const block = memory.read("u32", pointer - 20) & ~3;
  const needed = Math.ceil((byteLength + 20) / 16) * 16 - 4;
  return block >= needed && block % 16 === 12 ? byteLength : undefined;
}
