import type { Step } from "../../abi/plan.ts";
import { OnDemand } from "../../base/lazy.ts";
import { quote } from "../../base/show.ts";
import { compileCount } from "../../instance/exports.ts";
import { writeCoreArgument } from "../code/value.ts";
import { waiting } from "../on_demand.ts";
import { lowerStep } from "./lower_step.ts";
import { releaseStep, restoreStep } from "./release_steps.ts";
import { claimStep, liftStep, statusStep } from "./result_steps.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that calls the guest. */
export const callStep: StepKind<StepOf<"call">> = {
  run(_step, { invoke, instance, plan: { export: symbol, waits } }) {
    // The guest may still be waiting, so an error that ended it meanwhile is reported afterwards.
    if (waits) return (frame) => frame.result = invoke(frame);
    return (frame) => {
      frame.result = invoke(frame);
      if (!instance.callable) throw instance.refuse(`complete ${quote(symbol)}`, symbol);
    };
  },
  write(_step, code) {
    const { export: name, coreArguments, custom, passed = coreArguments.length } = code.plan;
    const type = code.typeOf(name);
    if (custom !== undefined || type === undefined) return false;
    const args = coreArguments.map((coreArgument, index) =>
      writeCoreArgument(coreArgument, index, type, code)
    ).join(", ");
    if (code.facts.countsArguments) {
      code.add(`${code.of("count", ({ instance }) => compileCount(instance, name, passed))}();`);
    }
    if (code.claimsResult) {
      code.add(`${code.of("claim result", ({ claims }) => claims!.result)}();`);
    }
    if (code.leaves) code.add(`${code.of("leave", ({ claims }) => claims!.leave)}(outerClaim);`);
    code.add(
      code.plan.waits
        ? `inside = true; core = ${waiting.module.waitingExport(code)}(${args}); inside = false;`
        : code.callGuest(name, args, "core = "),
    );
    code.hasCalled = true;
    code.results = type.results;
    if (code.plan.waits) waiting.module.writeWait(code);
    else if (code.facts.reenters) code.add(code.refuseBroken(`complete ${quote(name)}`));
    return true;
  },
  ran(_step, code) {
    code.add("core = frame.result;");
    code.hasCalled = true;
    if (code.plan.waits) waiting.module.writeWait(code);
  },
  report: (_step, lines) => lines.call(),
};

/** The code of the step between lowering and the call, which few calls have. */
export const prepare = new OnDemand(() => import("./prepare_step.ts"));

/** The step that checks lengths, and takes a return area and an output buffer. */
const prepareStep: StepKind<StepOf<"prepare">> = {
  run: (step, parts) => prepare.module.prepareStep.run(step, parts),
  write: (step, code, otherwise) => prepare.module.prepareStep.write!(step, code, otherwise),
  report: (_step, lines) => lines.prepare(),
};

/** Every kind of step. */
export const STEP_KINDS: { readonly [K in Step["step"]]: StepKind<StepOf<K>> } = {
  "lower": lowerStep,
  "prepare": prepareStep,
  "call": callStep,
  "claim": claimStep,
  "check status": statusStep,
  "lift": liftStep,
  "release": releaseStep,
  "restore stack": restoreStep,
};
