import type { Lowered, OwnContext, OwnConvention } from "../conventions/own.ts";
import type { Recipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { CoreValue, Frame } from "./frame.ts";
import type { Pick } from "./invoke.ts";
import { type CoreFunction, exportedFunction, type Realm } from "./realm.ts";

// What carries out a convention that is an object of the caller's.

/** Compiles a parameter that such a convention lowers. */
export function compileOwnLower(
  index: number,
  content: "string" | "bytes",
  convention: OwnConvention,
  realm: Realm,
): (frame: Frame, value: unknown) => void {
  return (frame, value) => {
    if (content === "string" ? typeof value !== "string" : !(value instanceof Uint8Array)) {
      const expected = content === "string" ? "a string" : "a Uint8Array";
      throw new TypeError(
        `Cannot pass argument ${index}: it is ${show(value)}, expected ${expected}`,
      );
    }
    const context = contextOf(frame, realm);
    frame.values[index] = convention.lower(value as string | Uint8Array, context);
  };
}

/** Compiles the call of an export with what such a convention passes for each text. */
export function compileOwnInvoke(
  recipe: Recipe,
  realm: Realm,
  wrap: (fn: CoreFunction) => CoreFunction,
): Pick {
  const fn = wrap(exportedFunction(realm, recipe.export));
  return (frame) => {
    const args: CoreValue[] = recipe.parameters.flatMap(({ kind }, index) =>
      kind === "own" ? (frame.values[index] as Lowered).args : [frame.values[index]]
    );
    frame.inside = true;
    const result = fn(...args);
    frame.inside = false;
    return result;
  };
}

/** Compiles the result that such a convention lifts. */
export function compileOwnLift(
  content: "string" | "bytes",
  convention: OwnConvention,
  realm: Realm,
  symbol: string,
): Pick {
  return (frame) => {
    const value: unknown = convention.lift(frame.result, content, contextOf(frame, realm));
    if (content === "string" ? typeof value === "string" : value instanceof Uint8Array) {
      return value;
    }
    throw new GuestError(
      "invalid-text",
      `Cannot lift the result of ${quote(symbol)}: the convention ${quote(convention.name)} ` +
        `gave ${show(value)}, expected ${content === "string" ? "a string" : "a Uint8Array"}`,
      { export: symbol },
    );
  };
}

/** Compiles giving back whatever such a convention has taken. */
export function releaseOwn({ parameters }: Recipe): (frame: Frame) => void {
  const own = parameters.flatMap(({ kind }, index) => kind === "own" ? [index] : []);
  return (frame) => {
    for (const index of own) {
      const lowered = frame.values[index] as Lowered | undefined;
      frame.values[index] = undefined;
      lowered?.release?.();
    }
  };
}

function contextOf(frame: Frame, realm: Realm): OwnContext {
  return {
    memory: realm.memory,
    call(name, ...args) {
      const fn = exportedFunction(realm, name);
      frame.inside = true;
      const result = fn(...args);
      frame.inside = false;
      return result;
    },
  };
}
