import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { NumberName } from "../../abi/number.ts";
import type { PlanStep } from "../../abi/plan_step.ts";
import { LoadError, messageOf, problemOf } from "../../base/errors.ts";
import { literal } from "../../base/show.ts";
import { formatFunctionType } from "../../binary/defined_types.ts";
import type { ExportInfo, FunctionType, ModuleInfo } from "../../binary/types.ts";
import { findCapacity } from "../../detect/capacity.ts";
import type { Guest } from "../../guest.ts";
import { exportsOf, PASSES, surelyTransforms, usesBuffer } from "../../guest/passes.ts";
import { isAlike } from "../../guest/planner.ts";
import { startupExports } from "../../instance/exports.ts";
import { isCustom, printSymbol } from "../../presets/preset_options.ts";
import { isReserved, onlyReports, ownFunctions, touchesMemory } from "../../presets/roles.ts";
import { understandWorld } from "./component_functions.ts";
import { conventionOf, type IdleGuest } from "./idle_guest.ts";
import type { InspectedFunction, InspectedProblem } from "./inspection.ts";
import { type Understand, understandManaged, type Understood } from "./managed_functions.ts";

type FunctionExport = ExportInfo & { readonly kind: "function" };

/**
 * Describes each exported function: its role, how to call it, and the steps of the call.
 *
 * @param only The name of the only function to describe; all functions unless set.
 */
export async function inspectFunctions(
  idle: IdleGuest,
  only?: string,
): Promise<InspectedFunction[]> {
  const { guest, info, again } = idle;
  const functions = info.exports.filter((item) =>
    item.kind === "function" && (only === undefined || item.name === only)
  ) as FunctionExport[];
  const roleOf = roles(guest, info);
  const called = functions.filter(({ name }) => roleOf(name) === undefined);
  const understand = understandManaged(idle) ?? understandWorld(idle);
  const { declared, withSymbols } = await declareAll(called, understand, again);
  const surely = textTest(guest, info);
  const isOpen = conventionOf(guest) === undefined;
  const inspected: InspectedFunction[] = [];
  for (const item of functions) {
    const { name } = item;
    const type = formatFunctionType(item.type, Infinity);
    const role = roleOf(name);
    if (role !== undefined) {
      inspected.push({ name, type, role, line: callRaw(item, role), steps: [] });
      continue;
    }
    const { declaration, words = [] } = declared.get(name) ?? {};
    const isKnown = words.length > 0;
    const understood = isKnown ? { understood: words.join(" ") } : {};
    // Without a convention no function passes text, for the reason that detection gave.
    const asks = !isOpen && (!isKnown || isAlike(declaration, PASSES.string));
    const text = asks ? await planText(guest, name) : undefined;
    const textProblem = text !== undefined && "problem" in text
      ? { textProblem: text.problem }
      : {};
    if (text !== undefined && "steps" in text && (isKnown || surely(item) || !declaration)) {
      const { string: declaration } = PASSES;
      const line = `guest.passString("text", ${literal(name)})`;
      const { steps } = text;
      inspected.push({ name, type, role: "text", declaration, ...understood, line, steps });
    } else if (declaration !== undefined) {
      const { steps } = await withSymbols.plan(name);
      const line = callSymbol(name, declaration);
      const needs = printSymbol(name, declaration);
      const role = takesObjects(declaration) ? "declared" : "numbers";
      const common = { name, type, role, declaration, ...understood, line, needs, steps } as const;
      inspected.push({ ...common, ...textProblem });
    } else {
      inspected.push({ name, type, role: "raw", line: callRaw(item), steps: [], ...textProblem });
    }
  }
  return inspected;
}

/** Declares functions, and loads a guest with these declarations. */
async function declareAll(
  functions: readonly FunctionExport[],
  understand: Understand | undefined,
  again: IdleGuest["again"],
): Promise<{ declared: ReadonlyMap<string, Understood>; withSymbols: Guest }> {
  const declared = new Map<string, Understood>();
  for (const { name, type } of functions) {
    const numbers = declareNumbers(type);
    if (numbers === undefined) continue;
    declared.set(name, understand?.(name, type, numbers) ?? { declaration: numbers, words: [] });
  }
  const symbols = [...declared].map(([name, { declaration }]) => [name, declaration] as const);
  try {
    return { declared, withSymbols: await again({ symbols: Object.fromEntries(symbols) }) };
  } catch (error) {
    const isMisfit = error instanceof LoadError && error.code === "symbols";
    // A binary can state types that do not fit its functions.
    if (understand === undefined || !isMisfit) throw error;
    return await declareAll(functions, undefined, again);
  }
}

