import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { list, quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import type { Call } from "../call/call.ts";
import { adviseUse } from "../plan/advice.ts";
import { typesOf } from "../plan/choose_flattening.ts";
import type { ResolveContext } from "../plan/context.ts";
import { planParts } from "../plan/resolve.ts";
import { namesGetter, namesNumber } from "../presets/names.ts";
import { isCustom, showDeclaration } from "../presets/preset_options.ts";
import {
  couldTransform,
  onlyPeeks,
  onlyReports,
  ownFunctions,
  rewrites,
} from "../presets/roles.ts";

/** The declarations of `passString` and `passBytes`. */
export const PASSES = {
  string: { parameters: ["string"], result: "string" },
  bytes: { parameters: ["bytes"], result: "bytes" },
} as const satisfies Record<string, SymbolDeclaration>;

/** The calls that were made for passes, by the name of the export, if one was given. */
export class PassCalls {
  readonly #calls = new Map<string | undefined, Call>();
  // Most programs pass to one name. Comparing it is 5 ns faster than looking it up.
  #name: string | undefined;
  #call: Call | undefined;

  get(name: string | undefined): Call | undefined {
    if (this.#call === undefined || name !== this.#name) {
      this.#call = this.#calls.get(name);
      this.#name = name;
    }
    return this.#call;
  }

  /** Keeps the call for a name, and returns it. */
  keep(name: string | undefined, call: Call): Call {
    this.#calls.set(name, call);
    if (name === this.#name) this.#call = call;
    return call;
  }
}

/** The export of a pass, and the parts of its plan if they have been made. */
export interface PassedTo {
  readonly name: string;
  readonly parts?: PlanParts | Problem | undefined;
}

/**
 * Finds the only export that a pass without a name can mean, by its type. Otherwise returns a
 * problem with the exports that fit, or the reason why there is no convention.
 */
export function findSoleExport(
  content: keyof typeof PASSES,
  info: ModuleInfo | undefined,
  context: ResolveContext,
): PassedTo | Problem {
  if (context.convention instanceof Problem) return context.convention;
  if (info === undefined) {
    return new Problem({
      code: "missing-export",
      part: "name",
      cannot: "Cannot choose an export",
      found: "the guest's types are unknown",
      expected: "its name",
    });
  }
  const { convention } = context;
  const own = ownFunctions(info, exportsOf(convention));
  const fitting = own.flatMap((item) => {
    const parts = planParts(item.name, PASSES[content], context);
    // An export that can be called in several ways still fits; an option settles which is meant.
    const fits = !(parts instanceof Problem) || parts.parts.code === "ambiguous-convention";
    return fits ? [{ ...item, parts }] : [];
  });
  const isBuffer = usesBuffer(convention);
  const sure = fitting.filter(surelyTransforms(own, info, isBuffer));
  // An export that only looks at a byte of the text does not compete with one that changes all of
  // it.
  const doing = isBuffer ? sure.filter(({ name }) => !onlyPeeks(info, name)) : sure;
  const [sole, ...others] = doing.length > 0 ? doing : sure;
  const isAlone = sole && others.length === 0;
  if (isAlone && !(isBuffer && onlyReports(info, sole.name))) return sole;
  const [first, ...more] = fitting;
  const [found, expected] = first === undefined
    ? describeMisfit(own, content, context, info)
    : more.length > 0
    ? [`${list(fitting.map(({ name }) => name))} fit`, "its name as the second argument"]
    : [
      `only ${quote(first.name)} fits, which may return something else`,
      ["its name as the second argument", adviseUse(first.name, content, context, info)]
        .filter(Boolean).join(" or "),
    ];
  const cannot = `Cannot choose an export for ${showDeclaration(PASSES[content])}`;
  return new Problem({ code: "missing-export", part: "name", cannot, found, expected });
}

/** Returns whether a convention writes texts into a static buffer. */
export function usesBuffer(convention: Exclude<ResolveContext["convention"], Problem>): boolean {
  return convention !== undefined && "place" in convention && convention.place.kind === "buffer";
}

/**
 * Returns a test for functions of a fitting type that certainly take a text and return one.
 *
 * @param own All functions that a caller could mean.
 */
export function surelyTransforms(
  own: ReturnType<typeof ownFunctions>,
  info: ModuleInfo,
  isBuffer: boolean,
): (item: (typeof own)[number]) => boolean {
  // A getter has the same type as a transform of NUL-terminated input.
  const takesNumbers = own.some((item) =>
    item.type.parameters.some((part) => /^i/.test(part)) &&
    !(isBuffer && !couldTransform(info, item))
  );
  return (item) =>
    !namesNumber(item.name) && !(isBuffer && !couldTransform(info, item)) &&
    (item.type.parameters.length > 0 ||
      !(namesGetter(item.name) || takesNumbers && !(isBuffer && rewrites(info, item.name))));
}

/** The maximum number of types that an error lists, the most common first. */
const MOST_TYPES = 4;

/** Describes why no export fits, with advice for the one that comes closest. */
function describeMisfit(
  own: ReturnType<typeof ownFunctions>,
  content: keyof typeof PASSES,
  context: ResolveContext,
  info: ModuleInfo,
): [found: string, expected: string] {
  const [nearest] = own.toSorted((a, b) => distanceOf(a) - distanceOf(b));
  if (nearest === undefined) {
    return [
      "the guest exports no function but those that its convention uses",
      "one that takes a text and returns one",
    ];
  }
  const { name, type } = nearest;
  const { convention, address64 } = context;
  const types = convention === undefined || convention instanceof Problem || isCustom(convention)
    ? []
    : typesOf(PASSES[content], convention, address64);
  const shown = types.slice(0, MOST_TYPES).join(" or ") +
    (types.length > MOST_TYPES ? " or \u2026" : "");
  const needs = types.length === 0 ? "" : `, and one that fits is ${shown}`;
  return [
    `none fits: ${quote(name)} is ${formatFunctionType(type)}${needs}`,
    adviseUse(name, content, context, info) ??
      "the option symbols, with what it takes and returns",
  ];
}

/** Returns how far a type is from that of a transform. */
function distanceOf({ type }: { readonly type: FunctionType }): number {
  const { length } = type.parameters;
  return length === 0 ? 3 : length > 2 ? length : type.parameters.every(isPointer) ? 0 : 2;
}

function isPointer(type: string): boolean {
  return type === "i32" || type === "i64";
}

/** Lists the exports that a convention itself uses: getters, allocators, freeing exports. */
export function exportsOf(part: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (typeof part !== "object" || part === null) return names;
  for (const [key, value] of Object.entries(part)) {
    if (typeof value === "string" && EXPORT_KEYS.includes(key)) names.add(value);
    else exportsOf(value, names);
  }
  return names;
}

/** The keys of a convention under which an export is named. */
const EXPORT_KEYS = ["pointer", "export", "call", "allocate", "free", "pin", "unpin", "above"];

/**
 * Adds advice to a problem of a pass, if an export has more parameters or results than a pass
 * supports.
 */
export function adviseSymbols(
  problem: Problem,
  name: string,
  content: keyof typeof PASSES,
  context: ResolveContext,
  info: ModuleInfo | undefined,
): Problem {
  const { code, part, expected } = problem.parts;
  // A declaration of the symbol only settles what its type leaves open.
  if (part !== "type") return problem;
  const use = adviseUse(name, content, context, info);
  // The caller cannot change the type of an export, and a count is not a text.
  const ways = code === "signature" || namesNumber(name) ? [use, expected] : [expected, use];
  if (use) return problem.with({ expected: ways.join(" or "), advice: use });
  const { length } = context.functionType(name)?.parameters ?? [];
  if (code !== "signature" || length < 3) return problem;
  return problem.with({
    expected: `${expected}; passString and passBytes are for one value in and one out: ` +
      "declare anything else with the option symbols",
  });
}

/**
 * Refuses to pass to a function that writes nothing and is named after a number: that number would
 * be mistaken for the length of the text in the guest's buffer.
 */
export function refuseCount(
  name: string,
  { convention }: ResolveContext,
  info: ModuleInfo | undefined,
): Problem | undefined {
  if (info?.effects?.get(name)?.writes !== false || !namesNumber(name)) return undefined;
  if (convention instanceof Problem || !usesBuffer(convention)) return undefined;
  return new Problem({
    code: "signature",
    part: "type",
    cannot: `Cannot pass text to ${quote(name)}`,
    found: "it writes none, and its name is that of a number",
    expected: "another export",
  });
}
