// The lines that steps add to a plan, without the plan.
import type { Plan } from "../../../src/abi/plan.ts";
import { reportBlock, reportFree, reportTaken } from "../../../src/call/report/blocks.ts";
import { reportFreeResult } from "../../../src/call/report/free_results.ts";
import { reportResult } from "../../../src/call/report/results.ts";
import { reportStatus } from "../../../src/call/report/steps.ts";
import type { PlanLines } from "../../../src/call/report/plan_lines.ts";
import { coreArgumentsWords, valueWords } from "../../../src/call/report/words.ts";
import type { Instance } from "../../../src/instance/instance.ts";

/** Returns the lines that `report` adds, each with the name of its step before it. */
export function reportedBy(
  instance: Instance,
  plan: Plan,
  report: (lines: PlanLines) => void,
  more: Partial<PlanLines> = {},
): string[] {
  const texts: string[] = [];
  const lines: PlanLines = {
    plan,
    instance,
    isAsync: false,
    asked: new Set(),
    hasLength: false,
    subject: "the result",
    chunk: undefined,
    argument: (index) => index === 0 ? "the text" : `argument ${index}`,
    unitOf: () => "code units",
    isGlobal: (name) => instance.exports[name] instanceof WebAssembly.Global,
    add: (step, text) => texts.push(`${step}: ${text}`),
    value: (value) => valueWords(value, lines),
    passed: (given) => given.length === 0 ? "" : ` with ${coreArgumentsWords(given, lines)}`,
    block: (block) => reportBlock(block, lines),
    taken: (block, size) => reportTaken(block, size, lines),
    free: (block) => reportFree(block, lines),
    status: (status) => reportStatus(status, lines),
    result: (result) => reportResult(result, [], lines),
    freeResult: (result) => reportFreeResult(result, [], lines),
    lower() {},
    prepare() {},
    call() {},
    release() {},
    ...more,
  };
  report(lines);
  return texts;
}
