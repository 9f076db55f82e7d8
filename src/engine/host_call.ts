import type { Length, Value } from "../conventions/convention.ts";
import type { HostRecipe, HostResultRecipe } from "../conventions/host_recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { toOffset } from "../pointer.ts";
import { NUMERIC_TYPES, show } from "../numbers.ts";
import { compileContent, type Content } from "./content.ts";
import { type CoreValue, Frame } from "./frame.ts";
import { compileLift, type Lift } from "./lift.ts";
import { compileLowerNumber } from "./numbers.ts";
import type { CoreFunction, Realm } from "./realm.ts";
import { pack } from "./slots.ts";
import { compileStore } from "./store.ts";

/** Compiles an import that gets lifted arguments, and whose answer is lowered. */
export function compileHostCall(
  recipe: HostRecipe,
  callback: (...args: never[]) => unknown,
  isAsync: boolean,
  realmOf: () => Realm,
): CoreFunction {
  const { name } = recipe;
  const call = callback as CoreFunction;
  let steps: HostSteps | undefined;
  let spare: Frame | undefined = new Frame();

  return (...args) => {
    const { lifts, releases, lower, realm } = steps ??= compileHostSteps(recipe, realmOf());
    const frame = isAsync ? new Frame() : spare ?? new Frame();
    spare = undefined;
    frame.result = args;
    try {
      const lifted = lifts.map(({ lift }) => lift(frame));
      for (const release of releases) release(frame);
      if (isAsync) return waitFor(call(...lifted), frame, lower, realm, name);
      const value = call(...lifted);
      if (isPromise(value)) throw unexpectedPromise(name);
      return lower(frame, value);
    } finally {
      if (!isAsync) spare = frame;
    }
  };
}

/** The steps of an answer, compiled when the import is called for the first time. */
interface HostSteps {
  readonly lifts: readonly Lift[];
  readonly releases: readonly ((frame: Frame) => void)[];
  readonly lower: (frame: Frame, value: unknown) => CoreValue;
  readonly realm: Realm;
}

function compileHostSteps(recipe: HostRecipe, realm: Realm): HostSteps {
  const { name, parameters } = recipe;
  const count = parameters.length;
  const layout = { area: count + 1, output: count + 2, word: realm.address64 ? 8 : 4 } as const;
  const lifts = parameters.map((parameter, block) =>
    compileLift(parameter, { realm, layout, symbol: name, block, holder: () => undefined })
  );
  const releases = lifts.flatMap(({ releaseResult }) => releaseResult ? [releaseResult] : []);
  return { lifts, releases, lower: compileReturn(recipe, count, realm), realm };
}

