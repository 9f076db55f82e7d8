import { TYPED_ARRAYS } from "../../base/numeric_types.ts";
import { quote, show, withArticle } from "../../base/show.ts";
import { classOf } from "../../base/view.ts";
import { unbornError } from "../../instance/callable.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostPlan, HostResultPlan, HostTextPlan } from "../../plan/host_plan.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import { writeLowerNumber } from "../code/number.ts";
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
  const { name, result, type } = hostPlan;
  const action = `return a value from import ${quote(name)}`;
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
      const { is, expected } = expectation(result);
      return (frame, value) => {
        if (is(value)) return lower(frame, value);
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
      };
    }
  }
}

/** Describes the expected answer for text, bytes or an array, for errors. */
function expectation(
  { content, nullable }: HostTextPlan,
): { is: (value: unknown) => boolean; expected: string } {
  if (content === "string") {
    return nullable
      ? { is: (value) => typeof value === "string" || value === null, expected: "a string or null" }
      : { is: (value) => typeof value === "string", expected: "a string" };
  }
  const { name } = content === "bytes" ? Uint8Array : TYPED_ARRAYS[content.element];
  return {
    is: (value) => classOf(value) === name || (nullable === true && value === null),
    expected: `${withArticle(name)}${nullable ? " or null" : ""}`,
  };
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
