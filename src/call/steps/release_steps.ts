import type { BlockCall, BlockSource } from "../../abi/block_source.ts";
import { sharesBlocks } from "../../plan/plan_blocks.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { allocator, objectValues, passedFunctions, stack, structValues } from "../on_demand.ts";
import { unitOf } from "../content.ts";
import { wholeCalls } from "./result_steps.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that frees the blocks of the call. */
export const releaseStep: StepKind<StepOf<"release">> = {
  run: (_step, { release }) => (frame) => {
    // The result of the call is not lost if the guest fails in this step.
    frame.lifted = frame.value;
    release(frame);
    frame.lifted = undefined;
  },
  write(_step, code, otherwise) {
    const { parameters, custom, area, output, status } = code.plan;
    if (custom !== undefined) return false;
    if (status?.message?.kind === "thrown") return false;
    const { layout } = code;
    const frees = [
      writeFreeResult(code),
      ...parameters.map((_, argument) => writeFree(argument, code, otherwise)),
      area === undefined
        ? ""
        : writeFreeBlock(area, [layout.area, layout.word, 1], code, otherwise),
      output === undefined ? "" : writeFreeBlock(output, [layout.output, 1, 1], code, otherwise),
    ];
    if (frees.includes(undefined)) return false;
    if (frees.join("") === "") return true;
    // The result is complete by now. A freeing export may call the host, which may call the guest.
    if (code.claims) code.add(`${code.instance}.claim = outerClaim;`);
    code.add(`lifted = ${code.value};`);
    code.value = "lifted";
    for (const free of frees) code.add(free!);
    return true;
  },
  report: (_step, lines) => lines.release(),
};

/** The kinds of result that have no block in the guest. */
const HOLDS_NOTHING = /^(?:void|number|reference|function|managed)$/;

/** Writes giving back the block of the result; `undefined` if the run form has to do it. */
function writeFreeResult(code: PlanCode): string | undefined {
  const { plan, resultBlock } = code;
  const { result } = plan;
  const wholes = wholeCalls(result, resultBlock).filter(({ calls }) => calls !== undefined);
  const isText = result.kind === "text";
  const hasNothing = HOLDS_NOTHING.test(result.kind) || isText && result.free === undefined;
  // A message of the guest is freed like a result.
  const isShared = sharesBlocks(plan) && (hasNothing || isText);
  if (hasNothing && wholes.length === 0) return isShared ? undefined : "";
  if (!code.isLifted || isShared) return undefined;
  return allocator.module.writeFreeResult(result, wholes, code);
}

/** Writes giving back the block of one parameter; `undefined` if the run form has to do it. */
function writeFree(
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): string | undefined {
  const parameter = code.plan.parameters[argument]!;
  if (parameter.kind === "number") return "";
  // The frame must not keep the caller's value.
  if (parameter.kind === "reference") return code.usesFrame ? undefined : "";
  if (parameter.kind === "function") {
    return passedFunctions.module.writeRemove(argument, code);
  }
  if (parameter.kind === "managed") {
    return objectValues.module.writeFreeObject(parameter, argument, code);
  }
  if (!("free" in parameter)) return undefined;
  if (parameter.kind === "compound") {
    return structValues.module.writeRelease(parameter, argument, code, otherwise, writeFreeBlock);
  }
  const unit = parameter.kind === "strings"
    ? code.layout.word
    : unitOf(parameter.content, parameter.encoding);
  return writeFreeBlock(parameter, [argument, unit, unit], code, otherwise);
}

/** Writes giving back a block of the call; `undefined` if the run form has to do it. */
function writeFreeBlock(
  { place, free }: { readonly place: BlockSource; readonly free?: BlockCall | undefined },
  [block, align, unit]: readonly [block: number, align: number, unit: number],
  code: PlanCode,
  otherwise: Otherwise,
): string | undefined {
  if (place.kind === "stack" && free === undefined) return "";
  if (!code.wrote.has(block)) return undefined;
  if (place.kind === "buffer") return free === undefined ? "" : undefined;
  if (place.kind !== "allocator") return undefined;
  return allocator.module.writeGiveBack({ place, block, free, align, unit, otherwise }, code);
}

/** The step that restores the guest's stack pointer. */
export const restoreStep: StepKind<StepOf<"restore stack">> = {
  run(_step, { instance }) {
    const { stack } = instance;
    return (frame) => stack!.restore(frame, frame.stackPointer);
  },
  write(_step, code) {
    code.add(stack.module.setStack(code.stackPointer, code));
    return true;
  },
  report(_step, lines) {
    lines.add("restore", "restore the guest's stack pointer");
  },
};
