import type { CoreValue } from "../../abi/core_value.ts";
import { isArray } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostOutsPlan, HostResultPlan } from "../../plan/host_plan.ts";
import type { BoundSource } from "../blocks/bound_source.ts";
import type { CallCode } from "../code/call_code.ts";
import { testOf } from "../number.ts";
import { pointerOf } from "../values.ts";
import { type ResultPlaces, writeReached } from "./host_struct_result.ts";
import { Draft, type Piece, takeChunks, writePieces } from "./draft.ts";
import { readFields, writeShape } from "./read_leaves.ts";
import { compileDraft } from "./put.ts";
import { compileKeepDraft } from "./struct_functions.ts";
import { writeLeaves } from "./write_leaves.ts";

/** The parts of a host function that values behind pointers need. */
interface OutsContext {
  /** The words that errors use for the import. */
  readonly label: string;
  readonly instance: Instance;
  /** The source of the blocks for what the values point to, if there are any. */
  readonly source: BoundSource | undefined;
  /** The index of such a block. */
  readonly beside: number;
  /** Makes core results of what the import itself returns. */
  own(frame: Frame, value: unknown): CoreValue;
  readonly hasResult: boolean;
}

/**
 * Compiles returning an object: its values go to the addresses that the guest has passed, and what
 * the import itself returns is its `result`.
 */
export function compileHostOuts(
  { layout, pieces }: HostOutsPlan,
  { label, instance, source, beside, own, hasResult }: OutsContext,
): (frame: Frame, value: unknown) => CoreValue {
  const { memory } = instance;
  const word = instance.address64 ? 8 : 4;
  const failing = ["return a value", `from ${label}`] as const;
  const draftOf = compileDraft({ layout, isList: false }, memory, true, failing);
  const keep = compileKeepDraft(layout, failing.join(" "), instance);

  /** Finds the addresses. A guest that does not need a value passes a null pointer. */
  function locate(frame: Frame): Piece[] {
    const args = frame.result as readonly (number | bigint)[];
    return pieces.flatMap(({ argument, at, byteLength }) => {
      const pointer = pointerOf(args[argument]!, instance, "write");
      return pointer === 0
        ? []
        : [{ at, byteLength, pointer: memory.check("write", pointer, byteLength) }];
    });
  }

  return (frame, value) => {
    if (typeof value !== "object" || value === null || isArray(value)) {
      throw new Draft(true, failing).wrong(value, "an object");
    }
    const { result, ...values } = value as { result?: unknown };
    const found = locate(frame);
    const draft = draftOf(hasResult ? values : value);
    // The values for the guest are checked before anything is written.
    const core = own(frame, hasResult ? result : undefined);
    keep?.(draft);
    takeChunks(draft, frame, source!, beside);
    writePieces(draft, found, memory, word);
    return core;
  };
}

/**
 * Writes returning an object of values at addresses that the guest has passed, which is `a0`.
 *
 * @param offset Returns the source of an address that the guest has passed.
 * @returns The source of the core results, or `undefined` if the run form has to do it.
 */
export function writeHostOuts(
  { layout, pieces, place }: HostOutsPlan,
  own: HostResultPlan,
  code: CallCode,
  otherwise: () => string,
  { offset, ...places }: ResultPlaces & { readonly offset: (argument: number) => string },
): string | undefined {
  const isPlain = own.kind === "void" || (own.kind === "number" && own.type !== "pointer");
  if (!isPlain) return undefined;
  const { fields } = layout;
  const keys = fields.length + (own.kind === "void" ? 0 : 1);
  writeShape("a0", keys, code, otherwise);
  const leaves = readFields(fields, 0, "a0", code, otherwise);
  let core = "undefined";
  if (own.kind === "number") {
    const local = code.fresh("result");
    code.add(`const ${local} = a0.result; if (!(${testOf(own.type, local)})) ${otherwise()}`);
    core = own.type === "bool" ? `(${local} ? 1 : 0)` : local;
  }
  const pointers = pieces.map(({ argument, byteLength }) => {
    const pointer = code.fresh("at");
    code.add(`const ${pointer} = ${offset(argument)};
    if (${pointer} + ${byteLength} > ${code.memory}.size) ${otherwise()}`);
    return pointer;
  });
  if (!writeReached(leaves, place, places, code)) return undefined;
  for (const [index, { at, byteLength }] of pieces.entries()) {
    const end = at + byteLength;
    const within = leaves.filter(({ offset }) => offset >= at && offset < end);
    code.add(`if (${pointers[index]} !== 0) {`);
    writeLeaves(
      within,
      { pointer: `${pointers[index]} - ${at}`, begin: at, end },
      code,
      `from ${places.label}`,
    );
    code.add("}");
  }
  return core;
}
