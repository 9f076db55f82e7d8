import type { Slot } from "../abi/block_source.ts";
import type { CoreValue } from "../abi/core_value.ts";
import type { ParameterRecipe, PieceCall, Recipe } from "../abi/recipe.ts";
import { quote } from "../base/show.ts";
import { byteLengthOf, changedError } from "../base/view.ts";
import { compileExportCall } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Realm } from "../instance/realm.ts";
import type { Store, Stores } from "./blocks/store.ts";
import { compileTakeArea, compileTakeOutput, type OutputContext } from "./blocks/stores.ts";
import { compileContent, type Content, unitOf } from "./content.ts";
import { compileStatus } from "./failure.ts";
import type { Layout } from "./frame_layout.ts";
import type { TextContext } from "./text_context.ts";
import { compileSlot, compileValue } from "./values.ts";

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
  { parameters, area, output, pieces, export: symbol }: Recipe,
  stores: Stores,
  context: TextContext,
  { claimResult, ...call }: PrepareContext,
): Prepare | undefined {
  const { realm, layout } = context;
  const steps: Prepare[] = parameters.flatMap((parameter, index) =>
    compileExpect(parameter, index, context) ?? []
  );
  // The result of a guest that takes pieces is there after the last one.
  if (claimResult !== undefined && pieces === undefined) steps.push(claimResult);
  const fill = area?.holds && compileFillArea(area.holds, realm, layout);
  if (area !== undefined) {
    steps.push(compileTakeArea(area.words * layout.word, realm, layout, stores));
  }
  if (output !== undefined) {
    if (output.status !== undefined) steps.push(compileStatus(output.status, context));
    if (output.capacity === "query" && fill !== undefined) steps.push(noOutput(layout), fill);
    const store = stores[layout.output]!;
    steps.push(compileTakeOutput(output, { realm, layout, symbol, store, ...call }));
  }
  // Only now is it known where the output buffer is.
  if (fill !== undefined) steps.push(fill);
  if (steps.length === 0) return undefined;
  return (frame, args) => {
    for (const step of steps) step(frame, args);
  };
}

/** The output buffer of a call that only asks for its size. */
function noOutput({ output }: Layout): Prepare {
  return (frame) => {
    frame.pointers[output] = frame.sizes[output] = 0;
  };
}

/** Compiles the check of a length that the guest takes for granted. */
function compileExpect(
  parameter: ParameterRecipe,
  index: number,
  { realm, layout, symbol }: TextContext,
): Prepare | undefined {
  if (parameter.kind !== "text" || parameter.byteLength === undefined) return undefined;
  const expected = compileValue(parameter.byteLength, realm, layout);
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
  holds: readonly Slot[],
  { memory }: Realm,
  layout: Layout,
): (frame: Frame) => void {
  const { area, word } = layout;
  const picks = holds.map((slot, index) => compileSlot(slot, index, undefined, layout));
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

/** What is passed in pieces: text by code units, bytes, or an array by its elements. */
type Sliceable = string | Uint8Array;

/**
 * Compiles a guest that takes its input in pieces: it is told to begin, is given as much as its
 * buffer holds as often as need be, and is asked for the result.
 */
export function compilePieces(
  recipe: Recipe,
  realm: Realm,
  layout: Layout,
  store: Store,
  claimResult: PrepareContext["claimResult"],
): FrameValue {
  const { init, update, final, parameter } = recipe.pieces!;
  const { content: kind, encoding } = recipe.parameters[parameter] as
    & ParameterRecipe
    & { kind: "text" };
  const content = compileContent(realm.memory, kind, encoding);
  // Text in UTF-8 can have one byte for a code unit: whether it has more is seen piece by piece.
  const unit = unitOf(kind, encoding);
  const compile = ({ export: name, slots }: PieceCall) => {
    const type = realm.functionType(name);
    const picks = slots.map((slot, index) => compileSlot(slot, index, type, layout));
    return compileExportCall(realm, name, picks);
  };
  const begin = init && compile(init);
  const give = compile(update);
  const end = compile(final);

  const { buffer } = store;
  return (frame: Frame) => {
    begin?.(frame);
    const input = frame.values[parameter] as Sliceable;
    // Once: Maglev, a compiler of V8 15, takes a length above 2 GiB for a negative one in a loop.
    const { length } = input;
    const byteLength = typeof input === "string" ? 0 : byteLengthOf(input);
    for (let at = 0; at < length;) {
      // The guest was called: it may have called back, and the host may have resized the buffer.
      if (typeof input !== "string" && byteLengthOf(input) !== byteLength) {
        throw changedError(byteLength, recipe.export);
      }
      const pointer = buffer?.locate(frame) ?? 0;
      const room = buffer?.room(frame, pointer) ?? PIECE_SIZE;
      if (buffer?.capacity.exact === false) {
        throw buffer.capacity.chunkProblem(parameter, update.export).error();
      }
      const next = pieceEnd(input, at, Math.floor(room / unit), room, content);
      const piece = slice(input, at, next);
      if (buffer === undefined) store.put(frame, parameter, content, piece);
      else buffer.putAt(frame, parameter, content, piece, pointer);
      give(frame);
      store.release?.(frame, parameter);
      at = next;
    }
    buffer?.unclaim(frame, parameter);
    claimResult?.(frame);
    return end(frame);
  };
}

/**
 * Where the piece that begins at `at` ends: behind at most `count` units, and where that takes more
 * than `room` bytes, at half of that, as often as need be. A buffer that can't take the least piece
 * is left to refuse it with the reason.
 */
function pieceEnd(
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
