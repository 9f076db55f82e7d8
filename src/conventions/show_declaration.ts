import { quote } from "../errors.ts";
import type { Parameter, Result, SymbolDeclaration } from "./declaration.ts";

/** A declaration as errors show it: `("string", "u32") -> "string"`. */
export function showDeclaration({ parameters, result }: SymbolDeclaration): string {
  const show = (part: Parameter | Result) => quote(typeof part === "string" ? part : part.type);
  return `(${parameters.map(show).join(", ")}) -> ${show(result)}`;
}
