import type { ExportInfo, FunctionEffects, ModuleInfo } from "../binary/types.ts";
import { doesSomething, handsOut, isReserved } from "./names.ts";

// What exported functions can be, by what their bodies do. Names alone do not tell a getter or a sum
// of two numbers from a transform of the same type.

/** Whether a function only looks something up: it can be asked as often as need be. */
export function looksUp(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && !effects.loops && !effects.writes;
}

/** Whether a function can have to do with memory: one that only calculates has not. */
export function usesMemory(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects === undefined || effects.reads || effects.writes || !effects.calculates;
}

/**
 * Whether a function can transform a text in a buffer: without an argument it has to look for the
 * end, byte by byte. Names that say what is done to a text are believed.
 */
export function couldTransform(
  info: ModuleInfo,
  { name, type }: ExportInfo & { readonly kind: "function" },
): boolean {
  if (type.parameters.length > 0) return usesMemory(info, name);
  return doesSomething(name) || effectsOf(info, name)?.loops !== false;
}

/** Whether a function only looks into memory: it reads a number of its own, or a byte of a text. */
export function onlyPeeks(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && effects.reads && !effects.writes && !effects.loops;
}

/** Whether symbols take a pointer and no length with it, and return one. */
export function takesPointersAlone(info: ModuleInfo): boolean {
  const symbols = info.exports.filter((item) =>
    item.kind === "function" && !isReserved(item) && usesMemory(info, item.name)
  );
  const takesLength = (item: ExportInfo) =>
    item.kind === "function" && item.type.parameters.length > 1;
  return symbols.some((item) => handsOut(item, 1)) && !symbols.some(takesLength);
}

function effectsOf(info: ModuleInfo, name: string): FunctionEffects | undefined {
  return info.effects?.get(name);
}
