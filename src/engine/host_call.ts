import type { HostRecipe } from "../conventions/host_recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { type CoreValue, Frame } from "./frame.ts";
import { compileHostSteps, type HostSteps } from "./host_steps.ts";
import type { CoreFunction, Realm } from "./realm.ts";

/** What knows the instance that imports a host function, as soon as there is one. */
export interface Home {
  readonly realm: Realm | undefined;
}

/** Compiles an import that gets lifted arguments, and whose answer is lowered. */
export function compileHostCall(
  recipe: HostRecipe,
  callback: (...args: never[]) => unknown,
  isAsync: boolean,
  home: Home,
): CoreFunction {
  const answer = isAsync ? answerLater : answerNow;
  let steps: HostSteps | undefined;
  // A frame is used again: only a call that is entered again before it ended needs another.
  let spare: HostFrame | undefined;

  return compileEntry(recipe.arity, take, (frame) => {
    const { realm } = home;
    // A start function runs before there is an instance to know; nothing made for it is kept.
    const current = realm === undefined
      ? compileHostSteps(recipe, callback, undefined)
      : steps ??= compileHostSteps(recipe, callback, realm);
    realm?.enterHost();
    try {
      return answer(frame, current, realm);
    } catch (error) {
      note(error, frame, realm);
      throw error;
    } finally {
      realm?.leaveHost();
      if (!isAsync) {
        if (current.holdsValues) frame.result.length = 0;
        spare = frame;
      }
    }
  });

  function take(): HostFrame {
    const frame = spare ?? new HostFrame();
    spare = undefined;
    return frame;
  }
}

/** A frame whose core arguments are where those of other calls have their results. */
class HostFrame extends Frame {
  override result: CoreValue[] = [];
}

/** Notes what the host throws, so that it is not taken for a trap of the guest's, whatever it is. */
function note(error: unknown, frame: Frame, realm: Realm | undefined): void {
  // What the guest threw when it was asked for memory is the guest's.
  if (frame.inside) frame.inside = false;
  else if (realm !== undefined) realm.thrown = error;
}

/** Calls back and lowers what that returns. */
function answerNow(
  frame: Frame,
  { call, lower, name, takesPromise }: HostSteps,
  realm: Realm | undefined,
): CoreValue {
  const value = call(frame);
  if (isPromise(value) && !takesPromise) {
    // Nobody would hear of a rejection.
    value.then(undefined, () => {});
    throw promiseError(name);
  }
  checkCallable(realm, name);
  return lower(frame, value);
}

/** The same for a callback that gives a promise: the engine suspends the guest until it settles. */
async function answerLater(
  frame: Frame,
  { call, lower, name }: HostSteps,
  realm: Realm | undefined,
): Promise<CoreValue> {
  try {
    const value = await call(frame);
    checkCallable(realm, name);
    return lower(frame, value);
  } catch (error) {
    note(error, frame, realm);
    throw error;
  }
}

/** Throws where the callback called the guest and broke it: the guest is not gone on with. */
function checkCallable(realm: Realm | undefined, name: string): void {
  if (realm === undefined || realm.callable) return;
  throw realm.refuse(`return from import ${quote(name)}`, name);
}

/**
 * The function that is imported: it puts its arguments into a frame. The arities that imports have
 * in practice get a closure each: an array for each call costs more than the rest of it.
 */
function compileEntry(
  arity: number,
  take: () => HostFrame,
  answer: (frame: HostFrame) => CoreValue,
): CoreFunction {
  switch (arity) {
    case 0:
      return () => answer(take());
    case 1:
      return (a) => {
        const frame = take();
        frame.result[0] = a;
        return answer(frame);
      };
    case 2:
      return (a, b) => {
        const frame = take(), { result } = frame;
        result[0] = a;
        result[1] = b;
        return answer(frame);
      };
    case 3:
      return (a, b, c) => {
        const frame = take(), { result } = frame;
        result[0] = a;
        result[1] = b;
        result[2] = c;
        return answer(frame);
      };
    default:
      return (...args) => {
        const frame = take();
        frame.result = args;
        return answer(frame);
      };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function promiseError(name: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot return a promise from import ${quote(name)}: expected a host function declared with ` +
      "async: true, and a symbol with async: true to call the guest by",
  );
}
