import type { BlockSource } from "../abi/block_source.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSource, Lower } from "./blocks/bound_source.ts";
import { compileContent, unitOf } from "./content.ts";
import type { Content } from "./content_type.ts";

/**
 * The size of a chunk for a guest with an allocator: large enough that the overhead of a call is
 * negligible.
 */
const CHUNK_SIZE = 65536;

type BufferPlace = BlockSource & { readonly kind: "buffer" };

/** Chunked input: text by code units, bytes, or an array by its elements. */
type Sliceable = string | Uint8Array;

/** The position up to which chunked input has been passed. */
export interface Cursor {
  readonly input: Sliceable;
  at: number;
  /** The end of the chunk that was passed last. */
  next: number;
}

/** Returns the length of chunked input in its units. */
export function lengthOf({ length }: Sliceable): number {
  return length;
}

/** Compiles passing as much of chunked input as there is room for; the argument is its cursor. */
export function compileLowerChunk(
  { content: kind, encoding, place }: ParameterPlan & { kind: "text" },
  index: number,
  plan: PlanParts,
  instance: Instance,
  source: BoundSource,
): Lower {
  const content = compileContent(instance.memory, kind, encoding);
  // UTF-8 text can have one byte for a code unit. Each chunk is checked for longer characters.
  const unit = unitOf(kind, encoding);
  const { buffer } = source;
  return (frame, given) => {
    const cursor = given as Cursor;
    const { input, at } = cursor;
    const pointer = buffer?.locate(frame) ?? 0;
    const room = buffer?.room(frame, pointer) ?? CHUNK_SIZE;
    if (buffer?.capacity.exact === false) {
      const { report } = buffer.capacity;
      const known = { ...instance.capacity(place as BufferPlace), report };
      throw chunkProblem(place as BufferPlace, known, index, plan.export).error();
    }
    cursor.next = chunkEnd(input, at, Math.floor(room / unit), room, content);
    const chunk = slice(input, at, cursor.next);
    if (buffer === undefined) source.put(frame, index, content, chunk);
    else buffer.putAt(frame, index, content, chunk, pointer);
  };
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

/**
 * Returns the end nearest to `end` that includes at least one unit and does not split a surrogate
 * pair.
 */
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
    ? chunkProblem(parameter.place, known, chunked!.parameter, chunked!.calls.update.export)
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
