import type { CoreFunction } from "../../abi/core_value.ts";
import type { GuestFacts } from "../../abi/plan.ts";
import { checkCallable } from "../../instance/callable.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import { HostCode } from "./host_code.ts";
import type { HostParts } from "./host_parts.ts";
import { writeArguments } from "./lift_arguments.ts";
import { writeAnswer } from "./lower_answer.ts";

/**
 * Compiles a host function into one function for its import: the function that somebody would write
 * by hand for it, with all checks. It calls the run form of a part if the part has no fast form, or
 * if anything is out of the ordinary.
 *
 * @param isFreed Whether the host owns blocks of the arguments.
 * @param waits Whether the callback returns a promise, whose value is the answer.
 * @returns `undefined` if the engine makes no code from strings.
 */
export function compileHost(
  hostPlan: HostPlan,
  facts: GuestFacts,
  isFreed: boolean,
  waits: boolean,
): ((parts: HostParts) => CoreFunction) | undefined {
  const code = new HostCode(hostPlan, facts);
  const { instance } = code;
  const values = writeArguments(code, isFreed);
  const callback = `${code.of("callback", ({ callback }) => callback)}(${values.join(", ")})`;
  const lift = code.take();
  const finish = code.of("finish", ({ finish }) => finish);
  const otherwise = () => `{ ${code.ensureFrame()} synced = true; return ${finish}(frame, a0); }`;
  code.add(`if (${instance}.refusal !== undefined) ${otherwise()}`);
  const mark = code.mark();
  let core = writeAnswer(hostPlan.result, code, otherwise);
  if (core === undefined) {
    code.rollBack(mark);
    code.add(`let core; ${code.onFrame(`core = ${finish}(frame, a0);`)}`);
    core = "core";
  }
  const lower = code.take();
  const { usesFrame } = code;
  // Calls of a callback that returns a promise can overlap, so each has a frame of its own.
  const enter = !usesFrame
    ? ""
    : waits
    ? `frame = ${code.newFrame};`
    : `frame = spare ?? ${code.newFrame}; spare = undefined; frame.result = [${code.cores}];`;
  // The frame of a failed call is never used again.
  const leave = usesFrame && !waits
    ? `const results = ${core}; frame.result = undefined; spare = frame;
    return results;`
    : `return ${core};`;
  const note = `if (!(synced ? frame.inside : inside)) ${instance}.thrown = error;
    throw error;`;
  const check = code.constant(checkCallable);
  const locals = ["frame", "inside = false", "synced = false", "slow = false", ...code.values];
  const answer = waits
    ? `const promise = ${callback};
    return (async () => {
      try {
        const a0 = await promise;
        ${lower}
        ${leave}
      } catch (error) {
        ${note}
      }
    })();`
    : `const a0 = ${callback};
    ${lower}
    ${leave}`;
  return code.make<CoreFunction>(`
let spare;
return (${code.cores}) => {
  const before = ${instance}.hostDepth;
  ${instance}.hostDepth = before + 1;
  let ${locals.join(", ")};
  ${code.declare()}
  try {
    if (${instance}.refusal !== undefined) ${check}(${instance}, "call", ${
    code.constant(hostPlan.name)
  });
    ${enter}
    ${lift}
    ${answer}
  } catch (error) {
    ${note}
  } finally {
    ${instance}.hostDepth = before;
  }
};`);
}
