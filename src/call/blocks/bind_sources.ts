import type { BlockCall, BlockSource } from "../../abi/block_source.ts";
import type { OutputPlan, PlanParts } from "../../abi/plan_parts.ts";
import { quote, show } from "../../base/show.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { isEach, type Run } from "../call_parts.ts";
import type { Claims } from "../claim.ts";
import { unitOf } from "../content.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { managedEngine } from "../managed/engine.ts";
import { allocator, stack } from "../on_demand.ts";
import { compileOffset } from "../values.ts";
import { bindBuffer } from "./buffer.ts";
import type { BindOptions, BoundSource, BoundSources } from "./bound_source.ts";

/**
 * Returns the index of the second block of a parameter, for the contents of an object or for one of
 * several texts.
 */
export function besideOf(parameter: number, parameters: number): number {
  // The return area and the output buffer come after the parameters.
  return parameters + 2 + parameter;
}

/**
 * Binds the source of each parameter of text or bytes, of the return area and of the output buffer.
 */
export function bindSources(
  { export: symbol, parameters, area, output, chunked }: PlanParts,
  instance: Instance,
  layout: FrameLayout,
  claims: Claims | undefined,
): BoundSources {
  const turns = new Map<unknown, number>();
  const handedOut: number[] = [];
  /** The options of a source, with what it has to know of the other blocks of the call. */
  const order = (place: BlockSource, index: number): Partial<BindOptions> => {
    if (place.kind === "allocator") {
      const claim = claims?.of(index, place);
      // The block of a chunk is allocated when all other blocks are there.
      if (index === chunked?.parameter) return { claims: claim };
      return { before: handedOut.slice(0, handedOut.push(index) - 1), claims: claim };
    }
    if (place.kind !== "buffer") return {};
    const turn = turns.get(place.pointer) ?? 0;
    turns.set(place.pointer, turn + 1);
    return { turn, claims: claims?.of(index, place) };
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
  sources[layout.output] = block(output, layout.output, 1);
  return sources;
}

/** Compiles taking the return area. */
export function compileTakeArea(
  byteLength: number,
  { memory }: Instance,
  { area }: FrameLayout,
  sources: BoundSources,
): (frame: Frame) => void {
  const source = sources[area]!;
  return (frame) => {
    source.take(frame, area, byteLength);
    // Clear the area, so that words that the guest does not write are not those of another call.
    memory.clear(frame.pointers[area]!, byteLength);
  };
}

/** Compiles a block source of a convention. */
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

/** The parts of the call that taking an output buffer needs. */
export interface OutputContext {
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly symbol: string;
  readonly source: BoundSource;
  /** Fills the return area, which may have the address of the output buffer. */
  readonly fill?: Run | undefined;
  /** The call itself, its status and its length, to ask for the size. */
  readonly invoke: FrameValue;
  readonly status: ((frame: Frame) => void) | undefined;
  readonly byteLength: FrameValue<number> | undefined;
}

/** Compiles taking the buffer that the export writes its result into. */
export function compileTakeOutput(
  { capacity }: OutputPlan,
  { instance, layout, symbol, source, fill, invoke, status, byteLength }: OutputContext,
): Run {
  const { output } = layout;
  if (capacity === "query") {
    return (frame) => {
      frame.pointers[output] = frame.sizes[output] = 0;
      fill?.(frame);
      frame.result = invoke(frame);
      status?.(frame);
      source.take(frame, output, byteLength!(frame));
    };
  }
  if (typeof capacity === "function") {
    return (frame) =>
      source.take(frame, output, checkCapacity(capacity(...frame.args as never[]), symbol));
  }
  const size = compileOffset(capacity, instance, layout);
  return (frame) => source.take(frame, output, size(frame));
}

function checkCapacity(capacity: unknown, symbol: string): number {
  if (typeof capacity === "number" && capacity >= 0 && Number.isSafeInteger(capacity)) {
    return capacity;
  }
  throw new RangeError(
    `Cannot take an output buffer for ${quote(symbol)}: its capacity is ${show(capacity)}, ` +
      "expected a number of bytes",
  );
}
