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

/** The block of the answer. */
const BLOCK = 0;

/** The parts of a host function that a struct as its answer needs. */
interface AnswerContext {
  /** The words that errors use for the import. */
  readonly label: string;
  readonly instance: Instance;
  /** The source of the answer's blocks, if it takes any. */
  readonly source: BoundSource | undefined;
  /** The index of the block for what the struct points to. */
  readonly beside: number;
  /** The core type of the result. */
  readonly core: ValueType | undefined;
  /** How the guest is given the address of a block, if the answer has one of its own. */
  readonly telling: {
    readonly check?: (frame: Frame) => void;
    readonly tell: (frame: Frame, pointer: number, length: number) => CoreValue;
  } | undefined;
}

/** Compiles returning a struct or a list to the guest. */
export function compileStructAnswer(
  plan: HostStructPlan,
  { label, instance, source, beside, core, telling }: AnswerContext,
): (frame: Frame, value: unknown) => CoreValue {
  const { layout: { size }, nullable, target, count } = plan;
  const { memory } = instance;
  const word = instance.address64 ? 8 : 4;
  // The guest owns all blocks, and frees each of them.
  const draftOf = compileDraft(plan, memory, true, ["return a value", `from ${label}`]);
  const keep = compileKeepDraft(plan.layout, `return a value from ${label}`, instance);

  /** Returns the address that the guest has passed for the answer. */
  function addressOf(frame: Frame): number | undefined {
    if (target.kind !== "at") return undefined;
    const args = frame.result as readonly (number | bigint)[];
    return memory.check("write", pointerOf(args[target.argument]!, instance, "write"), size);
  }

  return (frame, value) => {
    // No block is allocated if its address cannot be passed.
    telling?.check?.(frame);
    let pointer = addressOf(frame);
    if (value === null && nullable) return telling!.tell(frame, 0, 0);
    const draft = draftOf(value);
    if (count !== undefined && draft.count !== count) {
      throw new RangeError(
        `Cannot return a value from ${label}: it has ${counted(draft.count, "item")}, expected ` +
          count,
      );
    }
    keep?.(draft);
    takeChunks(draft, frame, source!, beside);
    if (telling !== undefined) {
      source!.take(frame, BLOCK, draft.root.end);
      pointer = frame.pointers[BLOCK]!;
    }
    writeDraft(draft, pointer, memory, word);
    if (telling !== undefined) return telling.tell(frame, pointer!, draft.count);
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
export interface AnswerPlaces {
  /** The words that errors use for the import. */
  readonly label: string;
  /** The index of the block for what a value points to. */
  readonly beside: number;
}

/**
 * Writes getting the functions and the contents of an answer into the guest, which then owns them.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeReached(
  leaves: readonly Leaf[],
  place: BlockSource | undefined,
  { label, beside }: AnswerPlaces,
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
 * @param tell Makes the source of the core results.
 * @returns The source of the core results, or `undefined` if the run form has to do it.
 */
export function writeStructAnswer(
  plan: HostStructPlan,
  code: CallCode,
  otherwise: () => string,
  answering: Answering,
): string | undefined {
  const { tell } = answering;
  if (!plan.nullable) return writeValue(plan, code, otherwise, answering);
  if (tell === undefined) return undefined;
  const core = code.fresh("core");
  const assign = (write: () => string | undefined) => {
    const { lines, value } = code.capture(write);
    return value && `{ ${lines} ${core} = ${value}; }`;
  };
  const none = assign(() => tell("0", "0"));
  const some = assign(() => writeValue(plan, code, otherwise, answering));
  if (some === undefined) return undefined;
  code.add(`let ${core}; if (a0 === null) ${none} else ${some}`);
  return core;
}

/** The place of an answer in the guest, and how its address is passed. */
type Answering = AnswerPlaces & {
  readonly at: string | undefined;
  readonly tell: ((pointer: string, length: string) => string) | undefined;
};

function writeValue(
  { layout, isList, place, target, count: fixed }: HostStructPlan,
  code: CallCode,
  otherwise: () => string,
  { at, tell, ...places }: Answering,
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
    if (place === undefined || tell === undefined) return undefined;
    const block = { place, free: undefined, block: BLOCK, align, byteLength };
    if (!writeTake(block, code)) return undefined;
    pointer = code.get("pointers", BLOCK);
  }
  write(pointer, to);
  return tell === undefined ? "undefined" : tell(pointer, count);
}
