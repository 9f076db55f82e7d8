// Section "ToWebAssemblyValue" of https://webassembly.github.io/spec/js-api/: the engine converts
// any result of a function to a number, so that the guest gets 0 for a promise or a text, and the
// engine's errors name no import.

import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import { fits32, RANGE_32 } from "../base/numeric_types.ts";
import { isPromise, show, silence } from "../base/show.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";
import { checkCallable, thrownInto } from "../instance/import_refusal.ts";
import type { Home } from "../instance/home.ts";
import type { Instance } from "../instance/instance.ts";
import type { PlainImport } from "./host_imports.ts";
import { isLinkedFunction } from "./linked_guest.ts";

/**
 * Makes an import of a plain function, with the guard of a host function. Its result must have
 * exactly the import's type, its errors are host errors unless it is another guest's function, and
 * a guest that has ended meanwhile does not continue. The guard adds little to the cost of the
 * function.
 *
 * @param home Holds the instance, as soon as there is one.
 */
export function guardImport(fn: CoreFunction, item: PlainImport, home: Home): CoreFunction {
  const { name } = item, isGuests = isOfGuest(fn);
  // The type is read at the first call of the import, because most are never called.
  let ordinary: Ordinary | undefined;
  let judge: ((value: CoreValue) => CoreValue) | undefined;

  /** Checks a result that is unusual, is the first one, or comes after the guest has ended. */
  function finish(value: CoreValue, instance: Instance | undefined): CoreValue {
    if (instance?.callable === false) {
      if (isPromise(value)) silence(value);
      checkCallable(instance, "return from", name);
    }
    ordinary ??= ordinaryResult(item.type());
    judge ??= compileJudge(item);
    return judge(value);
  }

  // One function handles any number of arguments: spreading them, or calling another function that
  // V8 cannot inline, costs more than everything else.
  return function (a, b, c, d, ...more) {
    const { length } = arguments;
    const { instance } = home;
    if (instance === undefined) { // a start function runs before there is an instance
      return finish(fn(...[a, b, c, d, ...more].slice(0, length)), instance);
    }
    const before = instance.hostDepth++;
    try {
      if (instance.refusal !== undefined) checkCallable(instance, "call", name);
      const value = length === 1
        ? fn(a)
        : length === 2
        ? fn(a, b)
        : length === 0
        ? fn()
        : length === 3
        ? fn(a, b, c)
        : length === 4
        ? fn(a, b, c, d)
        : fn(a, b, c, d, ...more);
      if (isOrdinary(ordinary, value) && instance.refusal === undefined) return value;
      return finish(value, instance);
    } catch (error) {
      if (!isGuests) instance.thrown = error;
      throw instance.refusal === undefined ? error : thrownInto(error);
    } finally {
      instance.hostDepth = before;
    }
  };
}

/**
 * Returns whether a function needs no guard: another guest exports it, or it is one of `Math` that
 * returns floats, which the engine calls without JavaScript.
 *
 * @param isTimed Whether the calls have a deadline. Then another guest's function needs the guard,
 * which checks the time afterwards, unless it has vectors, which JavaScript cannot pass.
 */
export function isTrusted(fn: CoreFunction, { type }: PlainImport, isTimed = false): boolean {
  if (isMath(fn)) return type()?.results.join() === "f64";
  if (!isOfGuest(fn)) return false;
  const { parameters = [], results = [] } = isTimed && type() || {};
  return !isTimed || [...parameters, ...results].includes("v128");
}

function isOfGuest(fn: CoreFunction): boolean {
  return isExported(fn) || isLinkedFunction(fn);
}

function isMath(fn: CoreFunction): boolean {
  return Object.hasOwn(Math, fn.name) &&
    (Math as unknown as Record<string, unknown>)[fn.name] === fn;
}

/** A table, which accepts only functions that guests export. */
let table: WebAssembly.Table | undefined;

/** Returns whether a guest exports `fn`. */
function isExported(fn: CoreFunction): boolean {
  // The engine names exported functions by their indices, so most others are recognised without an
  // exception.
  if (!/^\d+$/.test(fn.name)) return false;
  try {
    table ??= new WebAssembly.Table({ element: "anyfunc", initial: 1 });
    table.set(0, fn);
    table.set(0, null);
    return true;
  } catch {
    return false;
  }
}

/** The type of most results, which a cheap test recognises. */
type Ordinary = "nothing" | "integer" | "float" | "neither";

function ordinaryResult(type: FunctionType | undefined): Ordinary {
  if (type === undefined || type.results.length > 1) return "neither";
  switch (type.results[0]) {
    case undefined:
      return "nothing";
    case "i32":
      return "integer";
    case "f32":
    case "f64":
      return "float";
    default:
      return "neither";
  }
}

function isOrdinary(ordinary: Ordinary | undefined, value: CoreValue): boolean {
  return typeof value === "number"
    ? ordinary === "float" || (ordinary === "integer" && (value | 0) === value)
    : value === undefined && ordinary === "nothing";
}

/** Compiles the check of a result: it throws, or returns the value for the engine. */
function compileJudge(item: PlainImport): (value: CoreValue) => CoreValue {
  const refuse = (what: string, expected: string) =>
    new TypeError(`Cannot return a value from ${item.label()}: ${what}, expected ${expected}`);
  const refusePromise = (value: CoreValue) => {
    if (!isPromise(value)) return;
    silence(value);
    throw refuse("it is a promise", "hostFunction() with async: true in its declaration");
  };
  const judge = (value: CoreValue, result: ValueType, subject: string) => {
    const accepts = ACCEPTED[result];
    if (accepts === undefined || accepts.is(value)) return value;
    refusePromise(value);
    throw refuse(`${subject} is ${show(value)}`, accepts.expected);
  };

  const [first, ...more] = item.type()?.results ?? [];
  if (first === undefined) {
    return (value) => {
      refusePromise(value);
      // If there is no result, the engine ignores the value.
      return value;
    };
  }
  if (more.length === 0) return (value) => judge(value, first, "it");
  const results = [first, ...more];
  const expected = `an array of ${results.length} values`;
  return (value) => {
    refusePromise(value);
    if (!isIterable(value)) throw refuse(`it is ${show(value)}`, expected);
    const values: CoreValue[] = [];
    for (const each of value) {
      if (values.push(each) > results.length) {
        throw refuse(`it has more than ${results.length} values`, expected);
      }
    }
    if (values.length < results.length) throw refuse(`it has ${values.length} values`, expected);
    return results.map((result, index) => judge(values[index], result, `value ${index}`));
  };
}

/** The values that fit a core type exactly. The engine checks references that are not listed. */
const ACCEPTED: Readonly<
  Record<string, { is(value: CoreValue): boolean; readonly expected: string } | undefined>
> = {
  i32: {
    is: (value) => typeof value === "boolean" || (typeof value === "number" && fits32(value)),
    expected: `${RANGE_32}, or a boolean`,
  },
  i64: {
    is: (value) =>
      typeof value === "bigint" &&
      (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value),
    expected: "a bigint from -9223372036854775808 to 18446744073709551615",
  },
  f32: { is: (value) => typeof value === "number", expected: "a number" },
  f64: { is: (value) => typeof value === "number", expected: "a number" },
  funcref: {
    is: (value) => value === null || (typeof value === "function" && isExported(value as never)),
    expected: "null or a function that a guest exports",
  },
};

function isIterable(value: CoreValue): value is Iterable<CoreValue> {
  return value !== null && value !== undefined &&
    typeof (value as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";
}
