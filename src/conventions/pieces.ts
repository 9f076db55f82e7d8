import { GuestError, quote } from "../errors.ts";
import type { Slot } from "./convention.ts";
import type { Parameter, PieceDeclaration, SymbolDeclaration } from "./declaration.ts";
import type { PieceCall, Recipe } from "./recipe.ts";
import type { ResolveContext } from "./resolve.ts";

/** Works out the calls of a guest that takes parameter number `parameter` in pieces. */
export function resolvePieces(
  { pieces, parameters }: SymbolDeclaration,
  parameter: number,
  context: ResolveContext,
): NonNullable<Recipe["pieces"]> {
  const { init, update, final, parameter: stated } = pieces!;
  const data = parameters.filter(isData);
  const isOpen = stated === undefined && data.length !== 1;
  if (isOpen || !isData(parameters[parameter])) {
    throw new GuestError(
      "signature",
      `Cannot pass ${isOpen ? `${data.length} texts` : `parameter ${parameter}`} in pieces to ` +
        `${quote(nameOf(update))}: expected one text` +
        (isOpen ? ', or "parameter" to say which it is' : ""),
      { export: nameOf(update) },
    );
  }
  const numbers: Slot[] = parameters.flatMap((item, index) =>
    isData(item) ? [] : [{ parameter: index }]
  );
  const byteLength: Slot = { text: parameter, as: "byteLength" };
  const pointer: Slot = { text: parameter, as: "pointer" };
  return {
    parameter,
    init: init === undefined ? undefined : resolve(init, [[], numbers], context),
    update: resolve(update, [[byteLength], [pointer, byteLength]], context),
    final: resolve(final, [[], numbers], context),
  };
}

function isData(parameter: Parameter | undefined): boolean {
  return parameter === "string" || parameter === "bytes" || typeof parameter === "object";
}

/** The first of the usual ways that has as many arguments as the export takes. */
function resolve(
  declared: PieceDeclaration,
  ways: readonly (readonly Slot[])[],
  context: ResolveContext,
): PieceCall {
  const name = nameOf(declared);
  if (typeof declared === "object") return { export: name, slots: declared.arguments };
  const count = context.functionType(name)?.parameters.length;
  const slots = ways.find((way) => count === undefined || way.length === count);
  if (slots !== undefined) return { export: name, slots };
  const counts = new Set(ways.map((way) => way.length));
  throw new GuestError(
    "signature",
    `Cannot pass pieces to ${quote(name)}: it takes ${count} arguments, expected ` +
      `${[...counts].join(" or ")}, or { export, arguments } to say which`,
    { export: name },
  );
}

function nameOf(declared: PieceDeclaration): string {
  return typeof declared === "string" ? declared : declared.export;
}
