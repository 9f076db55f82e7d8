import type { BlockCall } from "../../abi/block_source.ts";
import type { TextResultRecipe } from "../../abi/recipe.ts";
import type { Frame, FrameValue, Owed } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";
import { unitOf } from "../content.ts";
import type { TextContext } from "../text_context.ts";
import {
  blockArguments,
  blockCallName,
  type BlockCallOptions,
  compileBlockCall,
  isAbsent,
} from "./block_call.ts";

/** How the block of a result is given back. */
export interface ResultBlock {
  /** Notes what the export returned as a whole, before anything can fail. */
  readonly claim?: (frame: Frame) => void;
  readonly release?: (frame: Frame) => void;
}

/** Compiles freeing a block; the frame has the export's name while it runs, for an error. */
export function compileFree(
  call: BlockCall,
  realm: Realm,
  options: Omit<BlockCallOptions, "purpose">,
): FrameValue<void> {
  const free = compileBlockCall(call, realm, { ...options, purpose: "free" });
  const name = blockCallName(call, options.symbol);
  return (frame) => {
    frame.freeing = name;
    free(frame);
    frame.freeing = undefined;
  };
}

/** Compiles noting that a block is to be freed: {@linkcode payOwed} frees it. */
function compileOwe(
  call: BlockCall,
  realm: Realm,
  options: Omit<BlockCallOptions, "purpose">,
): FrameValue<void> {
  const { name, fn, picks } = blockArguments(call, realm, { ...options, purpose: "free" });
  return (frame) => {
    frame.owed.push({ name, fn, args: picks.map((pick) => pick(frame)) });
  };
}

/**
 * Frees what is owed, and what is owed several times once: a record and the texts in it can be one
 * block, and a list can have one text twice.
 *
 * @param from How much was owed before, which is left for later.
 */
export function payOwed(frame: Frame, from = 0): void {
  const { owed } = frame;
  if (owed.length === from) return;
  const unpaid = new Map<string, Owed>();
  for (const call of owed.splice(from)) unpaid.set([call.name, ...call.args].join(), call);
  // What one of them throws leaves the others owed.
  owed.push(...[...unpaid.values()].reverse());
  while (owed.length > from) {
    const { name, fn, args } = owed.pop()!;
    frame.freeing = name;
    frame.inside = true;
    fn(...args);
    frame.inside = false;
    frame.freeing = undefined;
  }
}

/**
 * Compiles how the block of a result is freed, if it is.
 *
 * @param tail How many bytes of the block lie behind the text.
 */
export function compileRelease(
  { free, content, encoding }: TextResultRecipe,
  tail: number,
  { realm, symbol, block, shared, freed = [] }: TextContext,
): ResultBlock {
  if (free === undefined || isAbsent(free, realm, symbol)) return {};
  const unit = unitOf(content, encoding);
  const call = (shared ? compileOwe : compileFree)(free, realm, { symbol, align: unit });
  const isWhole = isOfWhole(free);

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
    frame.blockCodeUnits = (frame.byteLengths[block]! + tail) / unit;
    call(frame);
  }

  return isWhole ? { claim: compileClaim(block), release } : { release };
}

/** Compiles freeing what the export returned as a whole, whatever lies in it. */
export function compileWhole(
  call: BlockCall | undefined,
  { realm, symbol, block, layout }: TextContext,
): ResultBlock {
  if (call === undefined || isAbsent(call, realm, symbol)) return {};
  const free = compileOwe(call, realm, { symbol, align: layout.word });
  return {
    claim: compileClaim(block),
    release(frame) {
      if (!frame.held[block]) return;
      frame.held[block] = false;
      free(frame);
    },
  };
}

/** Whether a call frees by what the export returned, and not by where a text lies. */
function isOfWhole(call: BlockCall): boolean {
  return typeof call === "object" && call.pass.includes("result");
}

function compileClaim(block: number): (frame: Frame) => void {
  return (frame) => {
    frame.held[block] = Number(frame.result) !== 0;
    // Where it lies is not known yet: what another call found there says nothing.
    frame.pointers[block] = 0;
  };
}
