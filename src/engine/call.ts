import type { Recipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { promising } from "../runtime.ts";
import { compileDirect, type DirectCall } from "./direct.ts";
import { settleFailure } from "./failure.ts";
import { type KnownForm, whenOften } from "./often.ts";
import { Frame, type Realm } from "./realm.ts";
import { compileSteps, type Steps } from "./steps.ts";

/** A symbol of one instance, ready to be called with JavaScript values. */
export interface Call {
  (args: readonly unknown[]): unknown;
  /** The same for a symbol with one parameter, without an array around its argument. */
  direct?: DirectCall;
}

/** Carries out a recipe: compiled once for an instance, so that a call looks nothing up. */
export function compileCall(recipe: Recipe, realm: Realm): Call {
  const symbol = recipe.export;
  const steps = compileSteps(recipe, realm);
  const call = compileSyncCall(symbol, steps, realm);
  if (recipe.parameters.length === 1) {
    const slow: DirectCall = (value) => call([value]);
    const make = (known?: KnownForm) => compileDirect(recipe, realm, steps, slow, known);
    const replace = (made: DirectCall) => call.direct = made;
    call.direct = whenOften(slow, make, replace, realm.knownForm(`export ${symbol}`));
  }
  return call;
}

function compileSyncCall(symbol: string, steps: Steps, realm: Realm): Call {
  const { lower, prepare, invoke, finish, usesStack, claims } = steps;
  const held = heldBy(steps);
  const mayHold = steps.holds || usesStack;
  const count = lower.length;
  const { stack } = realm;
  const guardsStack = realm.unwinds === "restores" || usesStack;
  // A frame is used again: only a call that is entered again before it ended needs another.
  let spare: Frame | undefined = new Frame();

  return (args) => {
    if (args.length !== count) throw countError(symbol, count, args.length);
    const frame = spare ?? new Frame();
    spare = undefined;
    const before = realm.enter(symbol);
    if (claims) frame.outerClaim = realm.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      for (let index = 0; index < count; index++) lower[index]!(frame, args[index]);
      if (prepare !== undefined) prepare(frame, args);
      frame.result = invoke(frame);
      if (!realm.callable) throw brokenError(realm, symbol);
      return finish(frame);
    } catch (error) {
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, realm, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) realm.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      frame.result = undefined;
      frame.taken = frame.dropped = 0;
      spare = frame;
      if (claims) realm.claim = frame.outerClaim;
      realm.depth = before;
    }
  };
}

/**
 * The same for a symbol that waits for asynchronous host functions: it gives a promise.
 *
 * @throws {GuestError} if the recipe calls the guest more than once: it could wait only in one call.
 */
export function compileAsyncCall(
  recipe: Recipe,
  realm: Realm,
): (args: readonly unknown[]) => Promise<unknown> {
  const symbol = recipe.export;
  if (recipe.pieces !== undefined || recipe.output?.capacity === "query") {
    throw new GuestError(
      "asynchronous",
      `Cannot wait in ${quote(symbol)}: it is called several times for one result, expected ` +
        'neither "pieces" nor the capacity "query" beside async: true',
      { export: symbol },
    );
  }
  const steps = compileSteps(recipe, realm, (fn) => promising(fn, symbol));
  const { lower, prepare, invoke, finish, usesStack, claims } = steps;
  const held = heldBy(steps);
  const mayHold = steps.holds || usesStack;
  const { stack } = realm;
  const guardsStack = realm.unwinds === "restores" || usesStack;

  return async (args) => {
    if (args.length !== lower.length) throw countError(symbol, lower.length, args.length);
    const frame = new Frame();
    const before = realm.enterAsync(symbol);
    if (claims) frame.outerClaim = realm.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      for (const [index, step] of lower.entries()) step(frame, args[index]);
      if (prepare !== undefined) prepare(frame, args);
      const pending = invoke(frame);
      frame.inside = true;
      frame.result = await untilGivenUp(pending, realm);
      realm.giveUp = undefined;
      frame.inside = false;
      if (!realm.callable) throw brokenError(realm, symbol);
      return finish(frame);
    } catch (error) {
      realm.giveUp = undefined;
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, realm, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) realm.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      if (claims) realm.claim = frame.outerClaim;
      realm.depth = before;
      realm.pending = undefined;
    }
  };
}

/** What `promise` gives, unless the guest is closed before: a promise may never settle. */
function untilGivenUp(promise: unknown, realm: Realm): Promise<unknown> {
  return new Promise((resolve, reject) => {
    realm.giveUp = reject;
    (promise as Promise<unknown>).then(resolve, reject);
  });
}

/** What gives back the blocks that a call may hold; nothing where it never holds any. */
function heldBy({ holds, release }: Steps): Steps["release"] | undefined {
  return holds ? release : undefined;
}

/** Why a guest that returned is not gone on with: it broke in a call within this one. */
function brokenError(realm: Realm, symbol: string): GuestError {
  return realm.refuse(`complete ${quote(symbol)}`, symbol);
}

function countError(symbol: string, expected: number, found: number): TypeError {
  return new TypeError(
    `Cannot call ${quote(symbol)}: it is given ${found} arguments, expected ${expected}`,
  );
}
