import type { CoreValue } from "../abi/core_value.ts";
import type { GuestFacts, Plan, Step } from "../abi/plan.ts";
import { quote } from "../base/show.ts";
import { Frame, NO_ARGUMENTS } from "../instance/frame.ts";
import { inCall, throwCount } from "../instance/refusal.ts";
import { frameLayoutOf } from "./blocks/bind_sources.ts";
import type { Bound, CallParts, CompiledPlan, PlanCall } from "./call_parts.ts";
import { PlanCode } from "./code/call_code.ts";
import { settleFailure } from "./failure.ts";
import { stack, waiting } from "./on_demand.ts";
import type { StepKind } from "./steps/step.ts";
import { STEP_KINDS } from "./steps/step_kinds.ts";

/**
 * Compiles a plan into one function for its guest. Steps with a fast form are written out. For all
 * other steps, and in unusual cases, the function calls the run form.
 *
 * @param parts The plan on any instance of the module.
 * @returns `undefined` if the engine makes no code from strings.
 */
export function compilePlan(
  plan: Plan,
  facts: GuestFacts,
  { claims, holds }: CallParts,
): CompiledPlan | undefined {
  const { usesStack, waits } = plan;
  const { length: count } = plan.parameters;
  const code = new PlanCode(plan, frameLayoutOf(plan, facts.address64), facts);
  code.claims = claims !== undefined;
  code.claimsResult = claims?.result !== undefined;
  code.leaves = claims?.leave !== undefined;
  const names = plan.parameters.map((_, index) => `a${index}`).join(", ");
  const args = `frame.args = [${names}];`;
  const saves = usesStack || facts.restoresStack;
  if (saves) code.add(`${code.stackPointer} = ${stack.module.readStack(code)};`);
  if (waits) code.add("first: {");
  plan.steps.forEach((step, index) => write(step, index, code, args));
  const body = code.take();
  const { usesFrame, instance } = code;
  const symbol = code.constant(plan.export);
  const { isLimited } = facts;
  const nests = facts.reenters || code.runsCaller;
  // If another call has claimed a buffer, the run form checks whether this one would write there.
  const isClaimed = plan.parameters.some((part) => "place" in part && part.place.kind === "buffer");
  const claimed = code.claims && isClaimed
    ? `if (${instance}.claim !== undefined) return ${code.of("run", ({ run }) => run)}(${names});`
    : "";
  const mayHold = holds || usesStack;
  const outerClaim = code.claims ? "frame.outerClaim = outerClaim;" : "";
  const reuse = usesFrame
    ? "frame.result = frame.value = frame.at = frame.asked = undefined; " +
      `frame.args = ${code.constant(NO_ARGUMENTS)}; ` +
      `frame.taken = frame.dropped = 0; ${code.holdNothing()} spare = frame;`
    : "";
  const leave = [
    reuse,
    code.claims ? `${instance}.claim = outerClaim;` : "",
    nests || isLimited || waits ? `${instance}.depth = before;` : "",
    waits ? `${instance}.pending = undefined;` : "",
  ].join(" ").trim();
  // V8 inlines no function of more than 460 bytes of bytecode, and only an inlined one inlines the
  // call of WebAssembly. A call that holds no block needs no registers for errors, which keeps it
  // short.
  const isLight = !mayHold && !usesFrame && !body.includes("lifted");
  const light = `error = ${code.of("fail", fail)}(error, frame, synced, inside${
    saves ? `, ${code.stackPointer}` : ""
  });`;
  const whole = `${code.ensureFrame()}
      if (!synced) {
        ${code.flush()}
        frame.inside = inside; frame.freeing = freeing; frame.lifted = lifted;
        ${code.claimsWhole ? "frame.result = core;" : ""}
      }
      error = ${code.of("settle", settle)}(error, frame);`;
  const make = code.make<PlanCall>(`
${usesFrame ? "let spare;" : ""}
return ${waits ? "async " : ""}function (${names}) {
  if (arguments.length !== ${count}) ${
    code.constant(throwCount)
  }(${symbol}, ${count}, arguments.length);
  ${claimed}
  ${usesFrame ? `let frame = spare ?? ${code.newFrame}; spare = undefined;` : "let frame;"}
  ${
    waits
      ? `const before = ${
        code.constant(waiting.module.enterAsync)
      }(${instance}, ${symbol}); let isSlow = false;`
      : isLimited
      ? `const before = ${instance}.enter(${symbol});`
      : nests
      ? enter(instance, symbol, code.claims)
      : code.refuseBroken(`call ${quote(plan.export)}`)
  }
  ${code.claims ? `const outerClaim = ${instance}.claim;` : ""} ${usesFrame ? outerClaim : ""}
  let core, inside = false, synced = false${isLight ? "" : ", freeing, lifted"};
  ${code.declare()}
  try {
    ${body}
    return ${code.value};
  } catch (error) {
    ${waits ? `${instance}.giveUp = undefined;` : ""}
    try {
      ${isLight ? light : whole}
    } catch (unsettled) {
      ${mayHold ? "" : "if (inside) "}${instance}.refusal ??= unsettled;
      throw unsettled;
    }
    throw error;
  }${leave === "" ? "" : ` finally { ${leave} }`}
};`);
  return make && ((parts, run) => {
    const bound: Bound = { ...parts, run };
    return make(bound);
  });
}

