import type { PieceCall, Recipe } from "../conventions/recipe.ts";
import { bytesContent } from "./content.ts";
import type { Frame } from "./frame.ts";
import { compileInvoke, type Pick } from "./invoke.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { compileSlot } from "./slots.ts";
import type { Store } from "./store.ts";
import type { Layout } from "./values.ts";

/** How much a guest that hands out blocks is given at once: enough for a call to cost nothing. */
const PIECE_SIZE = 65536;

/**
 * Compiles a guest that takes its input in pieces: it is told to begin, is given as much as its
 * buffer holds as often as need be, and is asked for the result.
 */
export function compilePieces(recipe: Recipe, realm: Realm, layout: Layout, store: Store): Pick {
  const { init, update, final, parameter } = recipe.pieces!;
  const content = bytesContent(realm.memory);
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
    const input = frame.values[parameter] as Uint8Array;
    for (let at = 0; at < input.byteLength;) {
      // A buffer of no bytes can't take a piece: the store refuses a byte with the reason.
      const room = Math.max(1, store.room?.(frame) ?? PIECE_SIZE);
      const piece = input.subarray(at, at + room);
      store.put(frame, parameter, content, piece);
      give(frame);
      at += piece.byteLength;
    }
    return end(frame);
  };
}
