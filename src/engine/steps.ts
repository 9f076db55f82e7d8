import type { ValueType } from "../binary/types.ts";
import { blocksOf } from "../conventions/compound.ts";
import type { Value } from "../conventions/convention.ts";
import { printSymbol } from "../conventions/presets/options.ts";
import type { Recipe } from "../conventions/recipe.ts";
import { unitOf } from "./content.ts";
import { compileStatus } from "./failure.ts";
import { compileClaims } from "./claim.ts";
import { compileLift } from "./lift.ts";
import { compileLower, type Lower } from "./lower.ts";
import { compileOwnInvoke, releaseOwn } from "./own.ts";
import { compilePieces, compilePrepare, type Prepare } from "./prepare.ts";
import {
  compileExportCall,
  type CoreFunction,
  type Frame,
  type FrameValue,
  type Realm,
} from "./realm.ts";
import { payOwed } from "./release.ts";
import { compileStores, findHolder, type Stores } from "./stores.ts";
import { keepText, slicedParameters } from "./text_result.ts";
import { compileSlot, type Layout } from "./values.ts";

/** The steps of a call, in their order; each is compiled once for an instance. */
export interface Steps {
  /** One for each parameter: checks it and puts it where the guest wants it. */
  readonly lower: readonly Lower[];
  /** Checks what belongs together, and takes a return area and an output buffer. */
  readonly prepare: Prepare | undefined;
  /** Calls the guest. */
  readonly invoke: FrameValue;
  /**
   * Checks the status, lifts the result, gives back what the call holds and puts the stack back. `at`
   * is the address of the result's text, where the guest was asked for it already.
   */
  readonly finish: (frame: Frame, at?: number) => unknown;
  /** Gives back what the call holds: where it failed, too. */
  readonly release: (frame: Frame) => void;
  /** The same for a call that returns `value`, which is not lost where the guest fails in that. */
  readonly giveBack: (frame: Frame, value: unknown) => void;
  /** Whether blocks are taken from the guest's stack. */
  readonly usesStack: boolean;
  /** Where the blocks of the parameters come from. */
  readonly stores: Stores;
  /** Whether the call may hold anything when it ends. */
  readonly holds: boolean;
  /** The block of a result that is freed, if one is. */
  readonly resultBlock: number | undefined;
  /** Whether the call claims any of the guest's buffers until it has ended. */
  readonly claims: boolean;
}

