import * as passage from "../../mod.ts";

/** Evaluates an expression of the public names, as a program that imports them would. */
export function evaluate(expression: string): passage.Convention {
  return new Function(...Object.keys(passage), `return ${expression}`)(...Object.values(passage));
}

/** The options that an error shows: each an expression behind `convention:`. */
export function optionsIn(message: string): string[] {
  return [...message.matchAll(/convention: (\w+\(.*?\))(?= \(| or |$)/g)].map(([, option = ""]) =>
    option
  );
}
