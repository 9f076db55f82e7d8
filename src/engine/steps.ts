import type { Value } from "../conventions/convention.ts";
import { refuseTrailingNul } from "../c_string.ts";
import type { OutputRecipe, ParameterRecipe, Recipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { NUMERIC_TYPES, show } from "../numbers.ts";
import { compileContent, encodeText } from "./content.ts";
import type { Frame } from "./frame.ts";
import { compileInvoke, type Pick } from "./invoke.ts";
import { compileLift } from "./lift.ts";
import { compileLowerNumber } from "./numbers.ts";
import { compileOwnInvoke, compileOwnLower, releaseOwn } from "./own.ts";
import { compilePieces } from "./pieces.ts";
import { type CoreFunction, exportedFunction, type Realm } from "./realm.ts";
import { compileSlot } from "./slots.ts";
import { compileStatus } from "./status.ts";
import { compileStore, type Store } from "./store.ts";
import { compileOffset, type Layout } from "./values.ts";

/** The steps of a call, in their order; each is compiled once for an instance. */
export interface Steps {
  /** One for each parameter: checks it and puts it where the guest wants it. */
  readonly lower: readonly ((frame: Frame, value: unknown) => void)[];
  /** Takes a return area and an output buffer. */
  readonly prepare: ((frame: Frame, args: readonly unknown[]) => void) | undefined;
  /** Calls the guest. */
  readonly invoke: Pick;
  /** Checks the status and lifts the result. */
  readonly finish: Pick;
  /** Gives back what the call holds. */
  readonly release: (frame: Frame) => void;
  /** Whether blocks are taken from the guest's stack. */
  readonly usesStack: boolean;
}

/** Compiles a recipe; `wrap` makes something else of the export before it is called. */
export function compileSteps(
  recipe: Recipe,
  realm: Realm,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): Steps {
  const symbol = recipe.export;
  const { parameters, area, output } = recipe;
  const word = realm.address64 ? 8 : 4;
  const layout: Layout = { area: parameters.length, output: parameters.length + 1, word };
  const stores = compileStores(recipe, realm, layout);
  const type = realm.functionType(symbol);
  const slots = recipe.slots.map((slot, index) => compileSlot(slot, index, type, layout));
  const pieces = recipe.pieces && stores[recipe.pieces.parameter];
  const invoke = recipe.own !== undefined
    ? compileOwnInvoke(recipe, realm, wrap)
    : pieces !== undefined
    ? compilePieces(recipe, realm, layout, pieces)
    : compileInvoke(wrap(exportedFunction(realm, symbol)), slots);
  const holder = (pointer: Value) => findHolder(pointer, recipe, layout, stores);
  const context = {
    realm,
    layout,
    symbol,
    block: layout.output + 1 + parameters.length,
    holder,
    own: recipe.own,
  };
  const status = recipe.status && compileStatus(recipe.status, recipe, context);
  const { lift, byteLength, releaseResult } = compileLift(recipe.result, context);
  const releases = stores.map((store, index) => {
    const release = store?.release;
    return release && ((frame: Frame) => release(frame, index));
  });
  const own = recipe.own && releaseOwn(recipe);
  const all = [releaseResult, own, ...releases].filter((release) => release !== undefined);
  const takeArea = area && compileTakeArea(area.words * word, realm, layout, stores);
  const takeOutput = output && compileTakeOutput(output);

  function compileTakeOutput({ capacity }: OutputRecipe) {
    const store = stores[layout.output]!;
    const { output } = layout;
    if (capacity === "query") {
      return (frame: Frame) => {
        frame.pointers[output] = frame.sizes[output] = 0;
        frame.result = invoke(frame);
        if (status !== undefined) status(frame);
        store.take(frame, output, byteLength!(frame));
      };
    }
    if (typeof capacity === "function") {
      return (frame: Frame, args: readonly unknown[]) =>
        store.take(frame, output, checkCapacity(capacity(...args as never[]), symbol));
    }
    const size = compileOffset(capacity, realm, layout);
    return (frame: Frame) => store.take(frame, output, size(frame));
  }

  return {
    lower: parameters.map((parameter, index) =>
      compileLower(parameter, index, recipe, realm, stores[index])
    ),
    prepare: takeArea === undefined && takeOutput === undefined ? undefined : (frame, args) => {
      takeArea?.(frame);
      takeOutput?.(frame, args);
    },
    invoke,
    finish: status === undefined ? lift : (frame) => {
      status(frame);
      return lift(frame);
    },
    release(frame) {
      for (let index = 0; index < all.length; index++) all[index]!(frame);
    },
    usesStack: [...parameters, area, output].some((part) =>
      part !== undefined && "place" in part && part.place.kind === "stack"
    ),
  };
}

/** The store of each parameter of text or bytes, of the return area and of the output buffer. */
function compileStores(
  { export: symbol, parameters, area, output }: Recipe,
  realm: Realm,
  layout: Layout,
): (Store | undefined)[] {
  const beside = layout.output + 1;
  const stores: (Store | undefined)[] = parameters.map((parameter, index) =>
    parameter.kind === "text"
      ? compileStore(parameter.place, realm, {
        symbol,
        terminated: parameter.terminated,
        free: parameter.free,
        align: alignmentOf(parameter),
        beside: beside + index,
        element: typeof parameter.content === "object" ? parameter.content.element : undefined,
      })
      : undefined
  );
  const block = (part: Recipe["area"] | OutputRecipe, align: number) =>
    part && compileStore(part.place, realm, {
      symbol,
      terminated: "never",
      free: part.free,
      align,
      beside,
    });
  stores[layout.area] = block(area, layout.word);
  stores[layout.output] = block(output, 1);
  return stores;
}

function alignmentOf({ content, encoding }: ParameterRecipe & { kind: "text" }): number {
  if (typeof content === "object") return NUMERIC_TYPES[content.element].byteLength;
  return content === "bytes" || encoding === "utf-8" || encoding === "latin1" ? 1 : 2;
}

function compileTakeArea(
  byteLength: number,
  { memory }: Realm,
  { area }: Layout,
  stores: readonly (Store | undefined)[],
): (frame: Frame) => void {
  const store = stores[area]!;
  return (frame) => {
    store.take(frame, area, byteLength);
    // What the guest leaves unwritten must not be what another call left.
    memory.clear(frame.pointers[area]!, byteLength);
  };
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

function compileLower(
  parameter: ParameterRecipe,
  index: number,
  recipe: Recipe,
  realm: Realm,
  store: Store | undefined,
): (frame: Frame, value: unknown) => void {
  const action = `pass argument ${index} to ${quote(recipe.export)}`;
  if (parameter.kind === "reference") {
    const { content } = parameter;
    return (frame, value) => {
      if (content !== "any" && typeof value !== "string") {
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      }
      frame.values[index] = value;
    };
  }
  if (parameter.kind === "own") {
    return compileOwnLower(index, parameter.content, recipe.own!, realm);
  }
  if (parameter.kind === "text") {
    const { encoding } = parameter;
    const content = compileContent(realm.memory, parameter.content, encoding);
    if (recipe.pieces?.parameter === index) {
      const isText = parameter.content === "string";
      return (frame, value) => {
        content.measure(value);
        frame.values[index] = isText ? encodeText(value as string, encoding) : value;
      };
    }
    if (parameter.content === "string" && losesTrailingNul(parameter, recipe)) {
      return (frame, value) => {
        if (typeof value === "string") refuseTrailingNul(value);
        store!.put(frame, index, content, value);
      };
    }
    return (frame, value) => store!.put(frame, index, content, value);
  }
  const at = recipe.slots.findIndex((slot) =>
    typeof slot === "object" && "parameter" in slot && slot.parameter === index
  );
  const lower = compileLowerNumber(parameter.type, recipe.core?.[at], action);
  return (frame, value) => {
    frame.values[index] = lower(value);
  };
}

/** Whether a NUL at the end of a text would be gone when the text comes back. */
function losesTrailingNul(
  { terminated }: ParameterRecipe & { kind: "text" },
  { result }: Recipe,
): boolean {
  return terminated !== "always" && result.kind === "text" && result.content === "string" &&
    result.trailingNul === "trim";
}

/** The block of the call that a result's pointer is the beginning of, if it is one. */
function findHolder(
  pointer: Value,
  { parameters }: Recipe,
  layout: Layout,
  stores: readonly (Store | undefined)[],
): { store: Store; index: number } | undefined {
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
