import type { CoreFunction } from "../abi/core_value.ts";
import type { Plan, Step } from "../abi/plan.ts";
import type { Recipe } from "../abi/recipe.ts";
import type { Value } from "../abi/value.ts";
import type { ValueType } from "../binary/types.ts";
import { compileExportCall } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Realm } from "../instance/realm.ts";
import { blocksOf } from "../plan/compound.ts";
import { printSymbol } from "../presets/options.ts";
import { payOwed } from "./blocks/release.ts";
import { compileStores, findHolder } from "./blocks/stores.ts";
import { type CallParts, layoutOf, type Run, sharesBlocks } from "./call_parts.ts";
import { compileClaims } from "./claim.ts";
import { compileStatus } from "./failure.ts";
import { compileLift } from "./lift.ts";
import { compileOwnInvoke, releaseOwn } from "./own.ts";
import { compilePieces } from "./prepare.ts";
import { STEP_KINDS } from "./steps/list.ts";
import type { StepKind } from "./steps/step.ts";
import type { TextContext } from "./text_context.ts";
import { compileSlot } from "./values.ts";

/** Makes a plan ready for one instance; `wrap` makes something else of the export that is called. */
export function makeParts(
  plan: Plan,
  realm: Realm,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): CallParts {
  const { recipe } = plan;
  const { export: symbol, parameters } = recipe;
  const layout = layoutOf(recipe, realm.address64);
  const claims = compileClaims(recipe, realm);
  const stores = compileStores(recipe, realm, layout, claims);
  const context: TextContext = {
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
  const lift = compileLift(recipe.result, context);
  const releases = [
    lift.releaseResult,
    context.shared || recipe.status?.message?.kind === "thrown" ? payOwed : undefined,
    recipe.own && releaseOwn(recipe),
    compileForget(plan),
    ...stores.map((store, index) => {
      const release = store?.release;
      return release && ((frame: Frame) => release(frame, index));
    }),
  ].filter((release) => release !== undefined);
  const isClaiming = claims !== undefined;
  const runs: Run[] = [];
  const parts: CallParts = {
    plan,
    realm,
    layout,
    stores,
    context,
    claims,
    lift,
    status: recipe.status && compileStatus(recipe.status, {
      ...context,
      block: context.block + blocksOf(recipe.result),
      number: undefined,
    }),
    invoke: compileInvoked(plan, realm, { layout, stores, claims, wrap }),
    release(frame) {
      // Everything is read: what frees may call the host, and that the guest.
      if (isClaiming) realm.claim = frame.outerClaim;
      for (let index = 0; index < releases.length; index++) releases[index]!(frame);
    },
    holds: releases.length > 0,
    runs,
  };
  for (const step of plan.steps) {
    runs.push((STEP_KINDS[step.step] as StepKind<Step>).run(step, parts));
  }
  return parts;
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

function compileInvoked(
  { recipe }: Plan,
  realm: Realm,
  { layout, stores, claims, wrap }:
    & Pick<CallParts, "layout" | "stores" | "claims">
    & { readonly wrap: (fn: CoreFunction) => CoreFunction },
): FrameValue {
  const { export: name, slots, passed, own, pieces } = recipe;
  if (own !== undefined) return compileOwnInvoke(recipe, realm, wrap);
  if (pieces !== undefined) {
    return compilePieces(recipe, realm, layout, stores[pieces.parameter]!, claims?.result);
  }
  const type = realm.functionType(name);
  const picks = slots.map((slot, index) => compileSlot(slot, index, type, layout));
  return compileExportCall(realm, name, picks, passed, wrap);
}

/** Compiles dropping the caller's own values: a frame outlives its call. */
function compileForget({ recipe: { parameters, pieces }, steps }: Plan): Run | undefined {
  const kept = parameters.flatMap(({ kind }, index) =>
    kind === "reference" || index === pieces?.parameter ||
      steps.some((step) => step.step === "lower" && step.argument === index && step.keeps)
      ? [index]
      : []
  );
  if (kept.length === 0) return undefined;
  return (frame) => {
    for (const index of kept) frame.values[index] = undefined;
  };
}
