import type { CoreFunction } from "../../abi/core_value.ts";
import type { Plan, Step } from "../../abi/plan.ts";
import type { ParameterPlan } from "../../abi/plan_parts.ts";
import { promising } from "../../base/runtime.ts";
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

/** One step of a call: its lines in the plan, and the values it worked with. */
export interface TracedStep {
  /** Its lines in `guest.plan`. */
  readonly lines: readonly string[];
  /** Calls with their results, and ranges of memory as hex dumps. */
  readonly seen: readonly string[];
  /** The ranges of memory that the host wrote or read. */
  readonly accesses: readonly Access[];
}

/** A range in guest memory that the host wrote or read. */
export interface Access extends Range {
  readonly kind: "wrote" | "read";
}

/**
 * Reports every step of the calls that are bound from now on, also of failing calls. The calls are
 * made step by step.
 *
 * @returns A function that stops reporting.
 */
export function traceCalls(report: (plan: Plan, steps: readonly TracedStep[]) => void): () => void {
  observeCalls((plan, instance) => traced(plan, instance, report));
  return () => observeCalls(undefined);
}

/** A range in guest memory. */
export interface Range {
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
  const parts = makeParts(plan, instance, plan.waits ? promising : undefined);
  const runs = plan.steps.map((step, index) => (frame: Frame) => {
    const seen: string[] = calls = [];
    const look = lookInto(step, parts, frame);
    const end = () => {
      const accesses: Access[] = [];
      const looked = look((access) => accesses.push(access));
      steps.push({ lines: texts[index]!, seen: [...seen, ...looked], accesses });
    };
    try {
      parts.runs[index]!(frame);
    } catch (error) {
      end();
      throw error;
    }
    // A guest that waits continues to change memory after this step has returned.
    if (plan.waits && step.step === "call") {
      frame.result = (frame.result as Promise<unknown>).finally(end);
    } else end();
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

/** Records each call of an exported function, with its arguments and its result. */
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

/** Describes the memory and the values of a step, and records what the host wrote or read. */
type Look = (note: (access: Access) => void) => string[];

/** Prepares to describe a step. */
function lookInto(step: Step, parts: CallParts, frame: Frame): Look {
  switch (step.step) {
    case "lower":
      return (note) => lowered(step.argument, parts, frame, note);
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

function lowered(
  argument: number,
  { plan, instance }: CallParts,
  frame: Frame,
  note: (access: Access) => void,
): string[] {
  const at = frame.pointers[argument];
  const parameter = plan.parameters[argument]!;
  const { kind } = parameter;
  const byteLength = writtenBytes(argument, parameter, frame);
  if (at === undefined || kind === "number" || kind === "reference" || kind === "function") {
    return [`argument ${argument} is ${showCore(frame.values[argument])}`];
  }
  note({ kind: "wrote", at, byteLength });
  return dump(`wrote ${counted(byteLength, "byte")} at ${hex(at)}`, { at, byteLength }, instance);
}

/** Returns the bytes of an argument and of a NUL after it. */
function writtenBytes(argument: number, parameter: ParameterPlan, frame: Frame): number {
  const size = frame.sizes[argument] ?? 0; // of the whole block, or of a buffer
  const byteLength = frame.byteLengths[argument] ?? 0;
  if (parameter.kind !== "text") return Math.max(size, byteLength);
  const nul = parameter.terminated === "never" ? 0 : parameter.encoding === "utf-16" ? 2 : 1;
  return size < byteLength + nul ? byteLength : byteLength + nul;
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

/** Records the changes that the guest makes in its memory. */
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

/** The maximum number of bytes to compare, which takes about 30 ms. */
const MOST_COMPARED = 64 * 2 ** 20;

const MOST_RANGES = 8;

/** Records the memory that a step reads, at the bounds check that each range passes. */
function lookAtReads(instance: Instance, value: () => string): Look {
  const memory = memoryOf(instance);
  if (memory === undefined) return () => [value()];
  const read = new Map<string, Range>();
  memory.check = (action, pointer, byteLength) => {
    const at = GuestMemory.prototype.check.call(memory, action, pointer, byteLength);
    if (action === "read" && byteLength > 0) read.set(`${at} ${byteLength}`, { at, byteLength });
    return at;
  };
  return (note) => {
    delete (memory as Partial<GuestMemory>).check; // uncovers the method of the class
    const ranges = [...read.values()].slice(0, MOST_RANGES);
    for (const range of ranges) note({ kind: "read", ...range });
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
