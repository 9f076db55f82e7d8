import type { BlockCall, BlockSource } from "../../abi/block_source.ts";
import type { ResultPlan } from "../../abi/plan_parts.ts";
import { freedParameters, sharesBlocks } from "../../plan/plan_blocks.ts";
import type { FreeingCall } from "../code/free.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { allocator, inTable, objectValues, stack, structValues } from "../on_demand.ts";
import { unitOf } from "../content.ts";
import { several } from "./result_steps.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that gives back the blocks of the call. */
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
  tell: (_step, told) => told.release(),
};

/** The kinds of result that have no block in the guest. */
const HOLDS_NOTHING = /^(?:void|number|reference|function|managed)$/;

/** Writes giving back the block of the result; `undefined` if the run form has to do it. */
function writeFreeResult(code: PlanCode): string | undefined {
  const { plan } = code;
  const { result } = plan;
  if (HOLDS_NOTHING.test(result.kind)) return sharesBlocks(plan) ? undefined : "";
  if (result.kind === "text" && result.free === undefined && result.whole === undefined) {
    return sharesBlocks(plan) ? undefined : "";
  }
  if (!code.isLifted) return undefined;
  // The fast form of a list has nothing to free but the memory of all items.
  if (result.kind === "record" || result.kind === "choice") return writeFreeParts(result, code);
  const bytes = result.kind === "elements" ? result.bytes : result;
  if (bytes.kind !== "text" || bytes.whole !== undefined) return undefined;
  if (result.kind === "text" && sharesBlocks(plan)) return undefined;
  const [free, ...others] = bytes.free ?? [];
  if (free === undefined) return "";
  const freed = freedParameters(plan);
  if (others.length > 0 || freed.some((index) => !code.wrote.has(index))) return undefined;
  return allocator.module.writeGiveBackResult(free, bytes, freed, code);
}

/** Writes giving back the texts of a record that are freed one by one. */
function writeFreeParts(
  result: ResultPlan,
  code: PlanCode,
): string | undefined {
  const freed = freedParameters(code.plan);
  const parts = several.module.freedParts(result, code.resultBlock);
  if (parts.length > 0 && freed.some((index) => !code.wrote.has(index))) return undefined;
  const earlier: FreeingCall[] = [];
  const frees = parts.map(({ part, block }) => {
    code.part = block;
    return allocator.module.writeGiveBackResult(part.free![0]!, part, freed, code, earlier);
  });
  code.part = undefined;
  return frees.includes(undefined) ? undefined : frees.join("\n");
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
    return inTable.loaded!.writeRemove(argument, code);
  }
  if (parameter.kind === "managed") {
    return objectValues.module.writeFreeObject(parameter, argument, code);
  }
  if (!("free" in parameter) || parameter.kind === "strings") return undefined;
  if (parameter.kind === "compound") {
    return structValues.module.writeRelease(parameter, argument, code, otherwise, writeFreeBlock);
  }
  const unit = unitOf(parameter.content, parameter.encoding);
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
  tell(_step, told) {
    told.add("restore", "put the guest's stack pointer back");
  },
};
