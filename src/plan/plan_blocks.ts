import type {
  BlockCall,
  BlockSource,
  BlockValue,
  FreedBy,
  LengthUnit,
  ResultFreedBy,
} from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ContentKind } from "../abi/number.ts";
import type { TextParameter } from "../abi/parameter.ts";
import type { PlanParts, ResultPlan, StringsPlan } from "../abi/plan_parts.ts";
import type { TextResult } from "../abi/text_result.ts";
import type { PlannedEncoding, Value } from "../abi/value.ts";
import { codecName } from "../memory/text/common.ts";
import type { Flattening } from "./flattening.ts";

// The blocks of a call: where they start, and who frees them.

/** Returns whether blocks come from an allocator and are not garbage-collected. */
export function handsOut(
  place: BlockSource,
): place is BlockSource & { readonly kind: "allocator" } {
  return place.kind === "allocator" && place.pin === undefined;
}

export function freeingCall(freedBy: FreedBy, place: BlockSource): BlockCall | undefined {
  if (freedBy === "guest") return undefined;
  if (typeof freedBy === "object") return freedBy.call;
  return place.kind === "allocator" ? place.free : undefined;
}

/** The calls with which the host frees a result; each kind is absent if there are none. */
export interface FreeingCalls {
  readonly free?: readonly BlockCall[] | undefined;
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Separates the calls that free a result; `"host"` means no call if the place has none. */
export function freeingCalls(freedBy: ResultFreedBy, place?: BlockSource): FreeingCalls {
  const calls = typeof freedBy !== "object"
    ? [place && freeingCall(freedBy, place)]
    : "calls" in freedBy
    ? freedBy.calls
    : [freedBy.call];
  const known = calls.filter((call) => call !== undefined);
  return {
    free: unlessEmpty(known.filter((call) => !isOfWhole(call))),
    whole: unlessEmpty(known.filter(isOfWhole)),
  };
}

/** The words for the block of a call, and for the result of the export. */
const BLOCK_WORDS = ["pointer", "byteLength", "codeUnits", "align", "result"] as const;

/** A number from elsewhere than the block of the call that passes it. */
export type FoundValue = Exclude<BlockValue, number | typeof BLOCK_WORDS[number]>;

/** Returns whether a number that a call passes is from elsewhere than its block. */
export function isFound(value: BlockValue): value is FoundValue {
  return typeof value !== "number" && !(BLOCK_WORDS as readonly BlockValue[]).includes(value);
}

/** Lists the other numbers that calls pass, in order, which are kept until the calls. */
export function keptValues(calls: readonly BlockCall[]): FoundValue[] {
  return calls.flatMap((call) => typeof call === "string" ? [] : call.pass).filter(isFound);
}

function isOfWhole(call: BlockCall): boolean {
  return typeof call === "object" && call.pass.includes("result");
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** Returns whether the address of a buffer is that of pages that are added to memory. */
export function isReserved(
  pointer: BufferPointer,
): pointer is Extract<BufferPointer, { readonly reserve: number }> {
  return typeof pointer === "object" && "reserve" in pointer;
}

type BufferPointer = Extract<BlockSource, { readonly kind: "buffer" }>["pointer"];

/** Returns the number of blocks of a call in the guest's buffers. */
export function buffersOf({ parameters, area, output }: PlanParts): number {
  let count = 0;
  for (const part of [...parameters, area, output]) {
    if (part !== undefined && "place" in part && part.place.kind === "buffer") count++;
  }
  return count;
}

/** Returns the parts of a result: a list has one, for all its items. */
export function partsOf(result: ResultPlan): readonly ResultPlan[] {
  switch (result.kind) {
    case "choice":
      return result.cases.flatMap(({ item }) => item ?? []);
    case "record":
      return result.fields.map(([, field]) => field);
    case "cursor":
    case "elements":
      return [result.item];
    default:
      return [];
  }
}

/** Returns the number of blocks of a result that may have to be freed. */
export function blocksOf(result: ResultPlan): number {
  const own = result.kind === "elements" ? 2 : 1;
  return partsOf(result).reduce((count, part) => count + blocksOf(part), own);
}

/**
 * Returns the block of the call that starts at a result's pointer: that of a parameter, by index,
 * or the output buffer.
 */
export function findBlock(
  pointer: Value,
  { parameters }: PlanParts,
): number | "output" | undefined {
  if (pointer === "output") return pointer;
  if (pointer === "result") return undefined;
  if (typeof pointer === "object" && "argument" in pointer) return pointer.argument;
  const buffer = typeof pointer === "object" && "export" in pointer ? pointer.export : pointer;
  const index = parameters.findIndex((parameter) =>
    parameter.kind === "text" && parameter.place.kind === "buffer" &&
    (parameter.place.pointer === buffer ||
      typeof buffer === "object" && isEqual(parameter.place.pointer, buffer))
  );
  return index < 0 ? undefined : index;
}

/** Returns whether two places of an address are equal. */
function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns the parameters whose blocks the call frees; unpinning a block does not free it. */
export function freedParameters({ parameters }: PlanParts): number[] {
  return parameters.flatMap((parameter, index) =>
    "free" in parameter && parameter.free !== undefined ? [index] : []
  );
}

/** Returns whether one call of the guest may free several parts of the result. */
export function sharesBlocks({ result, status, output }: PlanParts): boolean {
  if (["record", "choice", "cursor", "elements"].includes(result.kind)) return true;
  // One of several freeing calls may name a block that another one has already freed.
  if (result.kind === "text" && (result.free?.length ?? 0) + (result.whole?.length ?? 0) > 1) {
    return true;
  }
  return [status, output?.status].some((part) =>
    part?.details !== undefined || part?.message?.kind === "text" &&
      (part.message.free !== undefined || part.message.whole !== undefined)
  );
}

/**
 * Returns whether each text has its own block, because a guest that owns the texts frees each of
 * them.
 */
export function isEach({ place, free }: Pick<StringsPlan, "place" | "free">): boolean {
  return place.kind === "allocator" && free === undefined;
}

/** Returns the encoding of text and the handling of invalid text: as declared, or the default. */
export function plannedEncoding(
  declared: object | undefined,
  convention: Convention | undefined,
): PlannedEncoding {
  const { encoding = convention?.encoding ?? "utf-8", onInvalid = convention?.onInvalid } =
    (declared ?? {}) as Partial<Pick<TextParameter, "encoding" | "onInvalid">>;
  return codecName(encoding, onInvalid);
}

/** The keys of lengths that are an end or always in bytes. */
const IN_BYTES = ["within", "end", "object", "byteLengthOf"] as const;

/** Returns the unit of a length: its own, the declared one, or the form's. */
export function plannedUnit(
  { length, unit }: Pick<TextResult, "length" | "unit">,
  content: ContentKind,
  declared: LengthUnit | undefined,
): LengthUnit {
  const isOwn = length === "nul" ||
    (typeof length === "object" && IN_BYTES.some((part) => part in length));
  if (isOwn) return "bytes";
  return declared ?? unit ?? (typeof content === "object" ? "codeUnits" : "bytes");
}

/** Returns the number of words of the return area: 0 if no address of it is passed. */
export function countWords({ coreArguments, form }: Flattening, parts: readonly unknown[]): number {
  const passed = coreArguments.map((coreArgument) =>
    typeof coreArgument === "object" && "area" in coreArgument ? coreArgument.area + 1 : 0
  );
  const most = Math.max(0, ...passed);
  return most === 0 ? 0 : Math.max(most, ...[form, ...parts].map(deepestWord));
}

/** Returns the highest word of the return area that a part reads, plus 1. */
function deepestWord(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  const nested = Math.max(0, ...Object.values(part).map(deepestWord));
  const {
    at = "area",
    word,
    load,
    offset = 0,
    unit,
    stride = unit === "codeUnits" ? 8 : 1,
    length,
    count = length,
    bytes,
    // deno-lint-ignore no-explicit-any -- a part of any kind
  } = part as any;
  if (at !== "area") return nested;
  const end = word !== undefined
    ? word * 4 + 4
    : load !== undefined
    ? offset + (/64/.test(load) ? 8 : 4)
    : (bytes?.text ?? part).pointer === "area"
    ? count * stride
    : 0;
  return Math.max(nested, Math.ceil(end / 4) || 0); // a length that is found is no number
}
