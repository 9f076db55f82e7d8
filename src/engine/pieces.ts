import type { ParameterRecipe, PieceCall, Recipe } from "../conventions/recipe.ts";
import { compileContent, type Content, unitOf } from "./content.ts";
import type { Frame } from "./frame.ts";
import { compileInvoke, type FrameValue } from "./invoke.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { compileSlot } from "./slots.ts";
import type { Store } from "./store.ts";
import type { Layout } from "./values.ts";

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
    return compileInvoke(exportedFunction(realm, name), picks);
  };
  const begin = init && compile(init);
  const give = compile(update);
  const end = compile(final);

  return (frame: Frame) => {
    begin?.(frame);
    const input = frame.values[parameter] as Sliceable;
    // Once: Maglev, a compiler of V8 15, takes a length above 2 GiB for a negative one in a loop.
    const { length } = input;
    for (let at = 0; at < length;) {
      const room = store.room?.(frame) ?? PIECE_SIZE;
      const next = pieceEnd(input, at, Math.floor(room / unit), room, content);
      store.put(frame, parameter, content, slice(input, at, next));
      give(frame);
      store.release?.(frame, parameter);
      at = next;
    }
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
