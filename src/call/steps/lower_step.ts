import type { CoreValue } from "../../abi/core_value.ts";
import type { ParameterPlan } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import type { CallParts } from "../call_parts.ts";
import type { Otherwise } from "../code/call_code.ts";
import { writeLowerNumber } from "../code/number.ts";
import type { PlanCode } from "../code/plan_code.ts";
import { writePut } from "../code/put.ts";
import { compileLower, compileLowerNumber, coreType } from "../lower.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that checks one argument and puts it where the guest expects it. */
export const lowerStep: StepKind<StepOf<"lower">> = {
  run({ argument, keeps }, { plan, instance, sources }) {
    const parameter = plan.parameters[argument]!;
    const lower = compileLower(parameter, argument, plan, instance, sources[argument]);
    if (!keeps) return (frame) => lower(frame, frame.args[argument]);
    // The result is a part of this text.
    return (frame) => {
      lower(frame, frame.args[argument]);
      frame.values[argument] = frame.args[argument];
    };
  },
  write(step, code, otherwise) {
    const isWritten = write(step, code, otherwise);
    if (isWritten) code.wrote.add(step.argument);
    return isWritten;
  },
  ran({ argument }, code) {
    const parameter = code.plan.parameters[argument]!;
    const place = "place" in parameter ? parameter.place.kind : undefined;
    if (place === "allocator") code.handedOut.push(argument);
    else if (place === "stack") code.takesFromStack = true;
  },
  tell: ({ argument }, told) => told.lower(argument),
};

function write(
  { argument, keeps }: StepOf<"lower">,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const parameter = code.plan.parameters[argument]!;
  switch (parameter.kind) {
    case "number":
      return writeNumber(parameter, argument, code);
    case "reference":
      return writeReference(parameter, argument, code, otherwise);
    case "text":
      return !keeps && code.plan.chunked?.parameter !== argument &&
        writePut(parameter, argument, code, otherwise);
    default:
      return false;
  }
}

function writeNumber(
  { type }: ParameterPlan & { kind: "number" },
  argument: number,
  code: PlanCode,
): boolean {
  const core = coreType(code.plan, argument);
  const lower = code.of(`lower ${argument}`, (parts) => lowerOf(parts, argument));
  const written = writeLowerNumber(type, core, `a${argument}`, lower);
  code.add(written.check);
  code.set("values", argument, written.core);
  return true;
}

/** Returns the run form of a number, which returns the core value or throws. */
function lowerOf(
  { plan }: CallParts,
  argument: number,
): (value: unknown) => CoreValue {
  const { type } = plan.parameters[argument] as ParameterPlan & { kind: "number" };
  const action = `pass argument ${argument} to ${quote(plan.export)}`;
  return compileLowerNumber(type, coreType(plan, argument), action);
}

function writeReference(
  { content }: ParameterPlan & { kind: "reference" },
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  if (content !== "any") code.add(`if (typeof a${argument} !== "string") ${otherwise()}`);
  code.set("values", argument, `a${argument}`);
  return true;
}
