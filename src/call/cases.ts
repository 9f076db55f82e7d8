import type { ChoicePlan, ResultPlan } from "../abi/plan_parts.ts";
import type { NumberTest } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { quote, subjectOf } from "../base/show.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import { blocksOf } from "../plan/plan_blocks.ts";
import { compileWhole } from "./blocks/release.ts";
import type { CallCode } from "./code/call_code.ts";
import { writeTest, writeValue } from "./code/value.ts";
import type { Scope } from "./code/scope.ts";
import { series, testWords } from "./report/words.ts";
import type { Lift, TextContext } from "./text_context.ts";
import { asksGuest, compileTest, compileValue } from "./values.ts";

// A result that is present only in some cases, or that has one of several types.

type RecordPlan = ResultPlan & { readonly kind: "record" };

type CompileLift = (result: ResultPlan, context: TextContext) => Lift;

type WriteLift = (result: ResultPlan, scope: Scope, code: CallCode) => string | undefined;

/** Compiles a result that depends on a number; only the case that applies is read and freed. */
export function compileCases(
  plan: ChoicePlan,
  context: TextContext,
  compileLift: CompileLift,
): Lift {
  const { instance, layout, block } = context;
  const { value, cases, isOpen, whole } = plan;
  const get = compileValue(value, instance, layout);
  const isNull = compileNull(plan, context);
  const { claim: claimWhole, release: releaseWhole } = compileWhole(whole, context);
  const kept = context.kept || whole !== undefined;
  let next = block + 1;
  const all = cases.map(({ is, name, item }) => {
    const lift = item && compileLift(item, { ...context, block: next, kept });
    next += item === undefined ? 0 : blocksOf(item);
    return { passes: compileTest(is), name, lift };
  });
  const claims = all.some(({ lift }) => lift?.claim !== undefined);
  const frees = all.some(({ lift }) => lift?.release !== undefined);

  /**
   * Finds the case that applies. The number is not determined again after its result was claimed.
   */
  function choose(frame: Frame): typeof all[0] | undefined {
    const found = frame.chosen[block] ?? get(frame);
    frame.chosen[block] = undefined;
    const chosen = all.find(({ passes }) => passes(found));
    if (chosen === undefined && !isOpen) throw unknownError(found, plan, context);
    return chosen;
  }

  const only = all.length === 1 ? all[0]!.lift : undefined;
  return {
    lift(frame, at) {
      if (isNull(frame)) return liftNull(plan, context);
      const chosen = choose(frame);
      if (chosen === undefined) return undefined;
      const { name, lift } = chosen;
      if (name === undefined) return lift!.lift(frame, at);
      return lift === undefined ? { tag: name } : { tag: name, value: lift.lift(frame, at) };
    },
    ...(frees && {
      note(frame: Frame) {
        if (!isNull(frame)) choose(frame)?.lift?.note?.(frame);
      },
    }),
    ...((claims || claimWhole !== undefined) && {
      claim(frame: Frame) {
        claimWhole?.(frame);
        if (!claims || isNull(frame)) return;
        frame.chosen[block] = undefined;
        const found = get(frame);
        all.find(({ passes }) => passes(found))?.lift?.claim?.(frame);
        frame.chosen[block] = found;
      },
    }),
    ...((frees || releaseWhole !== undefined) && {
      release(frame: Frame) {
        for (const { lift } of all) lift?.release?.(frame);
        releaseWhole?.(frame);
      },
    }),
    ...(only?.byteLength && { byteLength: only.byteLength }),
  };
}

/** Compiles the test whether the address of a value is 0; `false` if that does not matter. */
export function compileNull(
  { nullable, pointer = "result" }: ChoicePlan | RecordPlan,
  { instance, layout }: TextContext,
): FrameValue<boolean> {
  // The guest is not asked for an address again, unless that can be null.
  if (nullable === undefined || !nullable && asksGuest(pointer)) return () => false;
  const address = compileValue(pointer, instance, layout);
  return (frame) => Number(address(frame)) === 0;
}

/** Returns the value that has an address of 0, or throws if there has to be one. */
export function liftNull(plan: ChoicePlan | RecordPlan, context: TextContext): null {
  if (plan.nullable) return null;
  throw new GuestError(
    "null-pointer",
    `Cannot lift ${subjectOf(context)}: the guest gave a null pointer, expected ` +
      `${shapeWords(plan)}, or nullable: true`,
    { export: context.symbol },
  );
}

/** Describes the parts of a value: `a struct with "x" and "y"`. */
function shapeWords(plan: ChoicePlan | RecordPlan): string {
  return plan.kind === "record"
    ? `a struct with ${series(plan.fields.map(([name]) => quote(name)))}`
    : `a variant of ${series(plan.cases.map(({ name }) => quote(name!)))}`;
}

/** Makes the error for a tag that no case has. */
function unknownError(
  found: number | bigint,
  { cases }: ChoicePlan,
  context: TextContext,
): GuestError {
  const known = cases.map(({ name, is }) => `${testWords(is)} for ${quote(name!)}`);
  return new GuestError(
    "signature",
    `Cannot lift ${subjectOf(context)}: its tag is ${found}, expected ${known.join(", ")}`,
    { export: context.symbol },
  );
}

/**
 * Writes a result that depends on a number.
 *
 * @returns The source of the value, or `undefined` if the run form has to do it.
 */
export function writeCases(
  { value, cases, isOpen }: ChoicePlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  const tested = writeValue(value, scope, code, "number").signed;
  const chosen = code.fresh("chosen"), which = code.fresh("case");
  const { part } = code;
  const written = writeEach(cases, chosen, scope, code, writeLift);
  code.part = part;
  if (written === undefined) return undefined;
  const branches = written.map(({ is, lines, end }, index) => {
    const rest = scope.later === undefined ? end() : `${which} = ${index};`;
    return `if (${writeTest(is, tested, code)}) { ${lines}\n${rest} }`;
  });
  // Nothing is read before the blocks of all values are known.
  scope.later?.push(() => {
    for (const [index, { end }] of written.entries()) {
      code.add(`if (${which} === ${index}) { ${end()} }`);
    }
  });
  code.add(`var ${chosen} = undefined, ${which} = undefined;
    ${branches.join(" else ")}${isOpen ? "" : ` else ${scope.otherwise()}`}`);
  return chosen;
}

/** One case: the source that finds its value, and the source that reads it into `chosen`. */
interface WrittenCase {
  readonly is: NumberTest;
  readonly lines: string;
  readonly end: () => string;
}

/** Writes each case, whose blocks come after that of the whole. */
function writeEach(
  cases: ChoicePlan["cases"],
  chosen: string,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): readonly WrittenCase[] | undefined {
  let block = code.resultBlock + 1;
  const written: WrittenCase[] = [];
  for (const { is, name, item } of cases) {
    const later: (() => void)[] | undefined = scope.later && [];
    code.part = block;
    block += item === undefined ? 0 : blocksOf(item);
    const { lines, value } = code.branch(() =>
      item === undefined ? "" : writeLift(item, { ...scope, later }, code)
    );
    if (value === undefined) return undefined;
    const made = name === undefined
      ? value
      : `{ tag: ${code.constant(name)}${item === undefined ? "" : `, value: ${value}`} }`;
    const end = () => {
      const { lines } = code.capture(() => later?.forEach((finish) => finish()));
      return `${lines}\n${chosen} = ${made};`;
    };
    written.push({ is, lines, end });
  }
  return written;
}
