import type { SymbolDeclaration } from "../../abi/declaration.ts";
import { GuestError } from "../../base/errors.ts";
import { nearest } from "../../base/misnomers.ts";
import { list, quote } from "../../base/show.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import { type GivenArgument, isNumber } from "./call_arguments.ts";
import { loadIdle } from "../inspect/idle_guest.ts";
import { declareNumbers, inspectFunctions } from "../inspect/inspected_functions.ts";

/**
 * Chooses how an export without a declaration is called: as `inspect` shows it, with a text or by a
 * declaration. A helper export, such as an allocator, is called with the numbers of its type.
 *
 * @throws {GuestError} if there is no such export, or it is not clear how to call it; then the
 * error shows the options that would settle it.
 */
export async function chooseWay(
  given: SourceBytes,
  name: string,
  args: readonly GivenArgument[],
  { convention, memoryName }: Pick<LoadOptions, "convention" | "memoryName">,
): Promise<"text" | SymbolDeclaration> {
  const { guest, info, ...idle } = await loadIdle(given, { convention, memoryName });
  const [item] = await inspectFunctions({ guest, info, ...idle }, name);
  if (item === undefined) throw missingFunction(name, functionNames(info));
  const [only] = args.length === 1 ? args : [];
  if (item.role === "text" && only !== undefined) return "text";
  const { declaration = numbersOf(name, info) } = item;
  const isFitting = declaration?.parameters.length === args.length;
  // One argument for several parameters is a text, unless it is one of their numbers.
  const isOneNumber = declaration !== undefined && typeof only?.content === "string" &&
    isNumber(only.content);
  if (only !== undefined && !isFitting && !isOneNumber) {
    await guest.plan(name, "string"); // throws what would settle it
  }
  if (declaration !== undefined) return declaration;
  throw new GuestError(
    "signature",
    `Cannot call ${quote(name)}: it is ${item.type}, expected --symbols with its declaration`,
    { export: name },
  );
}

function numbersOf(name: string, { exports }: ModuleInfo): SymbolDeclaration | undefined {
  const item = exports.find((item) => item.name === name);
  return item?.kind === "function" ? declareNumbers(item.type) : undefined;
}

function functionNames({ exports }: ModuleInfo): string[] {
  return exports.filter(({ kind }) => kind === "function").map(({ name }) => name);
}

/**
 * Makes the error for a function that a guest does not have.
 *
 * @param names The names of those that it has.
 * @param others Alternative names for these functions.
 */
export function missingFunction(
  name: string,
  names: readonly string[],
  others: readonly string[] = [],
): GuestError {
  const near = nearest(name, [...names, ...others]);
  const expected = near === undefined
    ? `expected one of ${list(names)}`
    : `did you mean ${quote(near)}?`;
  return new GuestError(
    "missing-export",
    `Cannot call ${quote(name)}: the guest exports no function of this name, ${expected}`,
    { export: name },
  );
}
