import { show } from "../../base/show.ts";
import { unbornError } from "../../instance/callable.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostPlan, HostResultPlan } from "../../plan/host_plan.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import { writeLowerNumber } from "../code/number.ts";
import { compileCheck } from "../content.ts";
import { compileLowerNumber } from "../lower.ts";
import { compileFill, writeFill } from "./fill.ts";
import type { HostCode } from "./host_code.ts";
import { HostFrame, type HostParts, type LowerAnswer } from "./host_parts.ts";
import { compilePlace, writePlace } from "./place.ts";

/** Returns whether an answer is passed unchanged, even a promise. */
export function takesPromise({ result }: HostPlan): boolean {
  return result.kind === "reference" && result.content === "any";
}

/**
 * Compiles making core results from the callback's answer.
 *
 * @param sources The source of the answer's block, if it takes one.
 */
export function compileAnswer(
  hostPlan: HostPlan,
  instance: Instance | undefined,
  sources: BoundSources,
): LowerAnswer {
  const { name, label, result, type } = hostPlan;
  const action = `return a value from ${label}`;
  switch (result.kind) {
    case "void":
      return () => undefined;
    case "number": {
      const lower = compileLowerNumber(result.type, type?.results[0], action);
      return (_frame, value) => lower(value);
    }
    case "reference": {
      const { content, nullable } = result;
      if (content === "any") return (_frame, value) => value;
      return (_frame, value) => {
        if (typeof value === "string" || (value === null && nullable)) return value;
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      };
    }
    case "text": {
      if (instance === undefined) throw unbornError(name);
      const { target } = result;
      const lower = target.kind === "output"
        ? compileFill(result, target, hostPlan, instance)
        : compilePlace(result, target, hostPlan, instance, sources[0]!);
      const check = compileCheck(result.content, action, result.nullable);
      return (frame, value) => {
        check(value);
        return lower(frame, value);
      };
    }
  }
}

/**
 * Writes making core results of the answer, which is `a0`. The run form refuses a wrong answer,
 * because it has the error messages.
 *
 * @returns The source of the results, or `undefined` if the run form has to make them.
 */
export function writeAnswer(
  result: HostResultPlan,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  switch (result.kind) {
    case "void":
      code.add(`if (a0 !== undefined) ${otherwise()}`);
      return "undefined";
    case "number": {
      const core = code.hostPlan.type?.results[0];
      const written = writeLowerNumber(result.type, core, "a0", code.of("lower", lowerOf));
      code.add(written.check);
      return written.core;
    }
    case "reference":
      if (result.content !== "any") code.add(`if (typeof a0 !== "string") ${otherwise()}`);
      return "a0";
    case "text":
      return result.target.kind === "output"
        ? writeFill(result, result.target, code, otherwise)
        : writePlace(result, result.target, code, otherwise);
  }
}

/** Returns the run form of a number: it needs no frame. */
function lowerOf({ finish }: HostParts): (value: unknown) => unknown {
  return (value) => finish(new HostFrame([]), value);
}
