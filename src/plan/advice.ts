import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { Length } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { namesLength } from "../presets/names.ts";
import {
  canBePasted,
  extendCall,
  isCustom,
  leavesFreeingOpen,
  printSymbol,
} from "../presets/preset_options.ts";
import { isFixedSize, isGetter } from "../presets/roles.ts";
import { listOptions } from "./choose_flattening.ts";
import type { ResolveContext } from "./context.ts";
import { handsOut } from "./plan_blocks.ts";
import { planParts } from "./resolve.ts";

/** The use for which advice is given. */
interface Use {
  readonly name: string;
  readonly content: "string" | "bytes";
  readonly context: ResolveContext;
  readonly info: ModuleInfo | undefined;
  /** The number of the export's parameters. */
  readonly count: number;
}

/**
 * Returns the options that may fit an export that a pass cannot call, each with its meaning.
 *
 * @returns `undefined` if there are none.
 */
export function adviseUse(
  name: string,
  content: "string" | "bytes",
  context: ResolveContext,
  info: ModuleInfo | undefined,
): string | undefined {
  const type = context.functionType(name);
  if (type === undefined || !canBePasted(name)) return undefined;
  const use: Use = { name, content, context, info, count: type.parameters.length };
  const number = numberResult(type.results);
  if (number !== undefined) {
    return joined(use.count === 0 ? adviseGetter(use, number) : adviseNumber(use, number));
  }
  return type.results.length > 0 ? undefined : joined(adviseSilent(use));
}

/** Returns a declaration to paste, if it fits the export. */
function declare(
  { name, context }: Use,
  declaration: SymbolDeclaration,
  condition: string,
): string[] {
  return fits(name, declaration, context)
    ? [`${printSymbol(name, declaration)} if ${condition}`]
    : [];
}

/** Returns the declarations of an export without parameters that returns a number. */
function adviseGetter(use: Use, result: CoreNumber): string[] {
  const { name, content, info } = use;
  return [
    ...adviseTold(use),
    ...declareText(use),
    ...(info?.effects?.get(name)?.loops
      ? declare(
        use,
        { parameters: [content], result },
        "it goes through the text and returns a number",
      )
      : []),
    ...declare(use, { parameters: [], result }, "it returns a number"),
  ];
}

/** Returns the declarations of an export with parameters that returns a number. */
function adviseNumber(use: Use, number: CoreNumber): string[] {
  const { content, context, info, count } = use;
  const parameters = [content];
  const range = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;
  const { convention } = context;
  const known = convention !== undefined && "place" in convention ? convention : undefined;
  const isOpen = known !== undefined && leavesFreeingOpen(known);
  const pointer = context.address64 ? "i64" : "i32";
  // Memory at an address that a guest returns leaks unless somebody frees it.
  const returned = (length: Length, condition: string, more: Partial<SymbolDeclaration> = {}) =>
    declare(
      use,
      {
        parameters,
        ...more,
        result: {
          type: content,
          pointer: "result",
          length,
          ...(isOpen && { freedBy: "host" as const }),
        },
      },
      condition + (isOpen ? ' (freedBy: "guest" instead if the guest keeps that)' : ""),
    );
  return [
    ...lengthGetters(info, context, false).flatMap((length) =>
      returned({ export: length }, `${quote(length)} returns the length of that result`)
    ),
    ...returned(
      { word: 0 },
      "it writes the length of what it returns where its last argument points",
      { arguments: [...range, { area: 0 }] },
    ),
    ...declare(use, {
      parameters,
      output: { capacity: 4096 },
      arguments: [...range, "output", "capacity"],
      result: { type: content, pointer: "output", length: "result" },
    }, "it writes the text into a buffer that it is given with its size, and returns the length"),
    ...declare(use, { parameters, result: number }, "it returns a number"),
    ...(known?.place.kind === "allocator" && count === 2 && number === pointer
      ? returned({ byteLengthOf: 0 }, "it returns the address of a text of the same length")
      : []),
  ];
}

