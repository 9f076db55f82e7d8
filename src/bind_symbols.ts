import type { Call } from "./engine/call.ts";
import { LoadError, messageOf, quote } from "./errors.ts";
import type { SymbolDeclarations, SymbolFunction, SymbolFunctions } from "./symbols.ts";

/** A declared symbol, compiled for the instance of the moment. */
export interface BoundSymbol {
  call: Call;
}

/** Symbols as functions, and what they call: what a fresh instance replaces. */
export interface BoundSymbols<S extends SymbolDeclarations> {
  readonly functions: SymbolFunctions<S>;
  readonly bound: ReadonlyMap<string, BoundSymbol>;
}

/**
 * Makes a function of each declared symbol.
 *
 * @param symbols The declarations.
 * @param compile Compiles the symbol of a name.
 * @throws {LoadError} with a line for each symbol that does not fit.
 */
export function bindSymbols<S extends SymbolDeclarations>(
  symbols: S,
  compile: (name: string) => Call,
): BoundSymbols<S> {
  const functions: Record<string, SymbolFunction<SymbolDeclarations[string]>> = {};
  const bound = new Map<string, BoundSymbol>();
  const problems: string[] = [];
  for (const name of Object.keys(symbols)) {
    try {
      const symbol = { call: compile(name) };
      bound.set(name, symbol);
      functions[name] = symbolFunction(symbol);
    } catch (error) {
      problems.push(`symbol ${quote(name)}: ${messageOf(error)}`);
    }
  }
  if (problems.length > 0) {
    throw new LoadError("symbols", `Cannot bind the declared symbols:\n${problems.join("\n")}`, {
      problems,
    });
  }
  return { functions: functions as SymbolFunctions<S>, bound };
}

/** The function of a symbol: it goes on working when the guest is reset. */
function symbolFunction(symbol: BoundSymbol): SymbolFunction<SymbolDeclarations[string]> {
  if (symbol.call.direct === undefined) return (...args) => symbol.call(args) as never;
  return (...args) => {
    const { call } = symbol;
    return (args.length === 1 ? call.direct!(args[0]) : call(args)) as never;
  };
}
