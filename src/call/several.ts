import type { ResultPlan } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { printable, quote, show } from "../base/show.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import { blocksOf } from "../plan/plan_blocks.ts";
import { compileWhole } from "./blocks/release.ts";
import { compileNull, liftNull } from "./cases.ts";
import { sizeOf } from "./code/held.ts";
import { compileCharge } from "./lists.ts";
import { fieldOf } from "./report/words.ts";
import type { Lift, TextContext } from "./text_context.ts";
import { compileInteger } from "./values.ts";

/** Compiles one of the values of a compound result. */
type CompileLift = (result: ResultPlan, context: TextContext) => Lift;

/** Compiles several results; each has its own block to be freed. */
export function compileRecord(
  record: ResultPlan & { kind: "record" },
  context: TextContext,
  compileLift: CompileLift,
): Lift {
  const { fields, whole } = record;
  // A part of a larger value was already counted with it.
  const charge = context.isPart ? undefined : compileCharge(sizeOf(record), context);
  const names = fields.map(([name]) => name);
  const { claim: claimWhole, release: releaseWhole } = compileWhole(whole, context);
  const kept = context.kept || whole !== undefined;
  let block = context.block + 1;
  const lifts = fields.map(([name, field]) => {
    const part = fieldOf(name, context.part);
    const lift = compileLift(field, { ...context, part, block, isPart: true, kept });
    block += blocksOf(field);
    return lift;
  });
  const isNull = compileNull(record, context);
  return {
    lift(frame) {
      if (isNull(frame)) return liftNull(record, context);
      const values: unknown[] = [];
      let tried = 0;
      try {
        charge?.(frame, 1);
        while (tried < lifts.length) values.push(lifts[tried++]!.lift(frame));
      } catch (error) {
        noteRest(frame, lifts.slice(tried));
        throw error;
      }
      return Object.fromEntries(names.map((name, index) => [name, values[index]]));
    },
    note: (frame) => noteRest(frame, lifts),
    claim(frame) {
      claimWhole?.(frame);
      // A null variant has no tag to select a case.
      if (isNull(frame)) return;
      for (const { claim } of lifts) {
        try {
          claim?.(frame);
        } catch (error) {
          // A value that cannot be found is an error when it is read, and then the others are
          // freed.
          if (frame.inside) throw error;
        }
      }
    },
    release(frame) {
      for (const { release } of lifts) release?.(frame);
      releaseWhole?.(frame);
    },
  };
}

/** Records the blocks of the values after one that cannot be read, so that they are freed too. */
export function noteRest(
  frame: Frame,
  lifts: readonly Pick<Lift, "note" | "release">[],
): void {
  for (const { note, release } of lifts) {
    // After a trap no guest code runs, not even a getter of an address.
    if (release === undefined || frame.inside) continue;
    try {
      note?.(frame);
    } catch {
      // If a field cannot be found, it has no block to free.
    }
  }
}

/** Compiles a part of a text that was passed; the frame keeps the string among its values. */
export function compileSlice(
  { parameter, from, to, nullable }: ResultPlan & { kind: "slice" },
  { instance, layout, symbol }: TextContext,
): FrameValue {
  const begin = compileInteger(from, instance, layout);
  const end = compileInteger(to, instance, layout);
  return (frame) => {
    const text = frame.values[parameter] as string;
    const first = Number(begin(frame));
    if (nullable && first < 0) return null;
    const last = Number(end(frame));
    if (first >= 0 && first <= last && last <= text.length) return text.slice(first, last);
    throw new GuestError(
      "overrun",
      `Cannot lift the result of ${quote(symbol)}: it is from ${first} to ${last} of a text of ` +
        `${text.length} code units`,
      { export: symbol },
    );
  };
}

export { compileCases } from "./cases.ts";
export { compileList } from "./lists.ts";
export { writeList } from "./code/lists.ts";
export { writeWhole } from "./code/several.ts";

/** Compiles the details of a failure, and the lines that show them in its message. */
export function compileDetails(
  details: ResultPlan,
  context: TextContext,
  compileLift: CompileLift,
): FrameValue<{ readonly details: Record<string, unknown>; readonly lines: readonly string[] }> {
  const { lift, release } = compileLift(details, { ...context, kept: true });
  return (frame) => {
    try {
      const found = lift(frame) as Record<string, unknown>;
      const lines = Object.entries(found).map(([name, value]) =>
        `${printable(name)} is ${show(value)}`
      );
      return { details: found, lines };
    } finally {
      release?.(frame);
    }
  };
}
