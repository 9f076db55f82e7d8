import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { quote, show } from "../../base/show.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Instance } from "../../instance/instance.ts";
import { refuseTrailingNul } from "../../memory/text/common.ts";
import type { BoundSource, Lower } from "../blocks/bound_source.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { writePut } from "../code/put.ts";
import { isNoText } from "../code/value.ts";
import { compileAccept, compileContent, losesTrailingNuls } from "../content.ts";
import {
  chunk,
  customConvention,
  numbers,
  objectValues,
  passedFunctions,
  stringArray,
  structValues,
} from "../on_demand.ts";
import { besideOf } from "../values.ts";
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
  report: ({ argument }, lines) => lines.lower(argument),
};

function write(
  { argument, keeps }: StepOf<"lower">,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const parameter = code.plan.parameters[argument]!;
  switch (parameter.kind) {
    case "number":
      return numbers.module.writePass(
        parameter.type,
        argument,
        coreType(code.plan, argument),
        code,
      );
    case "reference":
      return writeReference(parameter, argument, code, otherwise);
    case "function":
      return passedFunctions.module.writeLower(
        argument,
        code,
        coreType(code.plan, argument),
      );
    case "managed":
      code.runsCaller = true;
      return objectValues.module.writeLowerObject(parameter, argument, code, otherwise);
    case "compound":
    case "strings":
      code.runsCaller = true;
      return structValues.module.writeStruct(parameter, argument, code, otherwise);
    case "text":
      return !keeps && code.plan.chunk !== argument &&
        writePut(parameter, argument, code, otherwise);
    default:
      return false;
  }
}

function writeReference(
  { content, nullable }: ParameterPlan & { kind: "reference" },
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  if (content !== "any") code.add(`if (${isNoText(`a${argument}`, nullable)}) ${otherwise()}`);
  code.set("values", argument, `a${argument}`);
  return true;
}

/** Compiles parameter number `index`; `source` is the source of its blocks. */
export function compileLower(
  parameter: ParameterPlan,
  index: number,
  plan: PlanParts,
  instance: Instance,
  source: BoundSource | undefined,
): Lower {
  const action = `pass argument ${index} to ${quote(plan.export)}`;
  switch (parameter.kind) {
    case "number": {
      const lower = numbers.module.compileLowerNumber(
        parameter.type,
        coreType(plan, index),
        action,
      );
      return (frame, value) => {
        frame.values[index] = lower(value);
      };
    }
    case "reference":
      return (frame, value) => {
        const isRefused = parameter.content !== "any" && typeof value !== "string" &&
          !(value === null && parameter.nullable);
        if (isRefused) {
          throw new TypeError(
            `Cannot ${action}: it is ${show(value)}, expected a string, or "externref" as its type`,
          );
        }
        frame.values[index] = value;
      };
    case "custom":
      return customConvention.module.compileCustomLower(index, parameter.content, plan, instance);
    case "function":
      return passedFunctions.module.compileLower(
        index,
        plan,
        instance,
        coreType(plan, index),
      );
    case "managed":
      return objectValues.module.compileLowerObject(parameter, index, plan.export, instance);
    case "text":
      return compileLowerText(parameter, index, plan, instance, source!);
    case "compound":
      return structValues.module.compileLowerStruct(parameter, {
        symbol: plan.export,
        index,
        instance,
        source: source!,
        beside: besideOf(index, plan.parameters.length),
      });
    case "strings": {
      if (parameter.place.kind === "managedArray") {
        const content = compileContent(instance.memory, "string", parameter.encoding);
        return (frame, value) => source!.put(frame, index, content, value);
      }
      const beside = besideOf(index, plan.parameters.length);
      return stringArray.module.compileLowerStrings(
        parameter,
        index,
        instance,
        source!,
        beside,
        plan.export,
      );
    }
  }
}

function compileLowerText(
  parameter: ParameterPlan & { kind: "text" },
  index: number,
  plan: PlanParts,
  instance: Instance,
  source: BoundSource,
): Lower {
  if (plan.chunk === index) {
    return chunk.module.compileLowerChunk(parameter, index, plan, instance, source);
  }
  const { content: kind, encoding, nullable = false } = parameter;
  const content = compileContent(instance.memory, kind, encoding);
  const accept = compileAccept(kind, `pass argument ${index} to ${quote(plan.export)}`, nullable);
  const losesNuls = losesTrailingNuls(parameter, plan);
  const put: Lower = (frame, given) => {
    const value = accept(given);
    if (losesNuls && typeof value === "string") refuseTrailingNul(value);
    source.put(frame, index, content, value);
  };
  if (!nullable) return put;
  return (frame, value) => {
    if (value !== null) return put(frame, value);
    frame.pointers[index] = frame.byteLengths[index] = frame.codeUnits[index] = 0;
    frame.sizes[index] = 0;
  };
}

/** Returns the core type of a number's argument. */
export function coreType({ coreArguments, core }: PlanParts, index: number): ValueType | undefined {
  const at = coreArguments.findIndex((coreArgument) =>
    typeof coreArgument === "object" && "parameter" in coreArgument &&
    coreArgument.parameter === index
  );
  return core?.[at];
}
