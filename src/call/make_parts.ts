import type { CoreFunction } from "../abi/core_value.ts";
import type {
  HostFunctionDeclaration,
  Parameter,
  Result,
  SymbolDeclaration,
} from "../abi/declaration.ts";
import type { Plan, Step } from "../abi/plan.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { OnDemand } from "../base/lazy.ts";
import type { ValueType } from "../binary/types.ts";
import { compileExportCall } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import { addedPages, shadowStack } from "../instance/guest_instance.ts";
import type { Instance } from "../instance/instance.ts";
import { fastUtf16 } from "../memory/text/create_codec.ts";
import { chunks, custom } from "../plan/resolve.ts";
import { blocksOf, findBlock, freedParameters, sharesBlocks } from "../plan/plan_blocks.ts";
import { sharedBuffers } from "../plan/plan_call.ts";
import { arrays, hasPart, isObjectType, isStruct, objects, structs } from "../plan/flatten.ts";
import { compound } from "../plan/parts.ts";
import { printSymbol } from "../presets/preset_options.ts";
import { bindSources, frameLayoutOf } from "./blocks/bind_sources.ts";
import type { CallParts, Run } from "./call_parts.ts";
import { putBlock } from "./code/put.ts";
import { declaredContent } from "./content.ts";
import { compileStatus } from "./failure.ts";
import {
  allocator,
  blockCall,
  chunk,
  chunkedInput,
  claiming,
  compileClaims,
  customConvention,
  numbers,
  objectValues,
  passedFunctions,
  release as releasing,
  resultOwner,
  stack,
  stringArray,
  structValues,
  thrown,
  unfreed,
  waiting,
} from "./on_demand.ts";
import { compileLift, several } from "./steps/result_steps.ts";
import type { StepKind } from "./steps/step.ts";
import { prepare, STEP_KINDS } from "./steps/step_kinds.ts";
import type { TextContext } from "./text_context.ts";
import { compileCoreArgument, computed } from "./values.ts";

/** Blocks that the host holds from call to call. */
export const heldBlock = new OnDemand(() => import("./block.ts"));

/** Imports the code for calls that allocate and free blocks in the guest. */
export async function loadBlockParts(): Promise<void> {
  const parts = [
    allocator,
    blockCall,
    computed,
    heldBlock,
    prepare,
    putBlock,
    releasing,
    resultOwner,
    shadowStack,
    stack,
    thrown,
    unfreed,
  ];
  await Promise.all(parts.map((part) => part.load()));
}

/**
 * Imports the code that the declared calls may need, in either direction. A declaration with faults
 * is not called.
 */
export async function loadAllParts(
  declared: Readonly<Record<string, Partial<SymbolDeclaration | HostFunctionDeclaration>>> = {},
): Promise<void> {
  const all = Object.values(declared).map((one) => one ?? {});
  // A compiled call writes several texts as a list of them.
  const isLaidOut = (part: Parameter | Result) =>
    isStruct(part) || (part as { readonly type?: unknown }).type === "strings";
  const ofStructs = all.some((one) => hasPart(one, isLaidOut)) ? [structs, structValues] : [];
  const ofObjects = all.some((one) => hasPart(one, isObjectType)) ? [objects, objectValues] : [];
  const ofContents = [arrays, declaredContent, fastUtf16, numbers, several, stringArray];
  const chunked = [chunks, chunk, chunkedInput];
  const ofCalls = [claiming, compound, custom, customConvention, sharedBuffers, waiting];
  const parts = [...ofContents, ...chunked, ...ofCalls, ...ofStructs, ...ofObjects];
  await Promise.all([addedPages.load(), loadBlockParts(), ...parts.map((part) => part.load())]);
}

/** Binds a plan to one instance; `wrap` replaces the export that is called. */
export function makeParts(
  plan: Plan,
  instance: Instance,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): CallParts {
  const { export: symbol, parameters } = plan;
  const layout = frameLayoutOf(plan, instance.address64);
  const claims = compileClaims(plan, instance);
  const sources = bindSources(plan, instance, layout, claims);
  const context: TextContext = {
    instance,
    layout,
    symbol,
    block: layout.output + 1 + parameters.length,
    holder(pointer) {
      const block = findBlock(pointer, plan);
      const index = block === "output" ? layout.output : block ?? -1;
      const source = sources[index];
      return source && { source, index };
    },
    freed: () => freedParameters(plan),
    custom: plan.custom,
    number: (type: ValueType) => printNumber(plan, type),
    shared: sharesBlocks(plan),
  };
  const lift = compileLift(plan.result, context);
  const releases = [
    lift.release,
    context.shared || plan.status?.message?.kind === "thrown"
      ? releasing.module.payOwed
      : undefined,
    plan.custom && customConvention.module.releaseCustom(plan),
    compileForget(plan),
    passedFunctions.loaded?.compileRemove(plan, instance),
    plan.parameters.some(({ kind }) => kind === "managed")
      ? objectValues.module.compileFreeObjects(plan, instance)
      : undefined,
    ...sources.map((source, index) => {
      const release = source?.release;
      return release && ((frame: Frame) => release(frame, index));
    }),
  ].filter((release) => release !== undefined);
  const isClaiming = claims !== undefined;
  const runs: Run[] = [];
  const parts: CallParts = {
    plan,
    instance,
    layout,
    sources,
    context,
    claims,
    lift,
    status: plan.status && compileStatus(plan.status, {
      ...context,
      block: context.block + blocksOf(plan.result),
      number: undefined,
    }),
    invoke: compileInvoked(plan, instance, { layout, claims, wrap }),
    release(frame) {
      // The result is complete by now. A freeing export may call the host, which may call the
      // guest.
      if (isClaiming) instance.claim = frame.outerClaim;
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

/** Formats the declaration of the called symbol with a number as its result. */
function printNumber({ export: name, parameters }: PlanParts, type: ValueType): string | undefined {
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
  plan: Plan,
  instance: Instance,
  { layout, claims, wrap }:
    & Pick<CallParts, "layout" | "claims">
    & { readonly wrap: (fn: CoreFunction) => CoreFunction },
): FrameValue {
  const { export: name, coreArguments, passed, custom } = plan;
  if (custom !== undefined) {
    return customConvention.module.compileCustomInvoke(plan, instance, wrap);
  }
  const type = instance.functionType(name);
  const picks = coreArguments.map((coreArgument, index) =>
    compileCoreArgument(coreArgument, index, type, layout)
  );
  const invoke = compileExportCall(instance, name, picks, passed, wrap);
  const leave = claims?.leave, claim = claims?.result;
  if (leave === undefined && claim === undefined) return invoke;
  return (frame) => {
    claim?.();
    leave?.(frame.outerClaim);
    return invoke(frame);
  };
}

/** Compiles dropping the caller's values, because a frame outlives its call. */
function compileForget({ parameters, steps }: Plan): Run | undefined {
  const kept = parameters.flatMap(({ kind }, index) =>
    kind === "reference" ||
      steps.some((step) => step.step === "lower" && step.argument === index && step.keeps)
      ? [index]
      : []
  );
  if (kept.length === 0) return undefined;
  return (frame) => {
    for (const index of kept) frame.values[index] = undefined;
  };
}
