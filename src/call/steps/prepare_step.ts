import type { BlockCall, BlockSource, CoreArgument } from "../../abi/block_source.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import type { OutputPlan, ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { compileTakeArea, compileTakeOutput, type OutputContext } from "../blocks/bind_sources.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import type { Run } from "../call_parts.ts";
import type { PlanCode } from "../code/plan_code.ts";
import { compileCoreArgument } from "../core_argument.ts";
import { compileStatus } from "../failure.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { allocator } from "../on_demand.ts";
import type { TextContext } from "../text_context.ts";
import { compileValue } from "../values.ts";
import type { StepKind, StepOf } from "./step.ts";

type Area = NonNullable<PlanParts["area"]>;

/** The step between lowering and the call. */
export const prepareStep: StepKind<StepOf<"prepare">> = {
  run(_step, { plan, sources, context, claims, invoke, status, lift }) {
    const prepare = compilePrepare(plan, sources, context, {
      claimResult: claims?.result,
      invoke,
      status,
      byteLength: lift.byteLength,
    });
    return prepare ?? (() => {});
  },
  write(_step, code) {
    const { parameters, area, output } = code.plan;
    const expects = parameters.some((part) =>
      part.kind === "text" && part.byteLength !== undefined
    );
    if (expects || code.claimsResult) return false;
    if (area !== undefined && !writeArea(area, code)) return false;
    if (output !== undefined && !writeOutput(output, code)) return false;
    if (area !== undefined) code.wrote.add(code.layout.area);
    if (output !== undefined) code.wrote.add(code.layout.output);
    return true;
  },
  tell: (_step, told) => told.prepare(),
};

/** Writes taking a return area. */
function writeArea({ words, holds, place, free }: Area, code: PlanCode): boolean {
  if (holds !== undefined) return false;
  const { area: block, word } = code.layout;
  const byteLength = String(words * word);
  if (!writeTake({ place, free, block, align: word, byteLength }, code)) return false;
  // Clear the area, so that words that the guest does not write are not those of another call.
  const pointer = code.get("pointers", block), data = `${code.memory}.data()`;
  const size = words * word;
  code.add(
    size > MOST_WRITTEN
      ? `${code.memory}.clear(${pointer}, ${byteLength});`
      : writeZeros(code.fresh("data"), data, pointer, size),
  );
  // Memory never shrinks, but the guest may grow it, which ends the views of it.
  code.notice(pointer, size, data);
  return true;
}

/** The largest return area in bytes whose words are cleared one by one. */
const MOST_WRITTEN = 64;

/** Returns source that clears a checked range of whole words. */
function writeZeros(view: string, data: string, pointer: string, size: number): string {
  const lines = [`const ${view} = ${data};`];
  // All bits of the number 0 are 0.
  for (let at = 0; at + 8 <= size; at += 8) {
    lines.push(`${view}.setFloat64(${pointer} + ${at}, 0);`);
  }
  if (size % 8 > 0) lines.push(`${view}.setUint32(${pointer} + ${size - 4}, 0);`);
  return lines.join(" ");
}

/** Writes taking the buffer that the export writes its result into. */
function writeOutput({ capacity, status, place, free }: OutputPlan, code: PlanCode): boolean {
  if (typeof capacity !== "number" || !Number.isSafeInteger(capacity)) return false;
  if (status !== undefined || capacity < 0) return false;
  const { output: block } = code.layout;
  return writeTake({ place, free, block, align: 1, byteLength: String(capacity) }, code);
}

/** Writes taking a block of a known size. */
function writeTake(
  { place, free, block, align, byteLength }: {
    readonly place: BlockSource;
    readonly free: BlockCall | undefined;
    readonly block: number;
    readonly align: number;
    readonly byteLength: string;
  },
  code: PlanCode,
): boolean {
  const pointer = code.local("pointers", block);
  const lengths = [code.local("sizes", block), code.local("byteLengths", block)].join(" = ");
  if (place.kind === "stack") {
    code.takeFromStack(pointer, byteLength);
    code.add(`${lengths} = ${byteLength}; ${code.bounds("write", pointer, byteLength)}`);
  } else {
    if (place.kind !== "allocator") return false;
    const asked = { place, free, block, align, unit: 1 };
    const allocate = allocator.module.writeAllocate(asked, code);
    if (allocate === undefined) return false;
    const units = code.local("codeUnits", block);
    code.add(`${lengths} = ${units} = ${byteLength};\n${allocate}`);
  }
  return true;
}

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
): Run | undefined {
  const { instance, layout } = context;
  const steps: Run[] = parameters.flatMap((parameter, index) =>
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
    const source = sources[layout.output]!;
    steps.push(compileTakeOutput(output, { instance, layout, symbol, source, fill, ...call }));
  }
  // The address of the output buffer is only known now.
  if (fill !== undefined) steps.push(fill);
  if (steps.length === 0) return undefined;
  return (frame) => {
    for (const step of steps) step(frame);
  };
}

/** Compiles the check of a length that the guest relies on without getting it. */
function compileExpect(
  parameter: ParameterPlan,
  index: number,
  { instance, layout, symbol }: TextContext,
): Run | undefined {
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
