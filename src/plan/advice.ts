import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { Value } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { namesLength } from "../presets/names.ts";
import { canBePasted, extendCall, isCustom, printSymbol } from "../presets/preset_options.ts";
import { isGetter } from "../presets/roles.ts";
import { listOptions } from "./choose_flattening.ts";
import type { ResolveContext } from "./context.ts";
import { handsOut } from "./plan_blocks.ts";
import { planParts } from "./resolve.ts";

export function adviseUse(
  name: string,
  content: "string" | "bytes",
  context: ResolveContext,
  info: ModuleInfo | undefined,
): string | undefined {
  const type = context.functionType(name);
  if (type === undefined || !canBePasted(name)) return undefined;
  const number = numberResult(type.results);
  const declare = (declaration: SymbolDeclaration, condition: string) =>
    fits(name, declaration, context) ? [`${printSymbol(name, declaration)} if ${condition}`] : [];
  if (type.parameters.length === 0) {
    return joined([
      ...adviseTold(name, content, context),
      ...(number === undefined
        ? declare({ parameters: [], result: "void" }, "it takes and gives nothing")
        : [
          ...declareText(name, content, context),
          ...declare({ parameters: [], result: number }, "it returns a number"),
        ]),
    ]);
  }
  const parameters = [content];
  if (number !== undefined) {
    const range = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;
    const lengths = lengthGetters(info, context, false);
    return joined([
      ...lengths.flatMap((length) =>
        declare(
          { parameters, result: { type: content, pointer: "result", length: { export: length } } },
          `${quote(length)} returns the length of that result`,
        )
      ),
      ...declare({
        parameters,
        arguments: [...range, { area: 0 }],
        result: { type: content, pointer: "result", length: { word: 0 } },
      }, "it writes the length of what it returns where its last argument points"),
      ...declare({
        parameters,
        output: { capacity: 4096 },
        arguments: [...range, "output", "capacity"],
        result: { type: content, pointer: "output", length: "result" },
      }, "it writes the text into a buffer that it is given with its size, and returns the length"),
      ...declare({ parameters, result: number }, "it returns a number"),
    ]);
  }
  if (type.results.length > 0) return undefined;
  const inPlace = (length: Value, more: string) =>
    declare(
      { parameters, result: { type: content, pointer: { argument: 0 }, length } },
      `it changes the text where it is${more}`,
    );
  return joined([
    ...lengthGetters(info, context, true).flatMap((length) =>
      inPlace({ export: length }, `, and ${quote(length)} returns the new length`)
    ),
    ...inPlace({ byteLengthOf: 0 }, ""),
    ...declare({ parameters, result: "void" }, "it returns nothing"),
  ]);
}

/** Returns the declarations of a getter that returns the address of a text. */
function declareText(name: string, content: string, context: ResolveContext): string[] {
  if (content !== "string") return [];
  const { convention } = context;
  const isOfC = convention !== undefined && "terminated" in convention &&
    convention.terminated === "always";
  const result = isOfC ? "string" as const : { type: "string", form: "terminated" } as const;
  const declaration = { parameters: [], result };
  return fits(name, declaration, context)
    ? [`${printSymbol(name, declaration)} if it returns the address of a text`]
    : [];
}

/**
 * Returns the options for an export without parameters, whose guest gets the length when it
 * allocates.
 */
function adviseTold(
  name: string,
  content: "string" | "bytes",
  context: ResolveContext,
): string[] {
  const { convention } = context;
  if (convention === undefined || convention instanceof Problem || isCustom(convention)) return [];
  const { place } = convention;
  if (!handsOut(place) || convention.terminated === "always") return [];
  const expression = extendCall(convention.expression, { pass: [] });
  const told = { ...convention, expression, pass: [[]] };
  const declaration = { parameters: [content], result: content };
  const options = listOptions(name, declaration, told, context);
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
  // Beside a buffer, a getter of a size returns the buffer's size, unless nothing else gives one.
  if (convention === undefined || !("place" in convention)) return [];
  if (convention.place.kind === "buffer" && !isSilent) return [];
  return (info?.exports ?? []).filter((item) => isGetter(item) && namesLength(item.name))
    .map(({ name }) => name);
}

function numberResult(
  [result, ...rest]: readonly string[],
): "i32" | "i64" | "f32" | "f64" | undefined {
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
