import type { CoreArgument } from "../../abi/block_source.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { compileTakeArea, compileTakeOutput, type OutputContext } from "../blocks/bind_sources.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import type { PlanCode } from "../code/plan_code.ts";
import { compileCoreArgument } from "../core_argument.ts";
import { compileStatus } from "../failure.ts";
import type { FrameLayout } from "../frame_layout.ts";
import type { TextContext } from "../text_context.ts";
import { compileValue } from "../values.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step between lowering and the call. */
export const prepareStep: StepKind<StepOf<"prepare">> = {
  run(_step, { plan, sources, context, claims, invoke, status, lift }) {
    const prepare = compilePrepare(plan, sources, context, {
      claimResult: claims?.result,
      invoke,
      status,
      byteLength: lift.byteLength,
    });
    return prepare === undefined ? () => {} : (frame) => prepare(frame, frame.args);
  },
  write(_step, code) {
    const { parameters, area, output } = code.plan;
    const expects = parameters.some((part) =>
      part.kind === "text" && part.byteLength !== undefined
    );
    if (expects || output !== undefined || code.claimsResult) return false;
    if (area === undefined) return true;
    return area.holds === undefined && area.place.kind === "stack" && writeArea(code, area.words);
  },
  tell: (_step, told) => told.prepare(),
};

/** Writes taking a return area from the guest's stack. */
function writeArea(code: PlanCode, words: number): boolean {
  const { area, word } = code.layout;
  const byteLength = String(words * word);
  code.takeFromStack(code.local("pointers", area), byteLength);
  // Clear the area, so that words that the guest does not write are not those of another call.
  code.add(`${code.memory}.clear(${code.get("pointers", area)}, ${byteLength});`);
  return true;
}

/** The work between lowering and the call. */
type Prepare = (frame: Frame, args: readonly unknown[]) => void;

/** The parts of the call that preparing needs. */
interface PrepareContext extends Pick<OutputContext, "invoke" | "status" | "byteLength"> {
  /** Claims the range that the result will be read from, if it lies in no block of the call. */
  readonly claimResult: (() => void) | undefined;
}

/**
 * Compiles the work that follows the lowering of all parameters: it checks the lengths that the
 * guest does not get, and takes a return area and an output buffer.
 */
function compilePrepare(
  { parameters, area, output, chunked, export: symbol }: PlanParts,
  sources: BoundSources,
  context: TextContext,
  { claimResult, ...call }: PrepareContext,
): Prepare | undefined {
  const { instance, layout } = context;
  const steps: Prepare[] = parameters.flatMap((parameter, index) =>
    compileExpect(parameter, index, context) ?? []
  );
  // With chunked input the result is ready after the last chunk.
  if (claimResult !== undefined && chunked === undefined) steps.push(claimResult);
  const fill = area?.holds && compileFillArea(area.holds, instance, layout);
  if (area !== undefined) {
    steps.push(compileTakeArea(area.words * layout.word, instance, layout, sources));
  }
  if (output !== undefined) {
    if (output.status !== undefined) steps.push(compileStatus(output.status, context));
    if (output.capacity === "query" && fill !== undefined) steps.push(noOutput(layout), fill);
    const source = sources[layout.output]!;
    steps.push(compileTakeOutput(output, { instance, layout, symbol, source, ...call }));
  }
  // The address of the output buffer is only known now.
  if (fill !== undefined) steps.push(fill);
  if (steps.length === 0) return undefined;
  return (frame, args) => {
    for (const step of steps) step(frame, args);
  };
}

/** Compiles passing no output buffer, for a call that only asks for the size. */
function noOutput({ output }: FrameLayout): Prepare {
  return (frame) => {
    frame.pointers[output] = frame.sizes[output] = 0;
  };
}

/** Compiles the check of a length that the guest relies on without getting it. */
function compileExpect(
  parameter: ParameterPlan,
  index: number,
  { instance, layout, symbol }: TextContext,
): Prepare | undefined {
  if (parameter.kind !== "text" || parameter.byteLength === undefined) return undefined;
  const expected = compileValue(parameter.byteLength, instance, layout);
  return (frame) => {
    const wanted = Number(expected(frame));
    const found = frame.byteLengths[index]!;
    if (found === wanted) return;
    throw new RangeError(
      `Cannot pass argument ${index} to ${quote(symbol)}: it has ${found} bytes, ` +
        `expected ${wanted}`,
    );
  };
}

/**
 * Compiles writing the words that the return area holds before the call: a struct for the guest.
 */
function compileFillArea(
  holds: readonly CoreArgument[],
  { memory }: Instance,
  layout: FrameLayout,
): (frame: Frame) => void {
  const { area, word } = layout;
  const picks = holds.map((coreArgument, index) =>
    compileCoreArgument(coreArgument, index, undefined, layout)
  );
  const write = word === 8
    ? (pointer: number, value: CoreValue) =>
      memory.write("u64", pointer, BigInt.asUintN(64, BigInt(value as number)))
    : (pointer: number, value: CoreValue) => memory.write("u32", pointer, Number(value) >>> 0);
  return (frame) => {
    const base = frame.pointers[area]!;
    for (let index = 0; index < picks.length; index++) {
      write(base + index * word, picks[index]!(frame));
    }
  };
}