/** The answer of an asynchronous callback, lowered once it is there. */
function waitFor(
  value: unknown,
  frame: Frame,
  lower: (frame: Frame, value: unknown) => CoreValue,
  realm: Realm,
  name: string,
): CoreValue {
  if (realm.suspended === undefined) {
    // Nobody would hear of a rejection.
    if (isPromise(value)) value.then(undefined, () => {});
    throw new GuestError(
      "asynchronous",
      `Cannot wait for import ${quote(name)}: the guest was not called through an asynchronous ` +
        "symbol, expected one declared in the option symbols with async: true",
    );
  }
  return Promise.resolve(value).then((settled) => lower(frame, settled));
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function unexpectedPromise(name: string): TypeError {
  return new TypeError(
    `Cannot return a promise from import ${quote(name)}: expected a host function declared with ` +
      "async: true, reached through symbols with async: true",
  );
}

/** Compiles what a callback returned into core results. */
function compileReturn(
  { name, result, core }: HostRecipe,
  block: number,
  realm: Realm,
): (frame: Frame, value: unknown) => CoreValue {
  const action = `return a value from import ${quote(name)}`;
  switch (result.kind) {
    case "void":
      return () => undefined;
    case "number": {
      const lower = compileLowerNumber(result.type, core?.[0], action);
      return (_frame, value) => lower(value);
    }
    case "reference":
      return (_frame, value) => {
        if (result.content === "any" || typeof value === "string") return value;
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      };
    case "text": {
      const content = compileContent(realm.memory, result.content, result.encoding);
      return result.output >= 0
        ? compileFill(name, result, content, core, realm)
        : compilePlace(name, result, content, block, core, realm);
    }
  }
}

type TextReturn = HostResultRecipe & { kind: "text" };

/** Compiles writing into the buffer that the guest passed; its length is the answer. */
function compileFill(
  name: string,
  { output, capacity }: TextReturn,
  content: Content,
  core: HostRecipe["core"],
  { memory }: Realm,
): (frame: Frame, value: unknown) => CoreValue {
  return (frame, value) => {
    const args = frame.result as readonly (number | bigint)[];
    const room = toOffset(args[capacity]!);
    const pointer = memory.check("write", args[output]!, room);
    const written = content.write(value, pointer, room);
    if (written < 0) {
      throw new RangeError(
        `Cannot return ${content.measure(value)} bytes from import ${quote(name)}: ` +
          `the guest's buffer holds ${room}`,
      );
    }
    const units = content.codeUnits(value, written);
    return core?.[0] === "i64" ? BigInt(units) : units;
  };
}

/** Compiles allocating a block for the answer and telling the guest where it is. */
function compilePlace(
  name: string,
  recipe: TextReturn,
  content: Content,
  block: number,
  core: HostRecipe["core"],
  realm: Realm,
): (frame: Frame, value: unknown) => CoreValue {
  const store = compileStore(recipe.place, realm, {
    symbol: name,
    terminated: recipe.terminated,
    align: content.unit,
    beside: block + 3,
  });
  const prefix = prefixOf(recipe.length);
  const assign = compileAssign(recipe, core, realm);
  const { memory } = realm;
  return (frame, value) => {
    if (prefix === undefined) store.put(frame, block, content, value);
    else {
      const byteLength = content.measure(value);
      const head = NUMERIC_TYPES[prefix].byteLength;
      store.take(frame, block, head + byteLength);
      const pointer = frame.pointers[block]!;
      memory.write(prefix, pointer, prefix === "u64" ? BigInt(byteLength) as never : byteLength);
      content.write(value, pointer + head, byteLength);
      frame.codeUnits[block] = content.codeUnits(value, byteLength);
    }
    return assign(frame, frame.pointers[block]!, frame.codeUnits[block]!);
  };
}

/** The type of a length that stands right before the text, where the host writes one. */
function prefixOf(length: Length): "u8" | "u16" | "u32" | "u64" | undefined {
  if (typeof length !== "object" || !("prefix" in length)) return undefined;
  // A length further ahead is in the header of the guest's own object.
  return (length.offset ?? 0) === 0 ? length.prefix : undefined;
}

/** Compiles pointer and length into the core results, or into the area that the guest passed. */
function compileAssign(
  { pointer, length, area }: TextReturn,
  core: HostRecipe["core"],
  realm: Realm,
): (frame: Frame, pointer: number, length: number) => CoreValue {
  const { memory } = realm;
  const wide = realm.address64;
  const asCore = (value: number, index: number) => core?.[index] === "i64" ? BigInt(value) : value;
  if (isHalf(pointer, "high")) return (_frame, at, count) => pack(at, count);
  if (isHalf(pointer, "low")) return (_frame, at, count) => pack(count, at);
  if (pointer === "result") return (_frame, at) => asCore(at, 0);
  const first = indexOf(pointer, "result"), second = indexOf(length, "result");
  if (first !== undefined && second !== undefined) {
    return (_frame, at, count) => {
      const results: CoreValue[] = [];
      results[first] = asCore(at, first);
      results[second] = asCore(count, second);
      return results;
    };
  }
  const word = indexOf(pointer, "word") ?? 0, next = indexOf(length, "word") ?? 1;
  const size = wide ? 8 : 4;
  const write = (at: number, value: number) =>
    wide ? memory.write("u64", at, BigInt(value)) : memory.write("u32", at, value);
  return (frame, at, count) => {
    const base = toOffset((frame.result as readonly (number | bigint)[])[area]!);
    write(base + word * size, at);
    write(base + next * size, count);
    return undefined;
  };
}

function isHalf(value: Value | undefined, half: "high" | "low"): boolean {
  return typeof value === "object" && half in value;
}

function indexOf(value: Length | undefined, key: "result" | "word"): number | undefined {
  return typeof value === "object" && key in value
    ? (value as unknown as Record<string, number>)[key]
    : undefined;
}
