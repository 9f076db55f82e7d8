import type { CoreArgument } from "../abi/block_source.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { Plan, Step } from "../abi/plan.ts";
import type { PlanStep, PlanStepName } from "../abi/plan_step.ts";
import type { ResultPlan, StatusPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { list, quote } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";
import { needsConvention } from "../plan/resolve.ts";
import { STEP_KINDS } from "./steps/step_kinds.ts";
import type { StepKind } from "./steps/step.ts";
import { reportBlock, reportFree, reportTaken } from "./report/blocks.ts";
import { reportFreeResult } from "./report/free_results.ts";
import { reportResult } from "./report/results.ts";
import {
  reportCall,
  reportLower,
  reportPrepare,
  reportRelease,
  reportStatus,
} from "./report/steps.ts";
import type { Block, Facts, PlanLines } from "./report/plan_lines.ts";
import { contentWords, coreArgumentsWords, unitWords, valueWords } from "./report/words.ts";

/**
 * The steps of one call: data that prints as a numbered list.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/echo_length.wasm");
 * const { steps } = await guest.plan("echo");
 * assertEquals(steps[0]?.text, 'ask "get_buffer_pointer" where the buffer is');
 * ```
 */
export class PlanReport {
  /** The export that is called. */
  readonly export: string;
  /** The steps, in order. */
  readonly steps: readonly PlanStep[];

  /** Reports the steps of a call of `name`. */
  constructor(name: string, steps: readonly PlanStep[]) {
    this.export = name;
    this.steps = steps;
  }

  /** Formats the steps as a numbered list, a line for each. */
  toString(): string {
    return this.steps.map(({ text }, index) => `${index + 1}. ${text}`).join("\n");
  }

  /** Shows the numbered list for `console.log`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/**
 * Reports the steps of a plan on an instance, without calling the guest.
 *
 * @param declaration The declaration that the plan was made for.
 * @param rivals The possible names for the guest's buffer, if the guest has to be asked.
 */
export function reportPlan(
  plan: Plan,
  instance: Instance,
  declaration: SymbolDeclaration,
  rivals: readonly string[],
): PlanReport {
  const isAsync = declaration.async ?? false;
  const lines = new CollectedLines(plan, instance, isAsync);
  const { unstarted } = instance;
  if (unstarted !== undefined && unstarted !== "_start") {
    const text = `expects guest.initialize() before: ${quote(unstarted)} has not run`;
    lines.add("initialize", text, { export: unstarted });
  }
  if (rivals.length > 0 && needsConvention(declaration)) {
    lines.add("choose", `before the first call, compare the addresses that ${list(rivals)} give`);
  }
  const addSteps = (lines: CollectedLines) => {
    for (const step of lines.plan.steps) reportStep(step, lines);
  };
  if (plan.chunks === undefined) addSteps(lines);
  else {
    reportChunks(plan, lines, (one) => {
      const part = new CollectedLines(one, instance, isAsync, plan.chunked);
      addSteps(part);
      lines.steps.push(...part.steps);
    });
  }
  return new PlanReport(plan.export, lines.steps);
}

/** Reports the calls that chunked input is made of; `report` reports one of them. */
function reportChunks(plan: Plan, lines: PlanLines, report: (one: Plan) => void): void {
  const { parameter: argument, repeats } = plan.chunked!;
  const { init, update, more, drain, final, destroy } = plan.chunks!;
  const again = (name: string) => lines.add("check", `go on with ${name} until it returns nothing`);
  const rest = () => {
    if (drain === undefined) return;
    report(drain);
    again("that");
  };
  lines.add("check", `check that ${lines.argument(argument)} can be written in chunks`, {
    argument,
  });
  if (init !== undefined) report(init);
  const all = `as much of ${lines.argument(argument)} as there is room for`;
  lines.add("check", `take ${all}, until all of it is passed`, { argument });
  report(update!);
  if (more !== undefined) again("the same without input");
  rest();
  if (final !== undefined) {
    lines.add("check", "at the end of the input:");
    report(final);
    if (repeats.includes("final")) again("that");
    rest();
  }
  if (destroy !== undefined) report(destroy);
}

/** Reports the lines of each step of a plan: some have none. */
export function reportSteps(plan: Plan, instance: Instance): readonly (readonly PlanStep[])[] {
  const lines = new CollectedLines(plan, instance, plan.waits);
  return plan.steps.map((step) => {
    const before = lines.steps.length;
    reportStep(step, lines);
    return lines.steps.slice(before);
  });
}

function reportStep(step: Step, lines: PlanLines): void {
  (STEP_KINDS[step.step] as StepKind<Step>).report?.(step, lines);
}

/** The lines of a plan, as its steps add them. */
class CollectedLines implements PlanLines {
  readonly steps: PlanStep[] = [];
  readonly plan: Plan;
  readonly instance: Instance;
  readonly isAsync: boolean;
  readonly asked = new Set<string>();
  hasLength = false;
  subject: string = "the result";
  readonly chunk: number | undefined;
  /** The parameter that is the handle of chunked input. */
  readonly #handle: number | undefined;

  constructor(plan: Plan, instance: Instance, isAsync: boolean, chunked = plan.chunked) {
    this.plan = plan;
    this.chunk = plan.chunk;
    this.#handle = chunked?.hasHandle ? plan.parameters.length - 1 : undefined;
    this.instance = instance;
    this.isAsync = isAsync;
  }

  add(step: PlanStepName, text: string, facts: Facts = {}): void {
    const { path = [] } = facts;
    const about = path.map((part) => part === "[]" ? "each item" : quote(part)).join(", ");
    this.steps.push({ step, text: about === "" ? text : `${about}: ${text}`, ...facts });
  }

  argument(index: number): string {
    if (index === this.chunk) return "the chunk";
    if (index === this.#handle) return "the handle";
    const parameters = this.plan.parameters.slice(0, this.#handle);
    const [only] = parameters;
    if (parameters.length > 1 || only === undefined) return `argument ${index}`;
    if (only.kind === "strings") return "the texts";
    return "content" in only && only.content !== "any"
      ? `the ${contentWords(only.content)}`
      : `argument ${index}`;
  }

  unitOf(index: number): string {
    const parameter = this.plan.parameters[index];
    return parameter?.kind === "text"
      ? unitWords(parameter.content, parameter.encoding)
      : "code units";
  }

  isGlobal(name: string): boolean {
    const { exports } = this.instance;
    return Object.hasOwn(exports, name) && exports[name] instanceof WebAssembly.Global;
  }

  value(value: Value): string {
    return valueWords(value, this);
  }

  passed(coreArguments: readonly CoreArgument[]): string {
    return coreArguments.length === 0 ? "" : ` with ${coreArgumentsWords(coreArguments, this)}`;
  }

  block(block: Block): void {
    reportBlock(block, this);
  }

  taken(block: Block, size: string): void {
    reportTaken(block, size, this);
  }

  free(block: Pick<Block, "place" | "free" | "name" | "argument">): void {
    reportFree(block, this);
  }

  status(status: StatusPlan): void {
    reportStatus(status, this);
  }

  result(result: ResultPlan): void {
    reportResult(result, [], this);
  }

  freeResult(result: ResultPlan): void {
    reportFreeResult(result, [], this);
  }

  lower(argument: number): void {
    reportLower(argument, this);
  }

  prepare(): void {
    reportPrepare(this);
  }

  call(): void {
    reportCall(this);
  }

  release(): void {
    reportRelease(this);
  }
}
