import type { PlanCode } from "../code/plan_code.ts";
import { compilePrepare } from "../prepare.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step between lowering and the call. */
export const prepareStep: StepKind<StepOf<"prepare">> = {
  run(_step, { plan, sources, context, claims, invoke, status, lift }) {
    const prepare = compilePrepare(plan, sources, context, {
      claimResult: claims?.result,
      invoke,
      status,
      byteLength: lift.byteLength,
    });
    return prepare === undefined ? () => {} : (frame) => prepare(frame, frame.args);
  },
  write(_step, code) {
    const { parameters, area, output } = code.plan;
    const expects = parameters.some((part) =>
      part.kind === "text" && part.byteLength !== undefined
    );
    if (expects || output !== undefined || code.claimsResult) return false;
    if (area === undefined) return true;
    return area.holds === undefined && area.place.kind === "stack" && writeArea(code, area.words);
  },
  tell: (_step, told) => told.prepare(),
};

/** Writes taking a return area from the guest's stack. */
function writeArea(code: PlanCode, words: number): boolean {
  const { area, word } = code.layout;
  const byteLength = String(words * word);
  code.takeFromStack(code.local("pointers", area), byteLength);
  // Clear the area, so that words that the guest does not write are not those of another call.
  code.add(`${code.memory}.clear(${code.get("pointers", area)}, ${byteLength});`);
  return true;
}
