import type { Parameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations, SymbolFunctions } from "../abi/symbol_types.ts";
import type { SymbolFunction } from "../abi/value_types.ts";
import { LoadError, Problem } from "../base/errors.ts";
import { listLines, quote } from "../base/show.ts";
import { byCount } from "../call/by_count.ts";
import type { Call } from "../call/call.ts";
import type { PlanCall } from "../call/call_parts.ts";
import { makeFunction } from "../call/code/code.ts";
import type { Properties } from "./properties.ts";

/** The functions of symbols, and their calls, which a fresh instance replaces. */
export interface BoundSymbols<S extends SymbolDeclarations> {
  /** The functions by name, and the properties. */
  readonly functions: SymbolFunctions<S>;
  readonly bound: ReadonlyMap<string, BoundSymbol>;
}

/** The functions of all symbols, and the properties that some of them make. */
export interface ExpandedSymbols {
  readonly symbols: Readonly<Record<string, SymbolDeclaration>>;
  readonly properties: Properties | undefined;
}

/** Replaces properties with functions; `wrong` has the symbols with invalid declarations. */
export async function expandSymbols(
  declared: SymbolDeclarations,
  wrong: ReadonlyMap<string, unknown> = new Map(),
): Promise<ExpandedSymbols> {
  // An invalid declaration can be absent.
  const isProperty = (part: object | undefined): part is { readonly type: unknown } =>
    part !== undefined && "type" in part;
  if (!Object.values(declared).some(isProperty)) {
    return { symbols: declared as ExpandedSymbols["symbols"], properties: undefined };
  }
  const hasClass = Object.values(declared).some((part: object | undefined) =>
    isProperty(part) && part.type === "class"
  );
  const classes = hasClass ? await import("./declared_class.ts") : undefined;
  const { Properties } = await import("./properties.ts");
  const properties = new Properties(classes?.declareClass);
  return { symbols: properties.expand(declared, (name) => wrong.has(name)), properties };
}

/**
 * Makes a function of each declared symbol.
 *
 * @param symbols The declarations.
 * @param bind Binds a symbol to the current instance, or returns why it cannot be bound.
 * @param wrong The problems of the symbols with invalid declarations, which are not compiled.
 * @param properties The symbols that are properties, if there are any.
 * @throws {LoadError} with a line for each symbol that does not fit.
 */
export function bindSymbols<S extends SymbolDeclarations>(
  symbols: ExpandedSymbols["symbols"],
  bind: (name: string) => Call | Problem,
  wrong: ReadonlyMap<string, readonly string[]> = new Map(),
  properties?: Properties,
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
      const declared = properties?.declaredName(name) ?? name;
      problems.push(...lines.map((line) => `symbol ${quote(declared)}: ${line}`));
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
  // Assignment would not work, because a name can be "__proto__".
  const all = Object.fromEntries(functions);
  return { functions: (properties?.define(all) ?? all) as SymbolFunctions<S>, bound };
}

/** A declared symbol, bound to the current instance. */
export interface BoundSymbol {
  call: Call;
}

/** Makes the function of a symbol, which keeps working after a reset. */
export function symbolFunction(symbol: BoundSymbol, declaration: SymbolDeclaration): PlanCall {
  const { parameters, result } = declaration;
  const isNumeric = typeof result === "string" && NUMBERS.test(result) &&
    parameters.every((parameter: Parameter) =>
      typeof parameter === "string" && NUMBERS.test(parameter)
    );
  const made = isNumeric && !declaration.async
    ? makeSeparate(symbol, parameters.length)
    : undefined;
  return made ?? byCount(symbol, parameters.length);
}

/** The types of core values. Their calls are so short that the overhead of calling matters. */
const NUMBERS = /^(?:[iu](?:8|16|32|64)|f32|f64|bool|void)$/;

/**
 * Makes a function with its own source. V8 inlines a call only if its target is always the same
 * function, so the calls of different forms and symbols have to be separate.
 *
 * @returns `undefined` if the engine forbids code from strings.
 */
function makeSeparate(symbol: BoundSymbol, count: number): PlanCall | undefined {
  const names = Array.from({ length: count }, (_, index) => `a${index}`).join(", ");
  const make = makeFunction(
    ["symbol"],
    `return function (${names}) {
  const { call } = symbol;
  if (arguments.length !== ${count}) return call.call(...arguments);
  return call.compiled === undefined ? call.call(${names}) : call.compiled(${names});
};`,
  );
  return make?.(symbol) as PlanCall | undefined;
}
