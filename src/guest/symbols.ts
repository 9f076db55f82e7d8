import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations, SymbolFunction, SymbolFunctions } from "../abi/symbol_types.ts";
import { LoadError, Problem } from "../base/errors.ts";
import { listLines, quote } from "../base/show.ts";
import type { Call } from "../call/call.ts";
import { type BoundSymbol, symbolFunction } from "./symbol_functions.ts";

/** The functions of symbols, and their calls, which a fresh instance replaces. */
export interface BoundSymbols<S extends SymbolDeclarations> {
  readonly functions: SymbolFunctions<S>;
  readonly bound: ReadonlyMap<string, BoundSymbol>;
}

/**
 * Makes a function of each declared symbol.
 *
 * @param symbols The declarations.
 * @param bind Binds a symbol to the current instance, or returns why it cannot be bound.
 * @param wrong The faults of the symbols that are declared wrongly, which are not compiled.
 * @throws {LoadError} with a line for each symbol that does not fit.
 */
export function bindSymbols<S extends SymbolDeclarations>(
  symbols: S,
  bind: (name: string) => Call | Problem,
  wrong: ReadonlyMap<string, readonly string[]> = new Map(),
): BoundSymbols<S> {
  const functions: [name: string, fn: SymbolFunction<SymbolDeclaration>][] = [];
  const bound = new Map<string, BoundSymbol>();
  const problems: string[] = [];
  for (const name of Object.keys(symbols)) {
    const faults = wrong.get(name);
    if (faults !== undefined) {
      problems.push(...faults);
      continue;
    }
    const call = bind(name);
    if (call instanceof Problem) {
      const lines = call.parts.lines ?? [call.message];
      problems.push(...lines.map((line) => `symbol ${quote(name)}: ${line}`));
      continue;
    }
    const symbol = { call };
    bound.set(name, symbol);
    functions.push([name, symbolFunction(symbol, symbols[name]!) as never]);
  }
  if (problems.length > 0) {
    throw new LoadError("symbols", `Cannot bind the declared symbols:\n${listLines(problems)}`, {
      problems,
    });
  }
  // No assignment, because one of the names can be "__proto__".
  return { functions: Object.fromEntries(functions) as SymbolFunctions<S>, bound };
}
