import type { BlockSource } from "../abi/block_source.ts";
import type { ChunkCall, ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import { byteLengthOf, changedError } from "../base/numeric_types.ts";
import { compileExportCall } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSource } from "./blocks/bound_source.ts";
import type { Claims } from "./blocks/bound_source.ts";
import { compileContent, type Content, unitOf } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";
import { compileCoreArgument } from "./values.ts";

/**
 * The size of a chunk for a guest with an allocator: so large that the call's own cost is
 * negligible.
 */
const CHUNK_SIZE = 65536;

type BufferPlace = BlockSource & { readonly kind: "buffer" };

/** Chunked input: text by code units, bytes, or an array by its elements. */
type Sliceable = string | Uint8Array;

/**
 * Compiles chunked input: `init`, then `update` with as much as the buffer holds, as often as
 * needed, then `final` for the result.
 */
export function compileChunked(
  plan: PlanParts,
  instance: Instance,
  layout: FrameLayout,
  source: BoundSource,
  claims: Claims | undefined,
): FrameValue {
  const { init, update, final, parameter } = plan.chunked!;
  const { content: kind, encoding, place } = plan.parameters[parameter] as
    & ParameterPlan
    & { kind: "text" };
  const content = compileContent(instance.memory, kind, encoding);
  // UTF-8 text can have one byte for a code unit. Each chunk is checked for longer characters.
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
    // Outside the loop: Maglev, a compiler of V8 15, takes a length above 2 GiB for a negative one
    // there.
    const { length } = input;
    const byteLength = typeof input === "string" ? 0 : byteLengthOf(input);
    for (let at = 0; at < length;) {
      // The guest may have called back, and the host may then have resized the buffer.
      if (typeof input !== "string" && byteLengthOf(input) !== byteLength) {
        throw changedError(byteLength, plan.export);
      }
      const pointer = buffer?.locate(frame) ?? 0;
      const room = buffer?.room(frame, pointer) ?? CHUNK_SIZE;
      if (buffer?.capacity.exact === false) {
        const { report } = buffer.capacity;
        throw chunkProblem(
          place as BufferPlace,
          { ...instance.capacity(place as BufferPlace), report },
          parameter,
          update.export,
        )
          .error();
      }
      const next = chunkEnd(input, at, Math.floor(room / unit), room, content);
      const chunk = slice(input, at, next);
      if (buffer === undefined) source.put(frame, parameter, content, chunk);
      else buffer.putAt(frame, parameter, content, chunk, pointer);
      claims?.leave?.(frame.outerClaim);
      give(frame);
      if (buffer === undefined) unclaim(frame, parameter);
      source.release?.(frame, parameter);
      at = next;
    }
    buffer?.unclaim(frame, parameter);
    claims?.result?.();
    return end(frame);
  };
}

/** Gives up the block of a chunk that the guest has taken. */
function unclaim(frame: Frame, parameter: number): void {
  const claim = frame.claims[parameter];
  if (claim !== undefined) claim.end = 0;
}

/**
 * Returns the end of the chunk that begins at `at`: after at most `count` units. While that takes
 * more than `room` bytes, the chunk is halved. A buffer that cannot take the smallest chunk refuses
 * it with the reason.
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

/** Returns the end nearest to `end` that leaves at least one unit and splits no surrogate pair. */
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

/**
 * Returns why input cannot be chunked, if no call will find more than an upper bound of the buffer.
 */
export function unknownCapacity(
  { chunked, parameters }: PlanParts,
  instance: Instance,
): Problem | undefined {
  const parameter = chunked && parameters[chunked.parameter];
  if (parameter?.kind !== "text" || parameter.place.kind !== "buffer") return undefined;
  const known = instance.capacity(parameter.place);
  const { source, header } = known.rule;
  return source === undefined && !header
    ? chunkProblem(parameter.place, known, chunked!.parameter, chunked!.update.export)
    : undefined;
}

function chunkProblem(
  { pointer, offset }: BufferPlace,
  { report, isConventions }: Pick<ReturnType<Instance["capacity"]>, "report" | "isConventions">,
  argument: number,
  symbol: string,
): Problem {
  const shown = JSON.stringify(pointer);
  const further = offset === undefined ? "" : `, offset: ${offset}`;
  return new Problem({
    code: "signature",
    part: `parameters[${argument}].place`,
    cannot: `Cannot pass argument ${argument} in chunks to ${quote(symbol)}`,
    found: "how many bytes the guest's buffer " +
      `${typeof pointer === "number" ? `at ${hex(pointer)}` : shown} holds is not known ` +
      `(${report.reason})`,
    expected: isConventions
      ? `convention: staticBuffer({ pointer: ${shown}, capacity: … })`
      : `place: { kind: "buffer", pointer: ${shown}${further}, capacity: … }`,
    export: symbol,
  });
}