/** Writes the start of a call. A nested call is an unusual case, and so is a call that waits. */
function enter(instance: string, symbol: string, claims: boolean): string {
  return `let before = ${instance}.depth;
  if (before !== 0 || ${instance}.refusal !== undefined) before = ${instance}.enter(${symbol});
  else { ${claims ? `${instance}.claim = undefined; ` : ""}${instance}.depth = 1; }`;
}

function write(step: Step, index: number, code: PlanCode, args: string): void {
  const core = () => code.hasCalled ? "frame.result = core;" : "";
  const otherwise = (at?: string, asked?: string) =>
    `{ ${code.ensureFrame()} ${code.flush()} ${args} ${core()} ${
      at === undefined ? "" : `frame.at = ${at};`
    } ${asked === undefined ? "" : `frame.asked = ${asked};`} synced = true; ${
      goOn(index, code)
    } }`;
  const kind = STEP_KINDS[step.step] as StepKind<Step>;
  const mark = code.mark();
  if (kind.write?.(step, code, otherwise) === true) return;
  code.rollBack(mark);
  const run = code.of(`run ${index}`, ({ runs }) => runs[index]);
  const before = `${code.hasArguments ? "" : args} ${core()} frame.value = ${code.value};`;
  code.hasArguments = code.runsCaller = true;
  code.add(code.onFrame(`${before} ${run}(frame);`));
  kind.ran?.(step, code);
}

/** Returns source that continues with the run forms from step `index` on. */
function goOn(index: number, code: PlanCode): string {
  if (code.plan.waits && !code.hasCalled) return waiting.module.writeGoOn(index, code);
  return `return ${code.of(`from ${index}`, (parts) => from(parts, index))}(frame);`;
}

/** Carries out the steps from `index` on. */
function from({ runs, instance }: CallParts, index: number): (frame: Frame) => unknown {
  return inCall(instance, (frame: Frame) => {
    for (let at = index; at < runs.length; at++) runs[at]!(frame);
    return frame.value;
  });
}

function settle(
  { instance, plan, release, holds }: CallParts,
): (error: unknown, frame: Frame) => unknown {
  return (error, frame) =>
    settleFailure(error, frame, instance, plan.export, holds ? release : undefined);
}

/** Settles the failure of a call that holds no block; little else is known of it. */
function fail(
  parts: CallParts,
): (
  error: unknown,
  frame: Frame | undefined,
  synced: boolean,
  inside: boolean,
  stackPointer?: CoreValue,
) => unknown {
  const settled = settle(parts);
  return (error, frame = new Frame(), synced, inside, stackPointer) => {
    if (!synced) {
      frame.inside = inside;
      frame.stackPointer = stackPointer;
    }
    return settled(error, frame);
  };
}
