import type { BlockCall, Place } from "../../abi/block_source.ts";
import type { OutputRecipe, Recipe } from "../../abi/recipe.ts";
import type { Value } from "../../abi/value.ts";
import { quote, show } from "../../base/show.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";
import type { Claims } from "../claim.ts";
import { unitOf } from "../content.ts";
import type { Layout } from "../frame_layout.ts";
import { managedEngine } from "../managed/engine.ts";
import { isEach } from "../string_array.ts";
import { compileOffset } from "../values.ts";
import { allocatorStore } from "./allocator.ts";
import { bufferStore } from "./buffer.ts";
import { stackStore } from "./stack.ts";
import type { Store, StoreOptions, Stores } from "./store.ts";

/** The block beside that of a parameter: for what a store keeps, or for one of several texts. */
export function besideOf(parameter: number, parameters: number): number {
  // The return area and the output buffer come behind the parameters.
  return parameters + 2 + parameter;
}

/** The store of each parameter of text or bytes, of the return area and of the output buffer. */
export function compileStores(
  { export: symbol, parameters, area, output, pieces }: Recipe,
  realm: Realm,
  layout: Layout,
  claims: Claims | undefined,
): Stores {
  const turns = new Map<unknown, number>();
  const handedOut: number[] = [];
  /** What a store is told of the other blocks of the call. */
  const order = (place: Place, index: number): Partial<StoreOptions> => {
    if (place.kind === "allocator") {
      // A block for each piece is asked for when those of all others are there.
      if (index === pieces?.parameter) return {};
      return { before: handedOut.slice(0, handedOut.push(index) - 1) };
    }
    if (place.kind !== "buffer") return {};
    const turn = turns.get(place.pointer) ?? 0;
    turns.set(place.pointer, turn + 1);
    return { turn, claims: claims?.of(index, place) };
  };
  const stores: (Store | undefined)[] = parameters.map((parameter, index) => {
    const beside = besideOf(index, parameters.length);
    if (parameter.kind === "strings") {
      const terminated = isEach(parameter) && parameter.terminated ? "always" : "never";
      const { place, free } = parameter;
      const options = { symbol, terminated, free, align: layout.word, beside } as const;
      return place.kind === "managedArray"
        ? managedEngine(realm).stringsStore(place, realm, options)
        : compileStore(place, realm, { ...options, ...order(place, index) });
    }
    if (parameter.kind !== "text") return undefined;
    const { place, terminated, free, content, encoding } = parameter;
    const element = typeof content === "object" ? content.element : undefined;
    const align = unitOf(content, encoding);
    const { unfreed } = parameter;
    const options = { symbol, terminated, free, align, beside, element, unfreed };
    return compileStore(place, realm, { ...options, ...order(place, index) });
  });
  type Block = { readonly place: Place; readonly free?: BlockCall | undefined };
  const block = (part: Block | undefined, index: number, align: number) =>
    part && compileStore(part.place, realm, {
      symbol,
      terminated: "never",
      free: part.free,
      align,
      beside: besideOf(0, parameters.length),
      ...order(part.place, index),
    });
  stores[layout.area] = block(area, layout.area, layout.word);
  stores[layout.output] = block(output, layout.output, 1);
  return stores;
}

/** The block of the call that a result's pointer is the beginning of, if it is one. */
export function findHolder(
  pointer: Value,
  { parameters }: Recipe,
  layout: Layout,
  stores: Stores,
): { readonly store: Store; readonly index: number } | undefined {
  let index = -1;
  if (pointer === "output") index = layout.output;
  else if (typeof pointer === "object" && "argument" in pointer) index = pointer.argument;
  else if (typeof pointer === "number" || (typeof pointer === "object" && "export" in pointer)) {
    const place = typeof pointer === "number" ? pointer : pointer.export;
    index = parameters.findIndex((parameter) =>
      parameter.kind === "text" && parameter.place.kind === "buffer" &&
      parameter.place.pointer === place
    );
  }
  const store = stores[index];
  return store && { store, index };
}

/** Compiles taking the return area. */
export function compileTakeArea(
  byteLength: number,
  { memory }: Realm,
  { area }: Layout,
  stores: Stores,
): (frame: Frame) => void {
  const store = stores[area]!;
  return (frame) => {
    store.take(frame, area, byteLength);
    // What the guest leaves unwritten must not be what another call left.
    memory.clear(frame.pointers[area]!, byteLength);
  };
}

/** Compiles a place of a convention. */
export function compileStore(place: Place, realm: Realm, options: StoreOptions): Store {
  switch (place.kind) {
    case "buffer":
      return bufferStore(place, realm, options);
    case "allocator":
      return allocatorStore(place, realm, options);
    case "managedArray":
      return managedEngine(realm).arrayStore(place, realm, options);
    case "stack":
      return stackStore(realm, options);
    case "reference":
      throw new TypeError("Cannot put a block into memory: the convention passes references");
  }
}

/** What taking an output buffer needs of the rest of the call. */
export interface OutputContext {
  readonly realm: Realm;
  readonly layout: Layout;
  readonly symbol: string;
  readonly store: Store;
  /** The call itself, its status and the length that it answers: to ask it for the size. */
  readonly invoke: FrameValue;
  readonly status: ((frame: Frame) => void) | undefined;
  readonly byteLength: FrameValue<number> | undefined;
}

/** Compiles taking the buffer that the guest writes its result into. */
export function compileTakeOutput(
  { capacity }: OutputRecipe,
  { realm, layout, symbol, store, invoke, status, byteLength }: OutputContext,
): (frame: Frame, args: readonly unknown[]) => void {
  const { output } = layout;
  if (capacity === "query") {
    return (frame) => {
      frame.pointers[output] = frame.sizes[output] = 0;
      frame.result = invoke(frame);
      status?.(frame);
      store.take(frame, output, byteLength!(frame));
    };
  }
  if (typeof capacity === "function") {
    return (frame, args) =>
      store.take(frame, output, checkCapacity(capacity(...args as never[]), symbol));
  }
  const size = compileOffset(capacity, realm, layout);
  return (frame) => store.take(frame, output, size(frame));
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
