import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import { GuestError, quote } from "../errors.ts";
import type { Convention } from "./convention.ts";
import type { SymbolDeclaration } from "./declaration.ts";
import { fits, type Layout, layouts, layoutType } from "./layouts.ts";
import { extendCall, showDeclaration } from "./report.ts";

/** Up to so many ways are each shown as the whole option; beyond, their parts are. */
const MOST_SHOWN = 4;

/** The one layout that fits, or an error that says what would settle it. */
export function chooseLayout(
  name: string,
  declaration: SymbolDeclaration,
  type: FunctionType | undefined,
  convention: Convention | undefined,
  address64: boolean,
): Layout {
  const all = layouts(declaration, convention);
  const fitting = type === undefined
    ? all
    : all.filter((layout) => fits(layout, declaration, type, address64));
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) throw ambiguityError(name, type, fitting, convention);
  const wanted = all.map((layout) =>
    formatFunctionType(layoutType(layout, declaration, address64))
  );
  throw new GuestError(
    "signature",
    `Cannot pass ${showDeclaration(declaration)} to ${quote(name)}: ` +
      `it is ${type === undefined ? "unknown" : formatFunctionType(type)}, ` +
      `expected ${[...new Set(wanted)].join(" or ") || "a convention that returns text"}`,
    { export: name },
  );
}

function ambiguityError(
  name: string,
  type: FunctionType | undefined,
  fitting: readonly Layout[],
  convention: Convention | undefined,
): GuestError {
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how ${quote(name)} passes text: ` +
      `${type === undefined ? "its type is unknown" : `it is ${formatFunctionType(type)}`}, ` +
      `which ${fitting.length} forms of the convention ${quote(convention?.name ?? "none")} fit, ` +
      `expected ${settlingOptions(fitting, convention)}`,
    { export: name },
  );
}

/** The options by which each way can be told from the others. */
function settlingOptions(
  fitting: readonly Layout[],
  convention: Convention | undefined,
): string {
  const ways = fitting.map(({ pass, form }) => ({ pass, result: form?.name }));
  const differ = (part: "pass" | "result") => new Set(ways.map((way) => `${way[part]}`)).size > 1;
  const telling = (["pass", "result"] as const).filter(differ);
  if (fitting.length <= MOST_SHOWN && convention !== undefined) {
    return ways.map((way) => {
      const more = Object.fromEntries(telling.map((part) => [part, way[part]]));
      return `convention: ${extendCall(convention.expression, more)}`;
    }).join(" or ");
  }
  const listed = telling.map((part) => {
    const shown = new Set(ways.map((way) => JSON.stringify(way[part])));
    return [...shown].map((value) => `${part}: ${value}`).join(" or ");
  });
  return `an option of the convention: ${listed.join(", and ")}`;
}
