import type { AnySymbolDeclaration, SymbolDeclarations } from "../../abi/symbol_types.ts";
import { quote } from "../../base/show.ts";
import { conventionOf, type IdleGuest } from "../inspect/idle_guest.ts";
import { inspectFunctions } from "../inspect/inspected_functions.ts";
import type { InspectedFunction } from "../inspect/inspection.ts";

/** A function of the guest, how its types were derived, and its declaration if there is one. */
export interface DescribedSymbol {
  readonly name: string;
  /** The whole core type. */
  readonly type: string;
  readonly declaration?: AnySymbolDeclaration;
  /** Sentences about how its types were derived. */
  readonly words: readonly string[];
}

/** The functions of a guest for a module of types. */
export interface DescribedGuest {
  readonly symbols: readonly DescribedSymbol[];
  /** The helper functions. */
  readonly serving: readonly string[];
  /** A line for each import that the caller of the module has to provide. */
  readonly missing: readonly string[];
  /** How the guest passes text, or why that is unknown. */
  readonly convention: string;
}

/**
 * Describes the functions of a guest by what its binary shows, as `inspect` does.
 *
 * @param given The caller's own declarations, which take precedence.
 * @throws {LoadError} if one that the caller declares does not fit.
 */
export async function describeSymbols(
  idle: IdleGuest,
  given: SymbolDeclarations,
): Promise<DescribedGuest> {
  const { guest, missing, again } = idle;
  await again({ symbols: given }); // throws if one does not fit
  const symbols: DescribedSymbol[] = [];
  const serving: string[] = [];
  for (const [name, declaration] of Object.entries(given)) {
    symbols.push({ name, type: "", declaration, words: ["Declared by the caller."] });
  }
  for (const item of await inspectFunctions(idle)) {
    const { name, type, role, declaration } = item;
    if (Object.hasOwn(given, name)) continue;
    if (declaration !== undefined) {
      symbols.push({ name, type, declaration, words: [understood(item)] });
    } else if (role === "raw") {
      const words = [
        "It is not declared, because no declaration supports all of its types: call it with " +
        "guest.exports.",
      ];
      symbols.push({ name, type, words });
    } else serving.push(name);
  }
  return { symbols, serving, missing, convention: describeConvention(guest) };
}

/** Describes how a function's types were derived, and where to find alternatives. */
function understood({ name, role, textProblem, understood }: InspectedFunction): string {
  if (understood !== undefined) return understood;
  if (role === "text") return "Taken to pass one text and return one, which its type allows.";
  const words = "Declared with its core types.";
  if (textProblem?.settledBy !== undefined) {
    return `${words} If it passes text, \`passage inspect\` lists what would declare that.`;
  }
  if (textProblem !== undefined) return words;
  return `${words} If it passes a text and returns one, \`guest.passString\` calls ${
    quote(name)
  } so.`;
}

function describeConvention(guest: IdleGuest["guest"]): string {
  const report = conventionOf(guest);
  return report === undefined
    ? "No convention for text is detected."
    : `Text passes by ${report}, because ${report.reason}.`;
}
