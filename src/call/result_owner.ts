import type { BlockCall } from "../abi/block_source.ts";
import type { Result } from "../abi/declaration.ts";
import type { PlanParts, TextResultPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { GuestError, Problem } from "../base/errors.ts";
import { hex, subjectOf } from "../base/show.ts";
import { constantOf, segmentEnds } from "../binary/segments.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { initialStackPointer } from "../detect/capacity.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { statedForm } from "../plan/flatten.ts";
import { canBePasted, extendCall, isCustom, WHO_FREES } from "../presets/preset_options.ts";
import { wordsOf } from "../presets/names.ts";
import { frees } from "../presets/roles.ts";
import type { TextContext } from "./text_context.ts";

// Who frees a result that the guest may have allocated.

/** Words of an export that frees texts; others may free objects of the guest. */
const TEXT_WORD = /^c?str(?:ing)?s?$|^(?:text|result|output|response|message)s?$/;

/** The maximum number of options that an error lists, the likeliest first. */
const MOST_WAYS = 4;

/**
 * Adds to a result that nobody frees the options that settle who frees it, if neither the caller
 * nor the binary shows that and the guest exports a function that could free it. A declaration that
 * states where a result is can state who frees it too.
 */
export function markOpen(
  parts: PlanParts,
  declared: Result,
  { convention, isRecognised }: ResolveContext,
  info: ModuleInfo | undefined,
): PlanParts {
  const { result } = parts;
  if (result.kind !== "text" || !result.unfreed || !isRecognised) return parts;
  if (isKept(result.text.pointer)) return parts;
  if (typeof declared === "object" && statedForm(declared) !== undefined) return parts;
  if (convention === undefined || convention instanceof Problem || isCustom(convention)) {
    return parts;
  }
  const { place, expression } = convention;
  const free = place.kind === "allocator" ? place.free : undefined;
  const freers = freersOf(info, free);
  const ofTexts = freers.filter((name) => wordsOf(name).some((word) => TEXT_WORD.test(word)));
  const others = freers.filter((name) => !ofTexts.includes(name));
  const ways = [
    ...ofTexts.map((call) => ({ call })),
    ...(free === undefined ? [] : ["host"]),
    ...others.map((call) => ({ call })),
  ].slice(0, MOST_WAYS).map((resultsFreedBy) =>
    `convention: ${extendCall(expression, { resultsFreedBy })}`
  );
  if (ways.length === 0) return parts;
  return { ...parts, result: { ...result, settle: `${ways.join(" or ")} (${WHO_FREES})` } };
}

/** Returns whether the guest keeps the address of its result in a variable that it exports. */
function isKept(pointer: Value): boolean {
  return typeof pointer === "object" && "at" in pointer && typeof pointer.at === "object" &&
    "export" in pointer.at;
}

/** Lists the other exports that free, given only a pointer, besides the one that frees blocks. */
function freersOf(info: ModuleInfo | undefined, free: BlockCall | undefined): string[] {
  return (info?.exports ?? []).filter((item) =>
    item.kind === "function" && frees(item) && item.type.parameters.length === 1 &&
    item.type.results.length === 0 && item.name !== free && canBePasted(item.name)
  ).map(({ name }) => name);
}

/** Compiles the refusal of a result that the guest has allocated, if it is unknown who frees it. */
export function compileOwner(
  { settle }: TextResultPlan,
  context: TextContext,
): (frame: Frame) => void {
  const end = staticEnd(context.instance);
  return ({ pointers }) => {
    const pointer = pointers[context.block]!;
    if (pointer < end) return;
    throw new GuestError(
      "ambiguous-convention",
      `Cannot lift ${subjectOf(context)}: it lies at ${hex(pointer)}, in memory that the guest ` +
        `allocates, and nothing shows who frees it, expected ${settle}`,
      { export: context.symbol },
    );
  };
}

/** Writes the test of whether the guest has allocated what lies at an address. */
export function isBeyond(
  at: string,
  code: { of(key: string, get: (parts: { readonly instance: Instance }) => number): string },
): string {
  return `${at} >= ${code.of("end of static data", ({ instance }) => staticEnd(instance))}`;
}

/**
 * Returns the address at which the guest's static data and its stack end, as far as the binary
 * shows it. Memory beyond it was allocated.
 */
export function staticEnd(instance: Instance): number {
  const info = instance.info;
  if (info === undefined) return 0;
  const base = info.exports.find(({ kind, name }) => kind === "global" && name === "__heap_base");
  const heap = base?.kind === "global" ? constantOf(info, base.index) : undefined;
  if (heap !== undefined) return heap;
  return Math.max(initialStackPointer(info) ?? 0, ...segmentEnds(info));
}
