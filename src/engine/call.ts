import type { Slot, Value } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { compileContent } from "./content.ts";
import { settleFailure } from "./failure.ts";
import { Frame } from "./frame.ts";
import { asParameter, compileInvoke, type Pick } from "./invoke.ts";
import { compileLift } from "./lift.ts";
import { compileLowerNumber } from "./numbers.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { compileStatus } from "./status.ts";
import { compileStore, type Store } from "./store.ts";
import type { Layout } from "./values.ts";

/** A symbol of one instance, ready to be called with JavaScript values. */
export type Call = (args: readonly unknown[]) => unknown;

/** Carries out a recipe: compiled once for an instance, so that a call looks nothing up. */
export function compileCall(recipe: Recipe, realm: Realm): Call {
  const symbol = recipe.export;
  const { parameters } = recipe;
  const steps = compileSteps(recipe, realm);
  const { lower, prepare, invoke, finish, release } = steps;
  const count = parameters.length;
  const guardsStack = realm.unwinds === "restores" || steps.usesStack;
  const { stack } = realm;
  // A frame is used again: only a call that is entered again before it ended needs another.
  let spare: Frame | undefined = new Frame();

  return (args) => {
    if (args.length !== count) throw countError(symbol, count, args.length);
    realm.enter(symbol);
    const frame = spare ?? new Frame();
    spare = undefined;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      for (let index = 0; index < count; index++) lower[index]!(frame, args[index]);
      if (prepare !== undefined) prepare(frame, args);
      frame.result = invoke(frame);
      const value = finish(frame);
      release(frame);
      return value;
    } catch (error) {
      throw settleFailure(error, frame, realm, symbol, release);
    } finally {
      frame.result = undefined;
      spare = frame;
      realm.leave();
    }
  };
}

/** The parts of a call, in their order. */
interface Steps {
  readonly lower: readonly ((frame: Frame, value: unknown) => void)[];
  /** Takes a return area and an output buffer. */
  readonly prepare: ((frame: Frame, args: readonly unknown[]) => void) | undefined;
  readonly invoke: Pick;
  /** Checks the status and lifts the result. */
  readonly finish: Pick;
  /** Gives back what the call holds. */
  readonly release: (frame: Frame) => void;
  readonly usesStack: boolean;
}

function compileSteps(recipe: Recipe, realm: Realm): Steps {
  const symbol = recipe.export;
  const { parameters, area, output } = recipe;
  const layout: Layout = { area: parameters.length, output: parameters.length + 1 };
  const stores: (Store | undefined)[] = parameters.map((parameter) =>
    parameter.kind === "text"
      ? compileStore(parameter.place, realm, {
        symbol,
        terminated: parameter.terminated,
        free: parameter.free,
        align: parameter.encoding === "utf-8" || parameter.encoding === "latin1" ? 1 : 2,
      })
      : undefined
  );
  const word = realm.address64 ? 8 : 4;
  const block = (part: typeof area | typeof output, align: number) =>
    part && compileStore(part.place, realm, {
      symbol,
      terminated: "never",
      free: part.free,
      align,
    });
  const areaStore = stores[layout.area] = block(area, word);
  const outputStore = stores[layout.output] = block(output, 1);
  const areaBytes = (area?.words ?? 0) * word;

  const invoke = compileInvoke(
    exportedFunction(realm, symbol),
    recipe.slots.map((slot, index) => compileSlot(slot, index, recipe, realm, layout)),
  );
  const holder = (pointer: Value) => findHolder(pointer, recipe, layout, stores);
  const context = { realm, layout, symbol, block: parameters.length + 2, holder };
  const status = recipe.status && compileStatus(recipe.status, recipe, context);
  const { lift, byteLength, releaseResult } = compileLift(recipe.result, context);
  const releases = stores.map((store, index) => {
    const release = store?.release;
    return release && ((frame: Frame) => release(frame, index));
  });
  const all = [releaseResult, ...releases].filter((release) => release !== undefined);

  function takeOutput(frame: Frame, args: readonly unknown[]): void {
    const capacity = output!.capacity;
    if (capacity !== "query") {
      const bytes = typeof capacity === "number" ? capacity : capacity(...args as never[]);
      outputStore!.take(frame, layout.output, bytes);
      return;
    }
    frame.pointers[layout.output] = frame.sizes[layout.output] = 0;
    frame.result = invoke(frame);
    if (status !== undefined) status(frame);
    outputStore!.take(frame, layout.output, byteLength!(frame));
  }

  return {
    lower: parameters.map((parameter, index) =>
      compileLower(parameter, index, recipe, realm, stores[index])
    ),
    prepare: areaStore === undefined && outputStore === undefined ? undefined : (frame, args) => {
      if (areaStore !== undefined) {
        areaStore.take(frame, layout.area, areaBytes);
        realm.memory.clear(frame.pointers[layout.area]!, areaBytes);
      }
      if (outputStore !== undefined) takeOutput(frame, args);
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

function compileLower(
  parameter: ParameterRecipe,
  index: number,
  recipe: Recipe,
  realm: Realm,
  store: Store | undefined,
): (frame: Frame, value: unknown) => void {
  if (parameter.kind === "reference") {
    return (frame, value) => {
      frame.values[index] = value;
    };
  }
  if (parameter.kind === "text") {
    const content = compileContent(realm.memory, parameter.content, parameter.encoding);
    return (frame, value) => store!.put(frame, index, content, value);
  }
  const at = recipe.slots.findIndex((slot) =>
    typeof slot === "object" && "parameter" in slot && slot.parameter === index
  );
  const lower = compileLowerNumber(
    parameter.type,
    recipe.core?.[at],
    `pass argument ${index} to ${quote(recipe.export)}`,
  );
  return (frame, value) => {
    frame.values[index] = lower(value);
  };
}

function compileSlot(
  slot: Slot,
  index: number,
  recipe: Recipe,
  realm: Realm,
  layout: Layout,
): Pick {
  const type = realm.functionType(recipe.export);
  const number = (pick: Pick<number>) => asParameter(pick, type, index);
  if (typeof slot === "number") return number(() => slot);
  if (slot === "output") return number((frame) => frame.pointers[layout.output]!);
  if (slot === "capacity") return number((frame) => frame.sizes[layout.output]!);
  if ("area" in slot) {
    const offset = slot.area * (realm.address64 ? 8 : 4);
    return number((frame) => frame.pointers[layout.area]! + offset);
  }
  if ("parameter" in slot) {
    const { parameter } = slot;
    return (frame) => frame.values[parameter];
  }
  const { text } = slot;
  switch (slot.as) {
    case "pointer":
      return number((frame) => frame.pointers[text]!);
    case "byteLength":
      return number((frame) => frame.byteLengths[text]!);
    case "codeUnits":
      return number((frame) => frame.codeUnits[text]!);
    case "packedPointerHigh":
      return (frame) => pack(frame.pointers[text]!, frame.byteLengths[text]!);
    case "packedPointerLow":
      return (frame) => pack(frame.byteLengths[text]!, frame.pointers[text]!);
  }
}

function pack(high: number, low: number): bigint {
  return BigInt.asIntN(64, BigInt(high) << 32n | BigInt(low));
}

/** The block of the call that a result's pointer points at the beginning of, if it is one. */
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

function countError(symbol: string, expected: number, found: number): TypeError {
  return new TypeError(
    `Cannot call ${quote(symbol)}: it is given ${found} arguments, expected ${expected}`,
  );
}