function takesObjects({ parameters, result }: SymbolDeclaration): boolean {
  return [result, ...parameters].some((type) => type === "string" || type === "bytes");
}

/** Returns the roles of functions that users do not call. */
function roles(
  guest: Guest,
  info: ModuleInfo,
): (name: string) => InspectedFunction["role"] | undefined {
  const started = new Set(["_start", ...startupExports(guest.exports)]);
  const convention = conventionOf(guest)?.convention;
  const used = new Set([...exportsOf(convention), ...capacityExport(convention, info)]);
  const reserved = new Set(info.exports.filter(isReserved).map(({ name }) => name));
  return (name) =>
    started.has(name)
      ? "start"
      : used.has(name)
      ? "convention"
      : reserved.has(name)
      ? "toolchain"
      : undefined;
}

/** Returns the export that states the capacity of the convention's buffer, if one does. */
function capacityExport(convention: Chosen | undefined, info: ModuleInfo): string[] {
  if (convention === undefined || isCustom(convention) || convention.place.kind !== "buffer") {
    return [];
  }
  const { source } = findCapacity(convention.place, info);
  return typeof source === "object" && "export" in source ? [source.export] : [];
}

type Chosen = Guest["convention"]["convention"];

function textTest(guest: Guest, info: ModuleInfo): (item: FunctionExport) => boolean {
  const convention = conventionOf(guest)?.convention;
  const isBuffer = usesBuffer(convention);
  const own = ownFunctions(info, exportsOf(convention));
  const surely = surelyTransforms(own, info, isBuffer);
  // If there is an allocator, a number may be the address of a text.
  const couldRead = (name: string) =>
    isBuffer || touchesMemory(info, name) && !onlyReports(info, name);
  return (item) => surely(item) && couldRead(item.name);
}

type Found = { readonly steps: readonly PlanStep[] } | { readonly problem: InspectedProblem };

async function planText(guest: Guest, name: string): Promise<Found> {
  try {
    return { steps: stepsOf(await guest.plan(name, "string")) };
  } catch (error) {
    return { problem: describeProblem(error) };
  }
}

/** Returns the steps without the initialisation, which `load` does. */
function stepsOf({ steps }: { readonly steps: readonly PlanStep[] }): readonly PlanStep[] {
  return steps.filter(({ step }) => step !== "initialize");
}

/** Describes why something is impossible, what was found, and the options that would settle it. */
export function describeProblem(error: unknown): InspectedProblem {
  const code = (error as { readonly code?: string }).code ?? "unknown";
  const { found, expected, advice } = problemOf(error)?.parts ?? {};
  // The types that would fit are not an option that the caller can set.
  const settledBy = code === "signature" ? advice : expected;
  return {
    code,
    message: messageOf(error),
    ...(found !== undefined && { found }),
    ...(settledBy !== undefined && { settledBy }),
  };
}

const NUMBERS: ReadonlySet<string> = new Set<NumberName>(["i32", "i64", "f32", "f64"]);

/** Returns the declaration of a function with its core types, if all of them are numbers. */
export function declareNumbers(
  { parameters, results }: FunctionType,
): SymbolDeclaration | undefined {
  const [result = "void", ...others] = results;
  const all = [...parameters, ...results];
  if (others.length > 0 || !all.every((type) => NUMBERS.has(type) || type === "externref")) {
    return undefined;
  }
  return { parameters: parameters as NumberName[], result: result as NumberName | "void" };
}

function callSymbol(name: string, { parameters }: SymbolDeclaration): string {
  const args = parameters.map((type) => ARGUMENTS[type as string] ?? "0").join(", ");
  return `guest.symbols${member(name)}(${args})`;
}

function callRaw({ name, type }: FunctionExport, role?: InspectedFunction["role"]): string {
  if (role === "start") return name === "_start" ? "guest.run()" : "guest.initialize()";
  const args = type.parameters.map((type) => ARGUMENTS[type] ?? "null").join(", ");
  return `(guest.exports${member(name)} as CallableFunction)(${args})`;
}

/** Sample arguments by type. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  string: '"text"',
  bytes: "new Uint8Array()",
  u64: "0n",
  bool: "false",
  i32: "0",
  i64: "0n",
  f32: "0",
  f64: "0",
  externref: "null",
};

/** Returns the source of an access to a property with this name. */
function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${literal(name)}]`;
}
