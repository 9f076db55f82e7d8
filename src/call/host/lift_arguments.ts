import type { CoreValue } from "../../abi/core_value.ts";
import type { ManagedPlan } from "../../abi/managed_layout.ts";
import { GuestError } from "../../base/errors.ts";
import { show } from "../../base/show.ts";
import { unbornError } from "../../instance/import_refusal.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostParameterPlan, HostPlan } from "../../plan/host_plan.ts";
import { toOffset } from "../../memory/pointer.ts";
import { payOwed } from "../blocks/release.ts";
import { liftedFunctions, objectValues } from "../on_demand.ts";
import { compileLift, liftNumber, writeLift } from "../steps/result_steps.ts";
import { writeLiftNumber } from "../number.ts";
import type { Otherwise, Scope } from "../code/scope.ts";
import { isNoText } from "../code/value.ts";
import { heldBytes, type Lifted } from "../text_read.ts";
import { noteRest } from "../several.ts";
import type { TextContext } from "../text_context.ts";
import { compileText } from "../text_result.ts";
import {
  type Argument,
  blockOf,
  type HostCode,
  hostFrameLayout,
  type HostRuns,
  type InMemory,
  isInMemory,
} from "./host_parts.ts";

/** Compiles lifting each argument. */
export function compileArguments(
  hostPlan: HostPlan,
  instance: Instance | undefined,
): readonly Argument[] {
  const isPart = textsOf(hostPlan).length > 1;
  return hostPlan.parameters.map((parameter, index) =>
    compileArgument(parameter, index, hostPlan, instance, isPart)
  );
}

function compileArgument(
  parameter: HostParameterPlan,
  index: number,
  hostPlan: HostPlan,
  instance: Instance | undefined,
  isPart: boolean,
): Argument {
  if (isInMemory(parameter)) return compileInMemory(parameter, index, hostPlan, instance, isPart);
  switch (parameter.kind) {
    case "number": {
      const { type, at } = parameter;
      return { lift: (frame) => liftNumber(type, argumentsOf(frame)[at] as number | bigint) };
    }
    case "reference":
      return { lift: compileReference(parameter, index, hostPlan) };
    case "managed": {
      const { at } = parameter;
      const read = readOf(parameter, index, hostPlan, instance);
      return { lift: (frame) => read((argumentsOf(frame)[at] as number) >>> 0) };
    }
    case "function": {
      const { at } = parameter;
      const { name, label } = hostPlan;
      // A start function runs before there is a table.
      if (instance?.functions === undefined) throw unbornError(name, "exports");
      const subject = `argument ${index} of ${label}`;
      const lift = liftedFunctions.module.compileLift(parameter, subject, instance);
      return { lift: (frame) => lift(toOffset(argumentsOf(frame)[at] as number | bigint)) };
    }
  }
}

/** Compiles making a value of the object at an address. */
function readOf(
  { layout, objects }: ManagedPlan,
  index: number,
  { name, label }: HostPlan,
  instance: Instance | undefined,
): (pointer: number) => unknown {
  if (instance === undefined) throw unbornError(name);
  const subject = `argument ${index} of ${label}`;
  const context = { instance, objects, symbol: name, subject };
  return objectValues.module.compileReadObject(layout, context, false);
}

/** Compiles lifting a value in memory. */
function compileInMemory(
  parameter: InMemory,
  index: number,
  hostPlan: HostPlan,
  instance: Instance | undefined,
  isPart: boolean,
): Argument {
  const { name, label } = hostPlan;
  if (instance === undefined) throw unbornError(name);
  const context: TextContext = {
    instance,
    layout: hostFrameLayout(hostPlan, instance.address64),
    symbol: name,
    subject: `argument ${index} of ${label}`,
    block: blockOf(index, hostPlan),
    shared: true,
    holder: () => undefined,
  };
  return parameter.kind === "text"
    ? compileText(parameter, { ...context, isPart })
    : compileLift(parameter, context);
}

function compileReference(
  { content, nullable, at }: HostParameterPlan & { kind: "reference" },
  index: number,
  { name, label }: HostPlan,
): FrameValue {
  if (content === "any") return (frame) => argumentsOf(frame)[at];
  return (frame) => {
    const value = argumentsOf(frame)[at];
    if (typeof value === "string" || (value === null && nullable)) return value;
    throw new GuestError(
      value === null ? "null-pointer" : "invalid-text",
      `Cannot lift argument ${index} of ${label}: it is ${show(value)}, expected a string`,
      { export: name },
    );
  };
}

/** Returns the core arguments of the import. */
function argumentsOf(frame: Frame): CoreValue[] {
  return frame.result as CoreValue[];
}

/** Compiles freeing the host's blocks of the arguments, even if one could not be lifted. */
export function compileGiveBack(lifts: readonly Argument[]): HostRuns["giveBack"] {
  if (lifts.every(({ release }) => release === undefined)) return undefined;
  return (frame, tried) => {
    // After a trap no guest code runs.
    if (frame.inside) return;
    if (tried < lifts.length) noteRest(frame, lifts.slice(tried));
    for (const { release } of lifts) release?.(frame);
    payOwed(frame);
  };
}

/** Lifts all arguments and frees those that the host owns. */
export function liftAll(
  frame: Frame,
  lifts: readonly Argument[],
  giveBack: HostRuns["giveBack"],
): unknown[] {
  const values: unknown[] = [];
  let tried = 0;
  try {
    while (tried < lifts.length) values.push(lifts[tried++]!.lift(frame));
    return values;
  } finally {
    giveBack?.(frame, tried);
  }
}

