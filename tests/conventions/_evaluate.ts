import * as passage from "../../mod.ts";

/** Evaluates an expression of the public names, as a program that imports them would. */
export function evaluate(expression: string): passage.Convention {
  return new Function(...Object.keys(passage), `return ${expression}`)(...Object.values(passage));
}

/** Returns the options that an error shows: each is an expression after `convention:`. */
export function optionsIn(message: string): string[] {
  return [...message.matchAll(/convention: (\w+\(.*?\))(?= \(| or |$)/g)].map(([, option = ""]) =>
    option
  );
}

/**
 * Returns the options of `load` in an error's lines to paste: each `symbols: { … }` of the message,
 * with the convention before it, if there is one.
 */
export function linesIn(message: string): passage.LoadOptions[] {
  return [...message.matchAll(/(?:convention: \w+\([^()]*\), )?symbols: /g)].map((found) => {
    const end = endOfBraces(message, found.index + found[0].length);
    return evaluate(`({ ${message.slice(found.index, end)} })`) as object;
  });
}

/** Returns the index after the brace that closes the one at `from`. */
function endOfBraces(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at + 1;
  }
  throw new Error(`no brace closes the one at ${from} of ${text}`);
}