/** Returns the declarations of an export that returns nothing. */
function adviseSilent(use: Use): string[] {
  const { content, context, info, count } = use;
  const parameters = [content];
  const takesNothing = count === 0;
  const output = outputOf(context);
  const where = output === undefined
    ? "changes the text where it is"
    : `writes the text where ${quote(output.export)} says`;
  const inPlace = (length: Length, more: string) =>
    declare(
      use,
      { parameters, result: { type: content, pointer: output ?? { argument: 0 }, length } },
      `it ${where}${more}`,
    );
  return [
    ...lengthGetters(info, context, true).flatMap((length) =>
      inPlace({ export: length }, `, and ${quote(length)} returns the new length`)
    ),
    ...(takesNothing && content === "string" ? inPlace("nul", ", and a NUL ends it") : []),
    ...inPlace({ byteLengthOf: 0 }, takesNothing ? ", and its length stays" : ""),
    ...declare(use, { parameters, result: "void" }, "it returns nothing"),
    ...(takesNothing
      ? declare(use, { parameters: [], result: "void" }, "it takes and gives nothing")
      : []),
  ];
}

/** Returns the getter of the output buffer, if it differs from the input buffer. */
function outputOf({ convention }: ResolveContext): { readonly export: string } | undefined {
  if (convention === undefined || !("place" in convention)) return undefined;
  const { place, results } = convention;
  const output = results[0]?.text.pointer;
  return place.kind === "buffer" && typeof output === "object" && "export" in output &&
      output.export !== place.pointer
    ? output
    : undefined;
}

/** Returns the declarations of a getter that returns the address of a text. */
function declareText(use: Use): string[] {
  const { content, context: { convention } } = use;
  if (content !== "string") return [];
  const isOfC = convention !== undefined && "terminated" in convention &&
    convention.terminated === "always";
  const result = isOfC ? "string" as const : { type: "string", form: "terminated" } as const;
  return declare(use, { parameters: [], result }, "it returns the address of a text");
}

/**
 * Returns the options for an export without parameters in a guest that gets the length when it
 * allocates.
 */
function adviseTold({ name, content, context }: Use): string[] {
  const { convention } = context;
  if (convention === undefined || convention instanceof Problem || isCustom(convention)) return [];
  const { place } = convention;
  if (!handsOut(place) || convention.terminated === "always") return [];
  const expression = extendCall(convention.expression, { pass: [] });
  const stated = { ...convention, expression, pass: [[]] };
  const declaration = { parameters: [content], result: content };
  const options = listOptions(name, declaration, stated, context);
  if (options === undefined) return [];
  const allocate = typeof place.allocate === "string" ? place.allocate : place.allocate.export;
  return [`${options} if the guest learns from ${quote(allocate)} how long the text is`];
}

/** Finds getters that may return the length of another export's result. */
function lengthGetters(
  info: ModuleInfo | undefined,
  { convention }: ResolveContext,
  isSilent: boolean,
): string[] {
  // In a guest with a buffer, the getter of a size returns the buffer's size.
  if (convention === undefined || !("place" in convention)) return [];
  if (convention.place.kind === "buffer" && !isSilent) return [];
  if (info === undefined) return [];
  return info.exports.filter((item) =>
    isGetter(item) && namesLength(item.name) && !isFixedSize(item, info)
  ).map(({ name }) => name);
}

type CoreNumber = "i32" | "i64" | "f32" | "f64";

function numberResult([result, ...rest]: readonly string[]): CoreNumber | undefined {
  if (rest.length > 0) return undefined;
  return result === "i32" || result === "i64" || result === "f32" || result === "f64"
    ? result
    : undefined;
}

function fits(name: string, declaration: SymbolDeclaration, context: ResolveContext): boolean {
  return !(planParts(name, declaration, context) instanceof Problem);
}

function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(" or ");
}
