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
import { compileDraft } from "./put.ts";
import { compileKeepDraft } from "./struct_functions.ts";
import { isOfNumbers, readFields, writeLeaves } from "./write_struct.ts";
import type { Leaf } from "./write_variant.ts";

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

/** The places that a compiled host function has for a struct. */
interface AnswerPlaces {
  /** The source of the address that the guest has passed. */
  readonly at: string | undefined;
  /** Makes the source of the core results. */
  readonly tell: ((pointer: string, length: string) => string) | undefined;
}

/**
 * Writes returning a struct of numbers, which is `a0`.
 *
 * @returns The source of the core results, or `undefined` if the run form has to do it.
 */
export function writeStructAnswer(
  { layout, isList, nullable, place, target }: HostStructPlan,
  code: CallCode,
  otherwise: () => string,
  { at, tell }: AnswerPlaces,
): string | undefined {
  const { size, align } = layout;
  if (isList || nullable || !isOfNumbers(layout)) return undefined;
  const leaves: Leaf[] = [];
  readFields(layout, 0, "a0", leaves, code, otherwise);
  if (target.kind === "number") {
    const [{ local, layout: { type } }] = leaves as [Leaf];
    return type === "bool" ? `(${local} ? 1 : 0)` : local;
  }
  if (at !== undefined) {
    const pointer = code.fresh("at");
    code.add(`const ${pointer} = ${at};
    if (${pointer} + ${size} > ${code.memory}.size) ${otherwise()}`);
    writeLeaves(leaves, size, pointer, code);
    return "undefined";
  }
  if (place === undefined || tell === undefined) return undefined;
  const block = { place, free: undefined, block: BLOCK, align, byteLength: String(size) };
  if (!writeTake(block, code)) return undefined;
  const pointer = code.get("pointers", BLOCK);
  writeLeaves(leaves, size, pointer, code);
  return tell(pointer, "1");
}
