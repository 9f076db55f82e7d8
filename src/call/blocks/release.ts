import type { GuestErrorOptions } from "../../base/error_types.ts";
import type { BlockCall } from "../../abi/block_source.ts";
import type { TextResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { GuestError } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { Frame, FrameValue, Owed } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { isFound } from "../../plan/plan_blocks.ts";
import { unitOf } from "../content.ts";
import type { TextContext } from "../text_context.ts";
import { compileValue } from "../values.ts";
import {
  blockArguments,
  blockCallName,
  type BlockCallOptions,
  compileBlockCall,
  firstOf,
  isAbsent,
} from "./block_call.ts";

/** The functions that free the block of a result. */
export interface ResultBlock {
  /** Records the block that the export returned, before anything can fail. */
  readonly claim?: (frame: Frame) => void;
  readonly release?: (frame: Frame) => void;
  /** Keeps the further arguments for freeing the block, as soon as it is found. */
  readonly keep?: ((frame: Frame) => void) | undefined;
}

/** Compiles the freeing of a block; meanwhile the frame has the export's name, for errors. */
export function compileFree(
  call: BlockCall,
  instance: Instance,
  options: Omit<BlockCallOptions, "purpose">,
): FrameValue<void> {
  const free = compileBlockCall(call, instance, { ...options, purpose: "free" });
  const name = blockCallName(call, options.symbol);
  return (frame) => {
    frame.freeing = name;
    free(frame);
    frame.freeing = undefined;
  };
}

/** Compiles the recording of a block that {@linkcode payOwed} frees. */
function compileOwe(
  call: BlockCall,
  instance: Instance,
  options: Omit<BlockCallOptions, "purpose">,
): FrameValue<void> {
  const { name, fn, picks } = blockArguments(call, instance, { ...options, purpose: "free" });
  return (frame) => {
    frame.owed.push({ name, fn, args: picks.map((pick) => pick(frame)) });
  };
}

/**
 * Frees all recorded blocks, each once: a record and its texts can be one block, and a list can
 * contain a text twice.
 *
 * @param from The number of blocks that were noted before, which are left for later.
 */
export function payOwed(frame: Frame, from = 0): void {
  const { owed } = frame;
  if (owed.length === from) return;
  const unpaid = once(owed.splice(from));
  let paid = 0;
  try {
    while (paid < unpaid.length) {
      const { name, fn, args } = unpaid[paid++]!;
      frame.freeing = name;
      frame.inside = true;
      fn(...args);
      frame.inside = false;
      frame.freeing = undefined;
    }
  } finally {
    // If freeing one block throws, the others stay recorded, in the same order.
    while (paid < unpaid.length) owed.push(unpaid[paid++]!);
  }
}

/** Drops calls that are made before. Most have other blocks, which their first arguments show. */
function once(calls: readonly Owed[]): readonly Owed[] {
  const blocks = new Set(calls.map(({ args }) => args[0]));
  if (blocks.size === calls.length) return calls;
  return [...new Map(calls.map((call) => [[call.name, ...call.args].join(), call])).values()];
}

/**
 * Compiles freeing the blocks of a result: that of its data, and the one that the export returned.
 *
 * @param tail The number of bytes of the block after the text.
 */
export function compileRelease(
  { free, whole, content, encoding, text }: TextResultPlan,
  tail: number,
  context: TextContext,
): ResultBlock {
  const { block, layout, instance } = context;
  const unit = unitOf(content, encoding);
  const values: FrameValue<number | bigint>[] = [];
  const keepValue = (value: Value): FrameValue<number | bigint> => {
    const find = compileValue(value, instance, layout);
    // Only numbers from elsewhere can differ by then.
    if (!isFound(value)) return find;
    const at = values.push(find) - 1;
    return (frame) => frame.kept[block]![at] as number;
  };
  const frees = compileCalls(free, unit, context, keepValue);
  // A struct is a block of words, whatever they point to.
  const ends = compileCalls(whole, text.pointer === "result" ? unit : layout.word, context);
  if (frees.length + ends.length === 0) return {};
  const freed = context.freed?.() ?? [];

  function release(frame: Frame): void {
    const pointer = frame.held[block] ? frame.pointers[block]! : 0;
    frame.held[block] = false;
    if (pointer !== 0) leaveArgument(frame, freed, pointer);
    const isClaimed = frame.claimed[block] === true;
    if (pointer === 0 && !isClaimed) return;
    frame.claimed[block] = false;
    frame.blockPointer = pointer;
    // The size of data that could not be found is 0.
    frame.blockByteLength = pointer === 0 ? 0 : frame.sizes[block]!;
    frame.blockCodeUnits = pointer === 0 ? 0 : (frame.byteLengths[block]! + tail) / unit;
    if (pointer !== 0) { for (const free of frees) free(frame); }
    if (isClaimed) {
      leaveArgument(frame, freed, returned(frame));
      for (const end of ends) end(frame);
    }
  }

  const keep = values.length === 0 ? undefined : (frame: Frame) => {
    frame.kept[block] = values.map((value) => value(frame));
  };
  if (ends.length === 0) return { release, keep };
  return {
    keep,
    claim: (frame) => frame.claimed[block] = returned(frame) !== 0,
    release,
  };
}

/** Compiles the calls that free one block, without those whose exports the guest lacks. */
function compileCalls(
  calls: readonly BlockCall[] = [],
  align: number,
  { instance, symbol, shared, layout }: TextContext,
  keep?: (value: Value) => FrameValue<number | bigint>,
): FrameValue<void>[] {
  const compile = shared ? compileOwe : compileFree;
  return calls.filter((call) => !isAbsent(call, instance, symbol)).map((call) =>
    compile(call, instance, { symbol, align, layout, compile: keep })
  );
}

/** Records no block for a result in an argument's block, which is freed only once. */
function leaveArgument(frame: Frame, freed: readonly number[], pointer: number): void {
  for (const index of freed) {
    if (frame.held[index] && frame.pointers[index] === pointer) frame.held[index] = false;
  }
}

/** Returns the export's result as an address; 0 if there is nothing to free. */
function returned(frame: Frame): number {
  const value = firstOf(frame.result);
  return typeof value === "number" ? value >>> 0 : Number(value);
}

/** Compiles freeing the block that the export returned, with everything in it. */
export function compileWhole(
  calls: readonly BlockCall[] | undefined,
  context: TextContext,
): ResultBlock {
  const { block, layout } = context;
  const ends = compileCalls(calls, layout.word, context);
  if (ends.length === 0) return {};
  const freed = context.freed?.() ?? [];
  return {
    claim: (frame) => frame.claimed[block] = returned(frame) !== 0,
    release(frame) {
      if (!frame.claimed[block]) return;
      frame.claimed[block] = false;
      leaveArgument(frame, freed, returned(frame));
      for (const end of ends) end(frame);
    },
  };
}

/**
 * Makes the error for a guest that failed while it freed a block of a call.
 *
 * @param symbol The export that is called.
 * @param found The failure: `the guest trapped in "free": unreachable`.
 */
export function freeingError(
  code: "trap" | "exception",
  symbol: string,
  found: string,
  options: GuestErrorOptions,
): GuestError {
  const rest = options.result === undefined
    ? ""
    : '; what the call returned is in "result" of this error';
  return new GuestError(
    code,
    `Cannot free a block of ${quote(symbol)}: ${found}${rest}, expected argumentsFreedBy or ` +
      'resultsFreedBy: "guest" of the convention if it has freed that',
    options,
  );
}
