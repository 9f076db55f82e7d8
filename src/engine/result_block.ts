import type { TextResultRecipe } from "../conventions/recipe.ts";
import { compileBlockCall, isAbsent } from "./block_call.ts";
import { unitOf } from "./content.ts";
import type { Frame } from "./frame.ts";
import type { TextContext } from "./text_result.ts";

/** How the block of a result is given back. */
export interface ResultBlock {
  /** Notes what the export returned as a whole, before anything can fail. */
  readonly claim?: (frame: Frame) => void;
  readonly release?: (frame: Frame) => void;
}

/** Compiles how the block of a result is freed, if it is. */
export function compileRelease(
  { free, content, encoding }: TextResultRecipe,
  { realm, symbol, block, freed = [] }: TextContext,
): ResultBlock {
  if (free === undefined || isAbsent(free, realm, symbol)) return {};
  const unit = unitOf(content, encoding);
  const call = compileBlockCall(free, realm, { purpose: "free", symbol, align: unit });
  const isWhole = typeof free === "object" && free.pass.includes("result");

  function release(frame: Frame): void {
    if (!frame.held[block]) return;
    frame.held[block] = false;
    const pointer = frame.pointers[block]!;
    if (pointer === 0 && !isWhole) return;
    // A guest that answers in the block it was given has one block, not two.
    for (const index of freed) {
      if (frame.held[index] && frame.pointers[index] === pointer) frame.held[index] = false;
    }
    frame.blockPointer = pointer;
    frame.blockByteLength = frame.sizes[block]!;
    frame.blockCodeUnits = frame.byteLengths[block]! / unit;
    call(frame);
  }

  if (!isWhole) return { release };
  return {
    claim(frame) {
      frame.held[block] = Number(frame.result) !== 0;
    },
    release,
  };
}
