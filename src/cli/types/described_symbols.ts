import type { AnySymbolDeclaration, SymbolDeclarations } from "../../abi/symbol_types.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType, ModuleInfo } from "../../binary/types.ts";
import { PASSES } from "../../guest/passes.ts";
import type { IdleGuest } from "../inspect/idle_guest.ts";
import { declareNumbers, inspectFunctions } from "../inspect/inspected_functions.ts";
import type { InspectedFunction } from "../inspect/inspection.ts";
import { namesNumber } from "../../presets/names.ts";
import { looksUp } from "../../presets/roles.ts";
import { managedParameters } from "./managed_parameters.ts";

/** A function of the guest, how it was understood, and its declaration if it can be declared. */
export interface DescribedSymbol {
  readonly name: string;
  /** The whole core type. */
  readonly type: string;
  readonly declaration?: AnySymbolDeclaration;
  /** Sentences that say how it was understood. */
  readonly words: readonly string[];
}

/** The functions of a guest for a module of types. */
export interface DescribedGuest {
  readonly symbols: readonly DescribedSymbol[];
  /** The functions that serve others. */
  readonly serving: readonly string[];
  /** A line for each import that the caller of the module has to provide. */
  readonly missing: readonly string[];
  /** How the guest passes text, or why that is open. */
  readonly convention: string;
}

/**
 * Describes the functions of a guest by what its binary shows, without running it.
 *
 * @param bytes The whole binary.
 * @param given The caller's own declarations, which come first.
 * @throws {LoadError} if one of the caller's does not fit.
 */
export async function describeSymbols(
  idle: IdleGuest,
  bytes: Uint8Array,
  given: SymbolDeclarations,
): Promise<DescribedGuest> {
  const { guest, info, missing, again } = idle;
  const managed = holdsObjects(guest) ? managedParameters(bytes, info) : undefined;
  await again({ symbols: given }); // throws if one does not fit
  const symbols: DescribedSymbol[] = [];
  const serving: string[] = [];
  for (const [name, declaration] of Object.entries(given)) {
    symbols.push({ name, type: "", declaration, words: ["Declared by the caller."] });
  }
  const types = new Map(
    info.exports.flatMap((item) => item.kind === "function" ? [[item.name, item.type]] : []),
  );
  for (const item of await inspectFunctions(idle)) {
    const { name, type, role } = item;
    if (Object.hasOwn(given, name)) continue;
    const core = types.get(name)!;
    if (managed !== undefined && (role === "text" || role === "numbers")) {
      const symbol = core.parameters.length === 0 && isStringConstant(guest, info, name)
        ? { name, type, declaration: CONSTANT, words: ["Its result is the address of a string."] }
        : describeManaged(item, core, managed.get(name) ?? []);
      if (symbol !== undefined) {
        symbols.push(symbol);
        continue;
      }
    }
    if (role === "text") {
      symbols.push({ name, type, declaration: PASSES.string, words: TEXT });
    } else if (role === "numbers") {
      const declaration = declareNumbers(core)!;
      symbols.push({ name, type, declaration, words: numberWords(item) });
    } else if (role === "raw") {
      const words = [
        "It is not declared, because no declaration has all of its types: call it by guest.exports.",
      ];
      symbols.push({ name, type, words });
    } else serving.push(name);
  }
  return { symbols, serving, missing, convention: describeConvention(guest) };
}

const TEXT = ["Taken to pass one text and return one, which its type allows."];

/** Says why a function is declared with its core types, and where to look for what else it is. */
function numberWords({ textProblem, name }: InspectedFunction): string[] {
  const words = ["Declared with its core types."];
  if (textProblem?.settledBy !== undefined) {
    words.push("If it passes text, `passage inspect` lists what would declare that.");
  } else if (textProblem === undefined) {
    words.push(
      `If it passes a text and returns one, \`guest.passString\` calls ${quote(name)} so.`,
    );
  }
  return words;
}

const CONSTANT = { parameters: [], result: "string" } as const;

/** The class id of strings in AssemblyScript. */
const STRING_ID = 2;

/** Returns whether a function that only looks something up returns the address of a string. */
function isStringConstant(
  { exports, memory }: IdleGuest["guest"],
  info: ModuleInfo,
  name: string,
): boolean {
  const get = exports[name];
  if (typeof get !== "function" || !looksUp(info, name)) return false;
  const address = get() as unknown;
  return typeof address === "number" && address >= 20 && address % 16 === 0 &&
    address <= memory.size && memory.read("u32", address - 8) === STRING_ID;
}

/** Returns whether a guest passes objects of AssemblyScript. */
function holdsObjects(guest: IdleGuest["guest"]): boolean {
  try {
    return guest.convention.name === "AssemblyScript";
  } catch {
    return false;
  }
}

/**
 * Describes a function of AssemblyScript by the parameters that it keeps from the collector.
 *
 * @returns `undefined` if its type has what no declaration has.
 */
function describeManaged(
  { name, type }: InspectedFunction,
  core: FunctionType,
  managed: readonly number[],
): DescribedSymbol | undefined {
  const numbers = declareNumbers(core);
  if (numbers === undefined) return undefined;
  const parameters = numbers.parameters.map((parameter, index) =>
    managed.includes(index) ? "string" : parameter
  );
  const mayReturn = core.results[0] === "i32" && managed.length > 0;
  const result = mayReturn && !namesNumber(name) ? "string" : numbers.result;
  const which = managed.map((index) => `argument ${index}`).join(" and ");
  const objects = managed.length === 1
    ? "an object, taken as a string"
    : "objects, taken as strings";
  const words = managed.length === 0
    ? ["It keeps no argument from the collector, so it takes numbers alone."]
    : [`It keeps ${which} from the collector: ${objects}.`];
  if (core.results[0] === "i32") {
    words.push(
      `Its result is a number or the address of an object, taken as a ${
        result === "string" ? "string" : "number"
      }.`,
    );
  }
  return { name, type, declaration: { parameters, result }, words };
}

function describeConvention(guest: IdleGuest["guest"]): string {
  try {
    const report = guest.convention;
    return `Text passes by ${report}, because ${report.reason}.`;
  } catch {
    return "No convention for text is recognised.";
  }
}
