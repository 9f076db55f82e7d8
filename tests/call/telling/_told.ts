// The lines that steps add to a plan, without the plan.
import type { Plan } from "../../../src/abi/plan.ts";
import { tellBlock, tellFree, tellTaken } from "../../../src/call/telling/blocks.ts";
import { tellFreeResult } from "../../../src/call/telling/free_results.ts";
import { tellResult } from "../../../src/call/telling/results.ts";
import { tellStatus } from "../../../src/call/telling/status.ts";
import type { Telling } from "../../../src/call/telling/types.ts";
import { coreArgumentsWords, valueWords } from "../../../src/call/telling/words.ts";
import type { Instance } from "../../../src/instance/instance.ts";

/** Returns the lines that `tell` adds, each with the name of its step before it. */
export function toldBy(
  instance: Instance,
  plan: Plan,
  tell: (told: Telling) => void,
  more: Partial<Telling> = {},
): string[] {
  const lines: string[] = [];
  const told: Telling = {
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
    add: (step, text) => lines.push(`${step}: ${text}`),
    value: (value) => valueWords(value, told),
    passed: (given) => given.length === 0 ? "" : ` with ${coreArgumentsWords(given, told)}`,
    block: (block) => tellBlock(block, told),
    taken: (block, size) => tellTaken(block, size, told),
    free: (block) => tellFree(block, told),
    status: (status) => tellStatus(status, told),
    result: (result) => tellResult(result, [], told),
    freeResult: (result) => tellFreeResult(result, [], told),
    lower() {},
    prepare() {},
    call() {},
    release() {},
    ...more,
  };
  tell(told);
  return lines;
}
