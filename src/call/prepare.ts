import type { CoreArgument } from "../abi/block_source.ts";
import type { CoreValue } from "../abi/core_value.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { quote } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSources } from "./blocks/bound_source.ts";
import { compileTakeArea, compileTakeOutput, type OutputContext } from "./blocks/bind_sources.ts";
import { compileStatus } from "./failure.ts";
import type { FrameLayout } from "./frame_layout.ts";
import type { TextContext } from "./text_context.ts";
import { compileCoreArgument, compileValue } from "./values.ts";

/** What is done between lowering and the call. */
export type Prepare = (frame: Frame, args: readonly unknown[]) => void;

/** What preparing needs of the rest of the call. */
interface PrepareContext extends Pick<OutputContext, "invoke" | "status" | "byteLength"> {
  /** Claims where the result will be read from, if that is no block of the call. */
  readonly claimResult: ((frame: Frame) => void) | undefined;
}

/**
 * Compiles what is done once all parameters are where the guest wants them: lengths that the guest
 * is not told are checked, a return area and an output buffer are taken.
 */
export function compilePrepare(
  { parameters, area, output, chunked, export: symbol }: PlanParts,
  sources: BoundSources,
  context: TextContext,
  { claimResult, ...call }: PrepareContext,
): Prepare | undefined {
  const { instance, layout } = context;
  const steps: Prepare[] = parameters.flatMap((parameter, index) =>
    compileExpect(parameter, index, context) ?? []
  );
  // The result of a guest that takes chunks is there after the last one.
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
  // Only now is it known where the output buffer is.
  if (fill !== undefined) steps.push(fill);
  if (steps.length === 0) return undefined;
  return (frame, args) => {
    for (const step of steps) step(frame, args);
  };
}

/** The output buffer of a call that only asks for its size. */
function noOutput({ output }: FrameLayout): Prepare {
  return (frame) => {
    frame.pointers[output] = frame.sizes[output] = 0;
  };
}

/** Compiles the check of a length that the guest takes for granted. */
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

/** Compiles writing what the return area holds before the call: a struct that the guest is given. */
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
