import type { ResolveContext } from "../../src/plan/context.ts";
import type { Problem } from "../../src/base/errors.ts";
import { typeOf } from "../conventions/_host_plan.ts";

/**
 * Makes the context from which calls are planned, without a guest.
 *
 * @param types The exported functions and their types, such as `(i32, i32) -> i32`.
 * @param convention The guest's convention, if there is one.
 * @param more Anything else about the guest.
 */
export function makeContext(
  types: Readonly<Record<string, string>>,
  convention?: ResolveContext["convention"],
  more: Partial<ResolveContext> = {},
): ResolveContext {
  return {
    convention,
    address64: false,
    hasStack: true,
    functionType: (name) => Object.hasOwn(types, name) ? typeOf(types[name]!) : undefined,
    globalType: () => undefined,
    leastArguments: () => undefined,
    ...more,
  };
}

/** Returns the problem that planning found, as its error shows it. */
export function problemOf(found: unknown): [code: string, part: string, message: string] {
  const { parts, message } = found as Problem;
  return [parts.code, parts.part, message];
}