/** Compiles a recipe; `wrap` makes something else of the export before it is called. */
export function compileSteps(
  recipe: Recipe,
  realm: Realm,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): Steps {
  const { export: symbol, parameters, area, output } = recipe;
  const word = realm.address64 ? 8 : 4;
  const layout: Layout = {
    area: parameters.length,
    output: parameters.length + 1,
    word,
    units: parameters.map((part) => part.kind === "text" ? unitOf(part.content, part.encoding) : 1),
  };
  const claims = compileClaims(recipe, realm);
  const stores = compileStores(recipe, realm, layout, claims);
  const pieces = recipe.pieces && stores[recipe.pieces.parameter];
  const invoke = recipe.own !== undefined
    ? compileOwnInvoke(recipe, realm, wrap)
    : pieces !== undefined
    ? compilePieces(recipe, realm, layout, pieces, claims?.result)
    : compileExport(recipe, realm, layout, wrap);
  const context = {
    realm,
    layout,
    symbol,
    block: layout.output + 1 + parameters.length,
    holder: (pointer: Value) => findHolder(pointer, recipe, layout, stores),
    freed: parameters.flatMap((parameter, index) =>
      parameter.kind === "text" && parameter.free !== undefined ? [index] : []
    ),
    own: recipe.own,
    number: (type: ValueType) => printNumber(recipe, type),
    shared: sharesBlocks(recipe),
  };
  const status = recipe.status && compileStatus(recipe.status, {
    ...context,
    block: context.block + blocksOf(recipe.result),
    number: undefined,
  });
  const { lift, claim, byteLength, releaseResult } = compileLift(recipe.result, context);
  const sliced = slicedParameters(recipe.result);
  const releases = [
    releaseResult,
    context.shared || recipe.status?.message?.kind === "thrown" ? payOwed : undefined,
    recipe.own && releaseOwn(recipe),
    compileForget(recipe, sliced),
    ...stores.map((store, index) => {
      const release = store?.release;
      return release && ((frame: Frame) => release(frame, index));
    }),
  ].filter((release) => release !== undefined);

  const conclude = compileFinish(
    lift,
    status,
    recipe.status?.value === "result" ? undefined : claim,
  );
  const usesStack = [...parameters, area, output].some((part) =>
    part !== undefined && "place" in part && part.place.kind === "stack"
  );
  const isClaiming = claims !== undefined;
  const release = (frame: Frame) => {
    // Everything is read: what frees may call the host, and that the guest.
    if (isClaiming) realm.claim = frame.outerClaim;
    for (let index = 0; index < releases.length; index++) releases[index]!(frame);
  };
  const giveBack = (frame: Frame, value: unknown) => {
    frame.lifted = value;
    release(frame);
    frame.lifted = undefined;
  };

  return {
    lower: parameters.map((parameter, index) => {
      const lower = compileLower(parameter, index, recipe, realm, stores[index]);
      return sliced.has(index) ? keepText(lower, index, parameter, symbol) : lower;
    }),
    prepare: compilePrepare(recipe, stores, context, {
      claimResult: claims?.result,
      invoke,
      status,
      byteLength,
    }),
    invoke,
    finish(frame, at) {
      const value = conclude(frame, at);
      giveBack(frame, value);
      if (usesStack) realm.stack!.restore(frame, frame.stackPointer);
      return value;
    },
    release,
    giveBack,
    stores,
    holds: releases.length > 0,
    resultBlock: releaseResult && context.block,
    usesStack,
    claims: isClaiming,
  };
}

/** Whether several parts of a call can be freed by one call of the guest. */
function sharesBlocks({ result, status, output }: Recipe): boolean {
  if (result.kind === "record" || result.kind === "cursor" || result.kind === "elements") {
    return true;
  }
  return [status, output?.status].some((part) =>
    part?.details !== undefined || part?.message?.kind === "text" && part.message.free !== undefined
  );
}

/** The declaration of a symbol as it is called, with a number as its result. */
function printNumber({ export: name, parameters }: Recipe, type: ValueType): string | undefined {
  const types = parameters.map((parameter) =>
    parameter.kind === "number"
      ? parameter.type
      : parameter.kind === "text" && typeof parameter.content === "string"
      ? parameter.content
      : undefined
  ).filter((parameter) => parameter !== undefined);
  const isNumber = type === "i32" || type === "i64";
  if (types.length < parameters.length || !isNumber) return undefined;
  return printSymbol(name, { parameters: types, result: type });
}

function compileExport(
  { export: name, slots, passed }: Recipe,
  realm: Realm,
  layout: Layout,
  wrap: (fn: CoreFunction) => CoreFunction,
): FrameValue {
  const type = realm.functionType(name);
  const picks = slots.map((slot, index) => compileSlot(slot, index, type, layout));
  return compileExportCall(realm, name, picks, passed, wrap);
}

/**
 * Compiles what follows the call: the result is claimed where it has to be freed whatever it says,
 * then the guest may have failed, then there is something to lift.
 */
function compileFinish(
  lift: Steps["finish"],
  status: ((frame: Frame) => void) | undefined,
  claim: ((frame: Frame) => void) | undefined,
): Steps["finish"] {
  if (status === undefined && claim === undefined) return lift;
  return (frame, at) => {
    claim?.(frame);
    status?.(frame);
    return lift(frame, at);
  };
}

/** Compiles dropping the caller's own values: a frame outlives its call. */
function compileForget(
  { parameters, pieces }: Recipe,
  sliced: ReadonlySet<number>,
): ((frame: Frame) => void) | undefined {
  const kept = parameters.flatMap(({ kind }, index) =>
    kind === "reference" || index === pieces?.parameter || sliced.has(index) ? [index] : []
  );
  if (kept.length === 0) return undefined;
  return (frame) => {
    for (const index of kept) frame.values[index] = undefined;
  };
}