/**
 * Writes lifting all arguments and freeing those that the host owns; returns the sources of the
 * values.
 */
export function writeArguments(code: HostCode, isFreed: boolean): string[] {
  const { parameters } = code.hostPlan;
  const write = (parameter: HostParameterPlan, index: number) => {
    if (isFreed) code.add(`tried = ${index + 1};`);
    return writeArgument(parameter, index, code);
  };
  if (!isFreed) return parameters.map(write);
  code.usesFrame = true;
  const giveBack = code.of("give back", ({ giveBack }) => giveBack);
  code.add("let tried = 0; try {");
  const values = parameters.map(write);
  code.add(`} finally {
    if (!synced) { ${code.flush()} frame.inside = inside; synced = true; }
    ${giveBack}(frame, tried);
  }
  synced = false;`);
  return values;
}

function writeArgument(parameter: HostParameterPlan, index: number, code: HostCode): string {
  if (isInMemory(parameter)) {
    writeInMemory(parameter, index, code);
    return code.value(index);
  }
  switch (parameter.kind) {
    case "number": {
      const { type, at } = parameter;
      const written = writeLiftNumber(type, code.hostPlan.type?.parameters[at], `c${at}`);
      if (written !== undefined) return written;
      code.add(`${code.value(index)} = ${code.constant(liftNumber)}("${type}", c${at});`);
      return code.value(index);
    }
    case "reference": {
      const { content, nullable, at } = parameter;
      if (content === "any") return `c${at}`;
      code.add(`${code.value(index)} = c${at};
      if (${isNoText(`c${at}`, nullable)}) { ${code.aside(writeRun(index, code))} }`);
      return code.value(index);
    }
    case "managed": {
      const value = code.value(index);
      const read = code.of(
        `read ${index}`,
        ({ instance }) => readOf(parameter, index, code.hostPlan, instance),
      );
      code.add(`${value} = ${read}(c${parameter.at} >>> 0);`);
      return value;
    }
    case "function": {
      const value = code.value(index);
      const otherwise = `{ ${code.aside(writeRun(index, code))} }`;
      liftedFunctions.module.writeLift(
        parameter,
        code.offset(parameter.at),
        value,
        otherwise,
        code,
      );
      return value;
    }
  }
}

/** Writes lifting a value in memory; unusual values are left to the run form. */
function writeInMemory(
  parameter: InMemory,
  index: number,
  code: HostCode,
): void {
  const { hostPlan } = code;
  const texts = textsOf(hostPlan);
  const turn = texts.indexOf(index);
  const label = `lift${index}`;
  const run: Otherwise = (at, asked) =>
    `${writeTaken(texts.slice(0, turn), texts.length, code)}
    ${asked === undefined ? "" : `frame.asked = ${asked};`}
    ${writeRun(index, code, at)}
    ${writeSlow(turn + 1, texts.length, code)}`;
  const otherwise: Otherwise = (at, asked) => `{ ${code.aside(run(at, asked))} break ${label}; }`;
  const scope: Scope = {
    result: `[${code.cores}]`,
    types: hostPlan.type?.parameters ?? [],
    each: (at) => `c${at}`,
    otherwise,
    key: label,
    sharing: texts.length,
  };
  code.block = blockOf(index, hostPlan);
  const mark = code.mark();
  code.add(`${label}: {`);
  // If one value takes more than its share, the size of the others is counted exactly.
  if (turn > 0) code.add(`if (slow) ${otherwise()}`);
  const value = writeLift(parameter, scope, code);
  if (value !== undefined) {
    code.add(`${code.value(index)} = ${value}; }`);
    return;
  }
  code.rollBack(mark);
  code.add(code.onFrame(run()));
}

function writeRun(index: number, code: HostCode, at?: string): string {
  const lift = code.of(`lift ${index}`, ({ lifts }) => lifts[index]!.lift);
  return `${code.value(index)} = ${lift}(frame${at === undefined ? "" : `, ${at}`});`;
}

/** Writes counting how much host memory the texts before one take. */
function writeTaken(before: readonly number[], texts: number, code: HostCode): string {
  if (texts === 1) return "";
  const values = before.map((index) => code.value(index)).join(", ");
  return `frame.taken = ${code.constant(heldTogether)}([${values}]);`;
}

/** Writes the test whether the first texts have taken more than their share. */
function writeSlow(count: number, texts: number, code: HostCode): string {
  if (count === texts) return "";
  const share = code.of(`share ${count}`, ({ instance }) => instance.resultLimit / texts * count);
  return `slow = frame.taken > ${share};`;
}

function heldTogether(values: readonly unknown[]): number {
  return values.reduce<number>((size, value) => size + heldValue(value), 0);
}

/** Returns how many bytes the host holds for a value that the guest passed in memory. */
function heldValue(value: unknown): number {
  if (typeof value === "string" || ArrayBuffer.isView(value)) return heldBytes(value as Lifted);
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((size, part) => size + 8 + heldValue(part), 32);
}

/** Returns the parameters in memory, whose total size is limited. */
function textsOf({ parameters }: HostPlan): number[] {
  return parameters.flatMap((parameter, index) => isInMemory(parameter) ? [index] : []);
}
