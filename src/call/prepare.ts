import type { CoreArgument } from "../abi/block_source.ts";
import type { CoreValue } from "../abi/core_value.ts";
import type { ChunkCall, ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { quote } from "../base/show.ts";
import { byteLengthOf, changedError } from "../base/view.ts";
import { compileExportCall } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSource, BoundSources } from "./blocks/bound_source.ts";
import { compileTakeArea, compileTakeOutput, type OutputContext } from "./blocks/bind_sources.ts";
import { compileContent, type Content, unitOf } from "./content.ts";
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

/** How much a guest that hands out blocks is given at once: enough for a call to cost nothing. */
const PIECE_SIZE = 65536;

/** What is passed in chunks: text by code units, bytes, or an array by its elements. */
type Sliceable = string | Uint8Array;

/**
 * Compiles a guest that takes its input in chunks: it is told to begin, is given as much as its
 * buffer holds as often as need be, and is asked for the result.
 */
export function compileChunked(
  plan: PlanParts,
  instance: Instance,
  layout: FrameLayout,
  source: BoundSource,
  claimResult: PrepareContext["claimResult"],
): FrameValue {
  const { init, update, final, parameter } = plan.chunked!;
  const { content: kind, encoding } = plan.parameters[parameter] as
    & ParameterPlan
    & { kind: "text" };
  const content = compileContent(instance.memory, kind, encoding);
  // Text in UTF-8 can have one byte for a code unit: whether it has more is seen chunk by chunk.
  const unit = unitOf(kind, encoding);
  const compile = ({ export: name, coreArguments }: ChunkCall) => {
    const type = instance.functionType(name);
    const picks = coreArguments.map((coreArgument, index) =>
      compileCoreArgument(coreArgument, index, type, layout)
    );
    return compileExportCall(instance, name, picks);
  };
  const begin = init && compile(init);
  const give = compile(update);
  const end = compile(final);

  const { buffer } = source;
  return (frame: Frame) => {
    begin?.(frame);
    const input = frame.values[parameter] as Sliceable;
    // Once: Maglev, a compiler of V8 15, takes a length above 2 GiB for a negative one in a loop.
    const { length } = input;
    const byteLength = typeof input === "string" ? 0 : byteLengthOf(input);
    for (let at = 0; at < length;) {
      // The guest was called: it may have called back, and the host may have resized the buffer.
      if (typeof input !== "string" && byteLengthOf(input) !== byteLength) {
        throw changedError(byteLength, plan.export);
      }
      const pointer = buffer?.locate(frame) ?? 0;
      const room = buffer?.room(frame, pointer) ?? PIECE_SIZE;
      if (buffer?.capacity.exact === false) {
        throw buffer.capacity.chunkProblem(parameter, update.export).error();
      }
      const next = chunkEnd(input, at, Math.floor(room / unit), room, content);
      const chunk = slice(input, at, next);
      if (buffer === undefined) source.put(frame, parameter, content, chunk);
      else buffer.putAt(frame, parameter, content, chunk, pointer);
      give(frame);
      source.release?.(frame, parameter);
      at = next;
    }
    buffer?.unclaim(frame, parameter);
    claimResult?.(frame);
    return end(frame);
  };
}

/**
 * Where the chunk that begins at `at` ends: behind at most `count` units, and where that takes more
 * than `room` bytes, at half of that, as often as need be. A buffer that can't take the least chunk
 * is left to refuse it with the reason.
 */
function chunkEnd(
  input: Sliceable,
  at: number,
  count: number,
  room: number,
  content: Content,
): number {
  let end = wholeEnd(input, at, at + count);
  while (content.measure(slice(input, at, end)) > room) {
    const half = wholeEnd(input, at, at + (end - at >> 1));
    if (half >= end) break;
    end = half;
  }
  return end;
}

/** The end nearest to `end` that leaves at least one unit, and no pair of surrogates in two. */
function wholeEnd(input: Sliceable, at: number, end: number): number {
  const next = Math.min(Math.max(end, at + 1), input.length);
  if (typeof input !== "string" || !isSplit(input, next)) return next;
  return next - 1 > at ? next - 1 : next + 1;
}

function isSplit(text: string, at: number): boolean {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function slice(input: Sliceable, at: number, end: number): Sliceable {
  return typeof input === "string" ? input.slice(at, end) : input.subarray(at, end);
}
