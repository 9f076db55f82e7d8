import type { ThrownValue } from "../abi/text_result.ts";
import { GuestError, messageOf } from "../base/errors.ts";
import { isA, quote, show } from "../base/show.ts";
import { exportedFunction } from "../instance/exports.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";

/** Takes a thrown value by its index; absent if the guest has no table of values. */
type TakeThrown = (frame: Frame, index: number) => { readonly value: unknown } | undefined;

/** Compiles taking a thrown value from the guest's table, if it has one. */
export function compileThrown(
  { table, drop }: ThrownValue,
  instance: Instance,
): TakeThrown | undefined {
  const { exports } = instance;
  if (typeof exports[drop] !== "function") return undefined;
  const fn = exportedFunction(instance, drop);
  const named = exports[table];
  const isNamed = named instanceof WebAssembly.Table;
  const tables = (isNamed ? [named] : Object.values(exports)).filter((found) =>
    found instanceof WebAssembly.Table
  );
  // wasm-bindgen before 0.2.101 numbers its tables, and another table has only functions.
  const isThrown = (value: unknown) =>
    isNamed || (value !== undefined && value !== null && typeof value !== "function");

  return (frame, index) => {
    for (const found of tables) {
      if (index < 0 || index >= found.length) continue;
      const value: unknown = found.get(index);
      if (!isThrown(value)) continue;
      frame.owed.push({ name: drop, fn, args: [index] });
      return { value };
    }
    return undefined;
  };
}

/** Makes the error for a guest that threw a JavaScript value, which becomes the cause. */
export function thrownError(symbol: string, value: unknown): GuestError {
  const hasWords = typeof value === "string" || isA(value, Error);
  const words = hasWords ? messageOf(value) : "";
  return new GuestError(
    "guest-error",
    `Cannot complete ${quote(symbol)}: ${words || `the guest threw ${show(value)}`}`,
    { export: symbol, cause: value, guestMessage: hasWords ? wordsIn(value) : undefined },
  );
}

/** Returns the message of a thrown value, unescaped and whole. */
function wordsIn(value: string | Error): string | undefined {
  const words: unknown = typeof value === "string" ? value : value.message;
  return typeof words === "string" && words !== "" ? words : undefined;
}
