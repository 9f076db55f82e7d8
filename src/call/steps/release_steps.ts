import type { TextResultPlan } from "../../abi/plan_parts.ts";
import { blockCall } from "../on_demand.ts";
import { sharesBlocks } from "../call_parts.ts";
import type { PlanCode } from "../code/plan_code.ts";
import { blockValue } from "../code/put.ts";
import { isPlain } from "../code/value.ts";
import { unitOf } from "../content.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that gives back the blocks of the call. */
export const releaseStep: StepKind<StepOf<"release">> = {
  run: (_step, { release }) => (frame) => {
    // The result of the call is not lost if the guest fails in this step.
    frame.lifted = frame.value;
    release(frame);
    frame.lifted = undefined;
  },
  write(_step, code) {
    const { result, parameters, custom, area, output, chunked, status } = code.plan;
    if (custom !== undefined || output !== undefined || chunked !== undefined) return false;
    if (area !== undefined && area.place.kind !== "stack") return false;
    if (status?.message?.kind === "thrown") return false;
    if (result.kind === "text" ? isFreed(result) : !HOLDS_NOTHING.has(result.kind)) {
      // A record or a list with a fast form has only numbers.
      if (result.kind === "text" || !code.isLifted) return false;
      if (result.kind === "elements" && result.bytes.free !== undefined) return false;
    } else if (sharesBlocks(code.plan)) return false;
    const frees = parameters.map((_, argument) => writeFree(argument, code));
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

function isFreed({ free, whole }: TextResultPlan): boolean {
  return free !== undefined || whole !== undefined;
}

/** The kinds of result that have no block in the guest. */
const HOLDS_NOTHING: ReadonlySet<string> = new Set(["void", "number", "reference"]);

/** Writes giving back the block of one parameter; `undefined` if the run form has to do it. */
function writeFree(argument: number, code: PlanCode): string | undefined {
  const parameter = code.plan.parameters[argument]!;
  if (parameter.kind === "number") return "";
  // The frame must not keep the caller's value.
  if (parameter.kind === "reference") return code.usesFrame ? undefined : "";
  if (parameter.kind !== "text" || !code.wrote.has(argument)) return undefined;
  const { place, free, content, encoding } = parameter;
  if (place.kind === "stack" || place.kind === "buffer") return free === undefined ? "" : undefined;
  if (place.kind !== "allocator") return undefined;
  const unit = unitOf(content, encoding);
  const pointer = code.get("pointers", argument), size = code.get("sizes", argument);
  const calls: string[] = [];
  if (place.unpin !== undefined) {
    if (code.typeOf(place.unpin)?.parameters.join() !== "i32") return undefined;
    calls.push(code.free(place.unpin, pointer));
  }
  if (free !== undefined) {
    if (typeof free === "object" && free.optional) return undefined;
    const name = blockCall.module.blockCallName(free, code.plan.export);
    const type = code.typeOf(name);
    if (!isPlain(type)) return undefined;
    const pass = blockCall.module.passOf(free, "free", name, type);
    if (pass.includes("result")) return undefined;
    const args = pass.map((value) => value === "pointer" ? pointer : blockValue(value, size, unit));
    // The pointer that an allocator returned for an empty value need not be a block.
    calls.push(`if (${pointer} !== 0) { ${code.free(name, args.join(", "))} }`);
  }
  if (calls.length === 0) return "";
  const held = code.local("held", argument);
  return `if (${held}) { ${held} = false; ${calls.join(" ")} }`;
}

/** The step that restores the guest's stack pointer. */
export const restoreStep: StepKind<StepOf<"restore stack">> = {
  run(_step, { instance }) {
    const { stack } = instance;
    return (frame) => stack!.restore(frame, frame.stackPointer);
  },
  write(_step, code) {
    code.usesFrame = true;
    code.add(`${code.stack}.restore(frame, frame.stackPointer);`);
    return true;
  },
  tell(_step, told) {
    told.add("restore", "put the guest's stack pointer back");
  },
};
