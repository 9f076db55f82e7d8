import type { CoreArgument } from "../../abi/block_source.ts";
import type { CoreValue } from "../../abi/core_value.ts";
import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import type { Run } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import { writeValue } from "../code/value.ts";
import type { Scope } from "../code/scope.ts";
import { asksGuest, compileCoreArgument, compileValue } from "../values.ts";
import { compileStatus } from "../failure.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { allocator } from "../on_demand.ts";
import type { TextContext } from "../text_context.ts";
import { compileTakeOutput, type OutputContext, writeOutput } from "./output_buffer.ts";
import type { StepKind, StepOf } from "./step.ts";

type Area = NonNullable<PlanParts["area"]>;

/** The step between lowering and the call. */
export const prepareStep: StepKind<StepOf<"prepare">> = {
  run: (_step, { plan, sources, context, invoke, status, lift }) =>
    compilePrepare(plan, sources, context, { invoke, status, byteLength: lift.byteLength }),
  write(_step, code, otherwise) {
    const { parameters, area, output } = code.plan;
    // No result is known yet.
    const scope: Scope = { result: "undefined", types: [], otherwise, key: "before" };
    if (!parameters.every((part, index) => writeExpect(part, index, scope, code))) return false;
    if (area !== undefined && !writeArea(area, code)) return false;
    if (output !== undefined && !writeOutput(output, scope, code)) return false;
    if (area !== undefined) code.wrote.add(code.layout.area);
    if (output !== undefined) code.wrote.add(code.layout.output);
    return true;
  },
};

/** Writes taking a return area. */
function writeArea({ words, holds, place, free }: Area, code: PlanCode): boolean {
  if (holds !== undefined) return false;
  const { area: block, word } = code.layout;
  const byteLength = String(words * word);
  if (!allocator.module.writeTake({ place, free, block, align: word, byteLength }, code)) {
    return false;
  }
  // Clear the area, so that words that the guest does not write are not left over from another
  // call.
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
  // The number 0 has only zero bits in every type.
  for (let at = 0; at + 8 <= size; at += 8) {
    lines.push(`${view}.setFloat64(${pointer} + ${at}, 0);`);
  }
  if (size % 8 > 0) lines.push(`${view}.setUint32(${pointer} + ${size - 4}, 0);`);
  return lines.join(" ");
}

/** Writes the check of a length on which the guest relies without getting it. */
function writeExpect(
  parameter: ParameterPlan,
  index: number,
  scope: Scope,
  code: PlanCode,
): boolean {
  if (parameter.kind !== "text" || parameter.byteLength === undefined) return true;
  // The run form would ask the guest once more.
  if (asksGuest(parameter.byteLength)) return false;
  const expected = writeValue(parameter.byteLength, scope, code, "number").signed;
  const found = code.get("byteLengths", index);
  code.add(`if (${found} !== Number(${expected})) ${scope.otherwise()}`);
  return true;
}

/**
 * Compiles the work that follows the lowering of all parameters: it checks the lengths that the
 * guest does not get, and takes a return area and an output buffer.
 */
function compilePrepare(
  { parameters, area, output, export: symbol }: PlanParts,
  sources: BoundSources,
  context: TextContext,
  call: Pick<OutputContext, "invoke" | "status" | "byteLength">,
): Run {
  const { instance, layout } = context;
  const steps: Run[] = parameters.flatMap((parameter, index) =>
    compileExpect(parameter, index, context) ?? []
  );
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
  return (frame) => {
    for (const step of steps) step(frame);
  };
}

/** Compiles the check of a length on which the guest relies without getting it. */
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

/** Compiles taking the return area. */
export function compileTakeArea(
  byteLength: number,
  { memory }: Instance,
  { area }: FrameLayout,
  sources: BoundSources,
): (frame: Frame) => void {
  const source = sources[area]!;
  return (frame) => {
    source.take(frame, area, byteLength);
    // Clear the area, so that words that the guest does not write are not left over from another
    // call.
    memory.clear(frame.pointers[area]!, byteLength);
  };
}
