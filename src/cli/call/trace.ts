import type { CoreFunction } from "../../abi/core_value.ts";
import type { Plan, Step } from "../../abi/plan.ts";
import { counted, hex, quote, show } from "../../base/show.ts";
import { carryOut, observeCalls } from "../../call/call.ts";
import type { CallParts, PlanCall } from "../../call/call_parts.ts";
import { makeParts } from "../../call/make_parts.ts";
import { reportSteps } from "../../call/plan_report.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { GuestMemory } from "../../memory/guest_memory.ts";
import { changedRanges } from "./changed_ranges.ts";
import { hexDump } from "./hex_dump.ts";

/** One step of a call: its lines in the plan, and what it saw. */
export interface TracedStep {
  /** The lines that `guest.plan` has for it. */
  readonly lines: readonly string[];
  /** What it saw: calls with their results, ranges of memory as hex dumps. */
  readonly seen: readonly string[];
}

/**
 * Has every step of the calls that are bound from now on reported, also of one that fails. The calls
 * are carried out step by step.
 *
 * @returns A function that ends that.
 */
export function traceCalls(report: (plan: Plan, steps: readonly TracedStep[]) => void): () => void {
  observeCalls((plan, instance) => traced(plan, instance, report));
  return () => observeCalls(undefined);
}

/** A range of the guest's memory. */
interface Range {
  readonly at: number;
  readonly byteLength: number;
}

function traced(
  plan: Plan,
  instance: Instance,
  report: (plan: Plan, steps: readonly TracedStep[]) => void,
): PlanCall {
  const texts = reportSteps(plan, instance).map((lines) => lines.map(({ text }) => text));
  let steps: TracedStep[] = [];
  let calls: string[] = [];
  // An asynchronous call needs the guest's own functions.
  if (!plan.waits) watchExports(instance, (line) => calls.push(line));
  const parts = makeParts(plan, instance);
  const runs = plan.steps.map((step, index) => (frame: Frame) => {
    const seen: string[] = calls = [];
    const look = lookInto(step, parts, frame);
    try {
      parts.runs[index]!(frame);
    } finally {
      steps.push({ lines: texts[index]!, seen: [...seen, ...look()] });
    }
  });
  const carry = carryOut({ ...parts, runs });
  return (...args) => {
    steps = [];
    const end = () => report(plan, steps);
    let result: unknown;
    try {
      result = carry(...args);
    } catch (error) {
      end();
      throw error;
    }
    if (!plan.waits) end();
    return plan.waits ? (result as Promise<unknown>).finally(end) : result;
  };
}

/** Has each call of an exported function noted, with its arguments and its result. */
function watchExports(instance: Instance, note: (line: string) => void): void {
  const watched: WebAssembly.Exports = {};
  for (const [name, value] of Object.entries(instance.exports)) {
    watched[name] = typeof value === "function" ? watch(name, value as CoreFunction) : value;
  }
  void instance.stack; // is found among the exports themselves
  (instance as { exports: WebAssembly.Exports }).exports = watched;

  function watch(name: string, fn: CoreFunction): CoreFunction {
    return (...args) => {
      const call = `${quote(name)}(${args.map(showCore).join(", ")})`;
      try {
        const result = fn(...args);
        note(result === undefined ? call : `${call} = ${showCore(result)}`);
        return result;
      } catch (error) {
        note(`${call} did not return`);
        throw error;
      }
    };
  }
}

function showCore(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showCore).join(", ")}]`;
  const isAddress = (typeof value === "number" || typeof value === "bigint") &&
    Number.isInteger(Number(value)) && value > 255;
  return isAddress ? `${value} (${hex(value)})` : show(value);
}

/** Prepares for a step; the result describes what it saw of memory and of its values. */
function lookInto(step: Step, parts: CallParts, frame: Frame): () => string[] {
  switch (step.step) {
    case "lower":
      return () => lowered(step.argument, parts, frame);
    case "prepare":
      return () => prepared(parts, frame);
    case "call":
      return lookAtChanges(parts.instance);
    case "lift":
      return lookAtReads(parts.instance, () => `the value is ${show(frame.value)}`);
    default:
      return () => [];
  }
}

function lowered(argument: number, { plan, instance }: CallParts, frame: Frame): string[] {
  const at = frame.pointers[argument];
  // The size of a block includes a NUL after the text.
  const byteLength = Math.max(frame.sizes[argument] ?? 0, frame.byteLengths[argument] ?? 0);
  const { kind } = plan.parameters[argument]!;
  if (at === undefined || kind === "number" || kind === "reference" || kind === "function") {
    return [`argument ${argument} is ${showCore(frame.values[argument])}`];
  }
  return dump(`wrote ${counted(byteLength, "byte")} at ${hex(at)}`, { at, byteLength }, instance);
}

function prepared({ layout, plan }: CallParts, frame: Frame): string[] {
  return ([["return area", layout.area], ["output buffer", layout.output]] as const).flatMap(
    ([what, index]) => {
      const at = frame.pointers[index];
      const isTaken = index === layout.area ? plan.area !== undefined : plan.output !== undefined;
      return isTaken && at !== undefined ? [`the ${what} is at ${hex(at)}`] : [];
    },
  );
}

/** Looks at what the guest changes in its memory. */
function lookAtChanges(instance: Instance): () => string[] {
  const memory = memoryOf(instance);
  if (memory === undefined || memory.size > MOST_COMPARED) return () => [];
  const before = memory.readBytes(0, memory.size);
  return () => {
    const grown = memory.size - before.byteLength;
    const after = memory.view(0, before.byteLength);
    const { ranges, left } = changedRanges(before, after, MOST_RANGES);
    return [
      ...(grown > 0 ? [`the guest's memory has grown by ${counted(grown, "byte")}`] : []),
      ...ranges.flatMap((range) => {
        const words = `the guest changed ${counted(range.byteLength, "byte")} at ${hex(range.at)}`;
        return dump(words, range, instance);
      }),
      ...(left > 0 ? [`the guest changed ${counted(left, "range")} more`] : []),
    ];
  };
}

/** Comparing more would take long; so much takes some 30 ms. */
const MOST_COMPARED = 64 * 2 ** 20;

const MOST_RANGES = 8;

/** Looks at what a step reads of memory: each range passes one check. */
function lookAtReads(instance: Instance, value: () => string): () => string[] {
  const memory = memoryOf(instance);
  if (memory === undefined) return () => [value()];
  const read = new Map<string, Range>();
  memory.check = (action, pointer, byteLength) => {
    const at = GuestMemory.prototype.check.call(memory, action, pointer, byteLength);
    if (action === "read" && byteLength > 0) read.set(`${at} ${byteLength}`, { at, byteLength });
    return at;
  };
  return () => {
    delete (memory as Partial<GuestMemory>).check; // the method of the class is back
    const ranges = [...read.values()].slice(0, MOST_RANGES);
    const dumped = ranges.flatMap((range) =>
      dump(`read ${counted(range.byteLength, "byte")} at ${hex(range.at)}`, range, instance)
    );
    return [...dumped, value()];
  };
}

function memoryOf(instance: Instance): GuestMemory | undefined {
  try {
    return instance.memory;
  } catch {
    return undefined; // it has none
  }
}

function dump(words: string, { at, byteLength }: Range, { memory }: Instance): string[] {
  if (at + byteLength > memory.size) return [words];
  return [words, ...hexDump(memory.view(at, byteLength), at).map((line) => `  ${line}`)];
}
