import type { AddressPlace, BlockCall, BlockSource } from "../../abi/block_source.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import { Claim, type Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { isEach, isReserved } from "../../plan/plan_blocks.ts";
import { unitOf } from "../content.ts";
import type { Content } from "../content_type.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { allocator, claiming, managedEngine, stack } from "../on_demand.ts";
import { besideOf, compileGetter, compilePointer, layoutOf, pointerOf } from "../values.ts";
import type {
  BindOptions,
  BoundBuffer,
  BoundSource,
  BoundSources,
  Claims,
} from "./bound_source.ts";
import { BufferCapacity, lowError } from "./buffer_capacity.ts";

export function frameLayoutOf(
  { export: symbol, parameters, output }: PlanParts,
  address64: boolean,
): FrameLayout {
  return {
    area: parameters.length,
    output: parameters.length + 1,
    ...(output?.unit !== undefined && { capacityUnit: output.unit }),
    word: address64 ? 8 : 4,
    symbol,
    units: parameters.map((part) => part.kind === "text" ? unitOf(part.content, part.encoding) : 1),
  };
}

/**
 * Binds the source of each parameter of text or bytes, of the return area and of the output buffer.
 */
export function bindSources(
  { export: symbol, parameters, area, output }: PlanParts,
  instance: Instance,
  layout: FrameLayout,
  claims: Claims | undefined,
): BoundSources {
  const turns = new Map<unknown, number>();
  const handedOut: number[] = [];
  /** The options of a source that depend on the other blocks of the call. */
  const order = (place: BlockSource, index: number): Partial<BindOptions> => {
    if (place.kind === "allocator") {
      const claim = claims?.of(index, place);
      return { layout, before: handedOut.slice(0, handedOut.push(index) - 1), claims: claim };
    }
    if (place.kind !== "buffer") return { layout };
    const turn = turns.get(place.pointer) ?? 0;
    turns.set(place.pointer, turn + 1);
    return { layout, turn, claims: claims?.of(index, place) };
  };
  const sources: (BoundSource | undefined)[] = parameters.map((parameter, index) => {
    const beside = besideOf(index, parameters.length);
    if (parameter.kind === "strings") {
      const terminated = isEach(parameter) && parameter.terminated ? "always" : "never";
      const { place, free } = parameter;
      const options = { symbol, terminated, free, align: layout.word, beside } as const;
      return place.kind === "managedArray"
        ? managedEngine(instance).bindStrings(place, instance, options)
        : bindSource(place, instance, { ...options, ...order(place, index) });
    }
    if (parameter.kind === "compound") {
      const { place, free, align } = parameter;
      const options = { symbol, terminated: "never", free, align, beside } as const;
      return bindSource(place, instance, { ...options, ...order(place, index) });
    }
    if (parameter.kind !== "text") return undefined;
    const { place, terminated, free, content, encoding } = parameter;
    const element = typeof content === "object" ? content.element : undefined;
    const align = unitOf(content, encoding);
    const { unfreed } = parameter;
    const options = { symbol, terminated, free, align, beside, element, unfreed };
    return bindSource(place, instance, { ...options, ...order(place, index) });
  });
  type Block = { readonly place: BlockSource; readonly free?: BlockCall | undefined };
  const block = (part: Block | undefined, index: number, align: number) =>
    part && bindSource(part.place, instance, {
      symbol,
      terminated: "never",
      free: part.free,
      align,
      beside: besideOf(0, parameters.length),
      ...order(part.place, index),
    });
  sources[layout.area] = block(area, layout.area, layout.word);
  sources[layout.output] = block(output, layout.output, layout.capacityUnit ?? 1);
  return sources;
}

export function bindSource(
  place: BlockSource,
  instance: Instance,
  options: BindOptions,
): BoundSource {
  switch (place.kind) {
    case "buffer":
      return bindBuffer(place, instance, options);
    case "allocator":
      return allocator.module.bindAllocator(place, instance, options);
    case "managedArray":
      return managedEngine(instance).bindArray(place, instance, options);
    case "stack":
      return stack.module.bindStack(instance, options);
    case "reference":
      throw new TypeError("Cannot put a block into memory: the convention passes references");
  }
}

/**
 * Binds the guest's buffer, or pages that were added for data. The address is determined anew each
 * time.
 */
export function bindBuffer(
  place: BlockSource & { kind: "buffer" },
  instance: Instance,
  options: BindOptions,
): BoundBuffer {
  const { symbol, terminated, align, claims } = options;
  const { memory } = instance;
  const locate = compileLocation(place, instance, options);
  const capacity = new BufferCapacity(place, instance, symbol, options.layout);
  const buffer = typeof place.pointer === "string" ? place.pointer : undefined;
  const isRead = claims?.isRead ?? false;

  const claimOf = () => new Claim(symbol, claims!.block, isRead ? buffer : undefined);

  const claim = claims && ((claim: Claim, pointer: number, byteLength: number, size: number) => {
    claim.pointer = pointer;
    // The result can be longer than the argument.
    claim.end = pointer + (!isRead ? byteLength : capacity.exact ? size : Math.max(byteLength, 1));
    claim.outer = instance.claim;
    instance.claim = claim;
  });

  /** Throws if `byteLength` bytes would overwrite a range that a call in progress still needs. */
  function refuse(frame: Frame, pointer: number, byteLength: number): void {
    if (instance.claim === undefined) return;
    const { action } = claims!;
    const intent = { symbol, action, buffer, pointer, end: pointer + byteLength };
    claiming.module.refuseClaimed(instance.claim, frame.outerClaim, intent);
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
      // If a value does not fit, that error takes precedence over the claim.
      if (size <= room) refuse(frame, pointer, Math.min(size + following, byteLength));
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
        refuse(frame, pointer, byteLength);
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
  };
}

/** Finds the address of the buffer: a pointer that may be beyond memory. */
function compileLocation(
  place: BlockSource & { kind: "buffer" },
  instance: Instance,
  options: Pick<BindOptions, "symbol" | "layout" | "turn">,
): (frame: Frame) => number {
  const { symbol, turn } = options;
  const { pointer, offset = 0 } = place;
  if (typeof pointer === "number") return () => pointer + offset;
  if (typeof pointer === "string") {
    const get = compileGetter(pointer, instance, symbol);
    const value = { export: pointer };
    return (frame) => pointerOf(get(frame), instance, "write", value, symbol) + offset;
  }
  if (!isReserved(pointer)) {
    const get = compilePointer(
      pointer as AddressPlace,
      instance,
      layoutOf(options, instance),
      "write",
    );
    return (frame) => {
      const found = get(frame);
      if (found < instance.lowest) throw lowError(place, found, instance.lowest);
      return found + offset;
    };
  }
  let reserved: number | undefined;
  return () => (reserved ??= instance.reserve(pointer, turn)) + offset;
}
