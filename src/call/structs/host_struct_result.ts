import type { BlockSource } from "../../abi/block_source.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import { readNumeric } from "../../base/numeric_types.ts";
import { counted } from "../../base/show.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostStructPlan } from "../../plan/host_plan.ts";
import type { BoundSource } from "../blocks/bound_source.ts";
import { writeTake } from "../code/allocate.ts";
import type { CallCode } from "../code/call_code.ts";
import { pointerOf } from "../values.ts";
import { takeChunks, writeDraft } from "./draft.ts";
import type { Leaf } from "./leaves.ts";
import { compileDraft } from "./put.ts";
import { compileKeepDraft, writeKeep } from "./struct_functions.ts";
import { readWhole, writeLone } from "./write_leaves.ts";
import { writeBlocks } from "./place_leaves.ts";

/** The block of the result. */
const BLOCK = 0;

/** The parts of a host function that a struct as its result needs. */
interface ResultContext {
  /** The words that errors use for the import. */
  readonly label: string;
  readonly instance: Instance;
  /** The source of the result's blocks, if it takes any. */
  readonly source: BoundSource | undefined;
  /** The index of the block for what the struct points to. */
  readonly beside: number;
  /** The core type of the result. */
  readonly core: ValueType | undefined;
  /** How the guest gets the address of a block, if the result has one of its own. */
  readonly range: {
    readonly check?: (frame: Frame) => void;
    readonly lower: (frame: Frame, pointer: number, length: number) => CoreValue;
  } | undefined;
}

/** Compiles returning a struct or a list to the guest. */
export function compileStructResult(
  plan: HostStructPlan,
  { label, instance, source, beside, core, range }: ResultContext,
): (frame: Frame, value: unknown) => CoreValue {
  const { layout: { size }, nullable, target, count } = plan;
  const { memory } = instance;
  const word = instance.address64 ? 8 : 4;
  // The guest owns all blocks, and frees each of them.
  const draftOf = compileDraft(plan, memory, true, ["return a value", `from ${label}`]);
  const keep = compileKeepDraft(plan.layout, `return a value from ${label}`, instance);

  /** Returns the address that the guest has passed for the result. */
  function addressOf(frame: Frame): number | undefined {
    if (target.kind !== "at") return undefined;
    const args = frame.result as readonly (number | bigint)[];
    return memory.check("write", pointerOf(args[target.argument]!, instance, "write"), size);
  }

  return (frame, value) => {
    // No block is allocated if its address cannot be passed.
    range?.check?.(frame);
    let pointer = addressOf(frame);
    if (value === null && nullable) return range!.lower(frame, 0, 0);
    const draft = draftOf(value);
    if (count !== undefined && draft.count !== count) {
      throw new RangeError(
        `Cannot return a value from ${label}: it has ${counted(draft.count, "item")}, expected ` +
          count,
      );
    }
    keep?.(draft);
    takeChunks(draft, frame, source!, beside);
    if (range !== undefined) {
      source!.take(frame, BLOCK, draft.root.end);
      pointer = frame.pointers[BLOCK]!;
    }
    writeDraft(draft, pointer, memory, word);
    if (range !== undefined) return range.lower(frame, pointer!, draft.count);
    return target.kind === "number" ? readCore(draft.root.data, target.type, core) : undefined;
  };
}

/** Reads a number as a core value. */
function readCore(
  data: DataView,
  type: (HostStructPlan["target"] & { kind: "number" })["type"],
  core: ValueType | undefined,
): CoreValue {
  const value = readNumeric(data, type, 0);
  return core === "i64" ? BigInt(value) : value;
}

/** The parts of a compiled host function for a struct or for values behind pointers. */
export interface ResultPlaces {
  /** The words that errors use for the import. */
  readonly label: string;
  /** The index of the block for what a value points to. */
  readonly beside: number;
}

/**
 * Writes getting the functions and the contents of a result into the guest, which then owns them.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeReached(
  leaves: readonly Leaf[],
  place: BlockSource | undefined,
  { label, beside }: ResultPlaces,
  code: CallCode,
): boolean {
  writeKeep(leaves, label, code);
  return place === undefined ||
    writeBlocks(
      leaves,
      { place, free: undefined, block: beside, owner: BLOCK },
      code,
    );
}

/**
 * Writes returning a struct, a variant or a list, which is `a0`.
 *
 * @param at The source of the address that the guest has passed.
 * @param lowerRange Makes the source of the core results.
 * @returns The source of the core results, or `undefined` if the run form has to do it.
 */
export function writeStructResult(
  plan: HostStructPlan,
  code: CallCode,
  otherwise: () => string,
  placed: PlacedResult,
): string | undefined {
  const { lowerRange } = placed;
  if (!plan.nullable) return writeValue(plan, code, otherwise, placed);
  if (lowerRange === undefined) return undefined;
  const core = code.fresh("core");
  const assign = (write: () => string | undefined) => {
    const { lines, value } = code.capture(write);
    return value && `{ ${lines} ${core} = ${value}; }`;
  };
  const none = assign(() => lowerRange("0", "0"));
  const some = assign(() => writeValue(plan, code, otherwise, placed));
  if (some === undefined) return undefined;
  code.add(`let ${core}; if (a0 === null) ${none} else ${some}`);
  return core;
}

/** The place of a result in the guest, and how its address is passed. */
type PlacedResult = ResultPlaces & {
  readonly at: string | undefined;
  readonly lowerRange: ((pointer: string, length: string) => string) | undefined;
};

function writeValue(
  { layout, isList, place, target, count: fixed }: HostStructPlan,
  code: CallCode,
  otherwise: () => string,
  { at, lowerRange, ...places }: PlacedResult,
): string | undefined {
  const { size, align } = layout;
  const to = `from ${places.label}`;
  const { leaves, byteLength, count, write } = readWhole(
    { layout, isList },
    "a0",
    code,
    otherwise,
    fixed,
  );
  let pointer: string | undefined;
  if (at !== undefined) {
    pointer = code.fresh("at");
    code.add(`const ${pointer} = ${at};
    if (${pointer} + ${size} > ${code.memory}.size) ${otherwise()}`);
  }
  if (!writeReached(leaves, place, places, code)) return undefined;
  if (target.kind === "number") return writeLone(leaves[0]!, code, to);
  if (pointer === undefined) {
    if (place === undefined || lowerRange === undefined) return undefined;
    const block = { place, free: undefined, block: BLOCK, align, byteLength };
    if (!writeTake(block, code)) return undefined;
    pointer = code.get("pointers", BLOCK);
  }
  write(pointer, to);
  return lowerRange === undefined ? "undefined" : lowerRange(pointer, count);
}
