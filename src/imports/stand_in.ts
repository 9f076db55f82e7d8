// Stand-ins for missing functions, if the option `missing` asks for them.

import type { CoreValue } from "../abi/core_value.ts";
import { GuestError } from "../base/errors.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { describeImport } from "./import_problem.ts";

/** A stand-in for a missing function, or why there cannot be one. */
interface StandIn {
  readonly value?: () => CoreValue;
  readonly problem?: string;
}

/** The missing functions that trap when they are called. */
export class MissingFunctions {
  /** A line for each one. */
  readonly problems: string[] = [];
  /** The errors of those that were called, with the import. */
  readonly called: WeakMap<GuestError, string> = new WeakMap();
}

/**
 * Makes a stand-in for a missing function.
 *
 * @param why Why the function is missing, if that is not a mistake of the caller.
 */
export type MakeStandIn = (
  item: WantedImport,
  index: number,
  why: string | undefined,
  missing: MissingFunctions,
) => StandIn;

/** Makes a function that throws when the guest calls it. */
export const trapping: MakeStandIn = (item, index, why, missing) => {
  missing.problems.push(`${describeImport(item, index)}: ${why ?? "missing"}`);
  return {
    value: () => {
      const label = describeImport(item, index);
      const error = new GuestError(
        "missing-import",
        `Cannot call ${label}: ${why ?? "missing, expected a function in the option imports"}`,
      );
      missing.called.set(error, label);
      throw error;
    },
  };
};

/** Makes a function that returns 0 or null for each result. */
export const ignoring: MakeStandIn = ({ type }) => {
  // False converts to 0 in every numeric type, so it works if the type is unknown.
  if (type === undefined) return { value: () => false };
  const { results } = type as FunctionType;
  const bad = results.find((result) => NOTHING.every(({ types }) => !types.test(result)));
  if (bad !== undefined) {
    return { problem: `missing, and nothing stands for a result of type ${bad}` };
  }
  const values = results.map(nothingOf);
  const value = values.length > 1 ? values : values[0];
  return { value: () => value };
};

/** The value that is returned for types. */
const NOTHING: readonly { readonly types: RegExp; readonly value: CoreValue }[] = [
  { types: /^(?:i32|f32|f64)$/, value: 0 },
  { types: /^i64$/, value: 0n },
  { types: /^(?:\w+ref|\(ref null .*\))$/, value: null },
];

function nothingOf(result: ValueType): CoreValue {
  return NOTHING.find(({ types }) => types.test(result))!.value;
}
