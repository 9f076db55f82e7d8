import type { CoreFunction } from "../../abi/core_value.ts";
import type { Made } from "../call.ts";
import { Code } from "../code/code.ts";

/** The maximum number of arguments for which `withArity` has a branch; more are spread. */
const MOST_WRITTEN = 4;

/** The numbers of arguments that imports have been made for. */
const seen = new Set<number>();

/**
 * Chooses how the functions that guests import are made. V8 inlines a call only if its target is
 * always the same function. So the first import of each number of arguments uses the function
 * below, unless that spreads. Every other import has its own source, which takes 10 µs to make and
 * saves about 5 ns a call.
 */
export function chooseImport(arity: number): (made: Made<CoreFunction>) => CoreFunction {
  const isFirst = arity <= MOST_WRITTEN && !seen.has(arity);
  seen.add(arity);
  const shared = (made: Made<CoreFunction>) => withArity(arity, made);
  return (isFirst ? undefined : writeImport(arity)) ?? shared;
}

type MakeImport = ReturnType<typeof chooseImport>;

/** The choices of {@linkcode chooseImport} for definitions. */
const kept = new WeakMap<object, MakeImport>();

/** Chooses how the function of a definition is made, once for all instances. */
export function keptImport(definition: object, arity: number): MakeImport {
  const known = kept.get(definition);
  if (known !== undefined) return known;
  const make = chooseImport(arity);
  kept.set(definition, make);
  return make;
}

/**
 * Writes a function that the guest can import; `undefined` if the engine makes no code from
 * strings.
 */
function writeImport(arity: number): ((made: Made<CoreFunction>) => CoreFunction) | undefined {
  const code = new Code<Made<CoreFunction>>();
  const made = code.bind("made", (made) => made);
  const args = Array.from({ length: arity }, (_, index) => `c${index}`).join(", ");
  return code.make<CoreFunction>(`return (${args}) =>
  ${made}.compiled === undefined ? ${made}.call(${args}) : ${made}.compiled(${args});`);
}

/**
 * Makes a function that the guest can import. For the usual numbers of arguments it has no spread.
 */
export function withArity(arity: number, made: Made<CoreFunction>): CoreFunction {
  switch (arity) {
    case 0:
      return () => made.compiled === undefined ? made.call() : made.compiled();
    case 1:
      return (a) => made.compiled === undefined ? made.call(a) : made.compiled(a);
    case 2:
      return (a, b) => made.compiled === undefined ? made.call(a, b) : made.compiled(a, b);
    case 3:
      return (a, b, c) => made.compiled === undefined ? made.call(a, b, c) : made.compiled(a, b, c);
    case 4:
      return (a, b, c, d) =>
        made.compiled === undefined ? made.call(a, b, c, d) : made.compiled(a, b, c, d);
    default:
      return (...args) => made.compiled === undefined ? made.call(...args) : made.compiled(...args);
  }
}
