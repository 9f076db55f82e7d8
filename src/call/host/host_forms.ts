import type { CoreFunction } from "../../abi/core_value.ts";
import type { GuestFacts } from "../../abi/plan.ts";
import { thrownInto } from "../../instance/end_guest.ts";
import type { Home } from "../../instance/home.ts";
import type { Instance } from "../../instance/instance.ts";
import { checkCallable } from "../../instance/import_refusal.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import { Code } from "../code/code.ts";
import { Forms, type Made } from "../call.ts";
import { HostCode, hostFrameLayout, type HostParts, planOfHost } from "./host_parts.ts";
import { writeArguments } from "./lift_arguments.ts";
import { writeAnswer } from "./lower_answer.ts";
import { bindAnswerSource } from "./place.ts";
import { compileFinish, compileRuns, runLater, runNow } from "./run_host.ts";

/** A host function, and its compiled form once there is one: all instances of a module share them. */
export class HostForms {
  readonly #hostPlan: HostPlan;
  readonly #isAsync: boolean;
  readonly #forms: Forms<HostParts, CoreFunction>;
  readonly #makeImport: (made: Made<CoreFunction>) => CoreFunction;

  constructor(hostPlan: HostPlan, isAsync: boolean) {
    this.#hostPlan = hostPlan;
    this.#isAsync = isAsync;
    const { arity } = hostPlan;
    this.#makeImport = isAsync ? (made) => withArity(arity, made) : chooseImport(arity);
    this.#forms = new Forms(({ instance, giveBack }) =>
      compileHost(hostPlan, instance.facts(), giveBack !== undefined, isAsync)
    );
  }

  /** Makes the import of one instance: it gets lifted arguments, and its answer is lowered. */
  on(callback: (...args: never[]) => unknown, home: Home): CoreFunction {
    const made: Made<CoreFunction> = {
      compiled: undefined,
      call: (...args) => {
        const { instance } = home;
        // A start function runs before the instance is known, so nothing that is made for it is
        // kept.
        if (instance === undefined) {
          return this.#make(callback as CoreFunction, home.early)(...args);
        }
        this.#settle(made, callback as CoreFunction, instance);
        return made.call(...args);
      },
    };
    return this.#makeImport(made);
  }

  #settle(made: Made<CoreFunction>, callback: CoreFunction, instance: Instance): void {
    const hostPlan = this.#hostPlan;
    const sources = bindAnswerSource(hostPlan, instance);
    const runs = compileRuns(hostPlan, callback, instance, sources);
    const parts: HostParts = {
      ...runs,
      plan: planOfHost(hostPlan),
      instance,
      layout: hostFrameLayout(hostPlan, instance.address64),
      sources,
      finish: compileFinish(runs, instance),
    };
    this.#forms.improve(parts, (this.#isAsync ? runLater : runNow)(runs, instance), made);
  }

  #make(callback: CoreFunction, instance: Instance | undefined): CoreFunction {
    const runs = compileRuns(this.#hostPlan, callback, instance, []);
    return (this.#isAsync ? runLater : runNow)(runs, instance);
  }
}

/** The most arguments that `withArity` writes out; more are spread. */
const MOST_WRITTEN = 4;

/** The numbers of arguments that imports have been made for. */
const seen = new Set<number>();

/**
 * Chooses how the functions that guests import are made. V8 inlines a call only if its target is
 * always the same function. So the first import of each number of arguments uses the function
 * below, unless that spreads. Every other one has source of its own: that takes 10 µs to make and
 * saves some 5 ns a call.
 */
export function chooseImport(arity: number): (made: Made<CoreFunction>) => CoreFunction {
  const isFirst = arity <= MOST_WRITTEN && !seen.has(arity);
  seen.add(arity);
  const shared = (made: Made<CoreFunction>) => withArity(arity, made);
  return (isFirst ? undefined : writeImport(arity)) ?? shared;
}

/**
 * Writes a function that the guest can import; `undefined` if the engine makes no code from
 * strings.
 */
function writeImport(arity: number): ((made: Made<CoreFunction>) => CoreFunction) | undefined {
  const code = new Code<Made<CoreFunction>>();
  const made = code.bind("made", (made) => made);
  const args = Array.from({ length: arity }, (_, index) => `c${index}`).join(", ");
  return code.make<CoreFunction>(`return (${args}) =>
  ${made}.compiled === undefined ? ${made}.call(${args}) : ${made}.compiled(${args});`);
}

/**
 * Makes a function that the guest can import. For the usual numbers of arguments it has no spread.
 */
function withArity(arity: number, made: Made<CoreFunction>): CoreFunction {
  switch (arity) {
    case 0:
      return () => made.compiled === undefined ? made.call() : made.compiled();
    case 1:
      return (a) => made.compiled === undefined ? made.call(a) : made.compiled(a);
    case 2:
      return (a, b) => made.compiled === undefined ? made.call(a, b) : made.compiled(a, b);
    case 3:
      return (a, b, c) => made.compiled === undefined ? made.call(a, b, c) : made.compiled(a, b, c);
    case 4:
      return (a, b, c, d) =>
        made.compiled === undefined ? made.call(a, b, c, d) : made.compiled(a, b, c, d);
    default:
      return (...args) => made.compiled === undefined ? made.call(...args) : made.compiled(...args);
  }
}

/**
 * Compiles a host function into one function for its import: the function that somebody would write
 * by hand for it, with all checks. It calls the run form of a part if the part has no fast form, or
 * if anything is out of the ordinary.
 *
 * @param isFreed Whether the host owns blocks of the arguments.
 * @param waits Whether the callback returns a promise, whose value is the answer.
 * @returns `undefined` if the engine makes no code from strings.
 */
function compileHost(
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
    throw ${instance}.refusal === undefined ? error : ${code.constant(thrownInto)}(error);`;
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
  }, ${code.constant(hostPlan.label)});
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
