import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { HostFunctionDeclaration } from "../abi/declaration.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { isObject } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import { freedByShape, passShape, placeShape, resultFreedByShape } from "./block_shapes.ts";
import type { DeclarationCheck } from "./checked_options.ts";
import { argumentProblems, hostArgumentProblems } from "./core_argument_problems.ts";
import { declaredClass, hostFunctionShape, symbolShape } from "./declaration_shapes.ts";
import { array, dictionary, object } from "./object_shape.ts";
import { planProblems, stepProblems } from "./plan_problems.ts";
import { Problems, type Shape, text, word } from "./shape.ts";
import { formsShape, numberFormsShape, statusShape } from "./result_shapes.ts";
import { propertyShape } from "./managed_shapes.ts";
import {
  encodingShape,
  lookAtInvalid,
  nullIsShape,
  onInvalidShape,
  trailingNulShape,
} from "./data_shapes.ts";
import { ConventionReport } from "../detect/detect.ts";
import { HostFunction, type HostFunctionCheck, pointerPlans } from "../imports/host_function.ts";
import type { Instance } from "../instance/instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { hostConvention } from "../plan/flatten_host.ts";

// The options in which calls are declared. This module is loaded if one of them is set.

/** A custom convention: the caller's object is used without a copy. */
const customConvention: Shape = {
  expected: "a convention",
  read(value, at, problems) {
    const { name, lower, lift } = value as unknown as CustomConvention;
    if (typeof name !== "string") problems.wrong(`${at}.name`, name, "what errors call it");
    if (typeof lower !== "function") problems.wrong(`${at}.lower`, lower, "a function");
    if (typeof lift !== "function") problems.wrong(`${at}.lift`, lift, "a function");
    return value;
  },
};

const CONVENTION = "a convention such as cString()";

/** A convention, with hints for values that are commonly mistaken for one. */
export const conventionOption: Shape = {
  expected: CONVENTION,
  read(value, at, problems) {
    if (typeof value === "function") {
      const call = `${value.name || "preset"}(…)`;
      return problems.add(at, `is a function, expected what it returns: ${call}`);
    }
    if (value instanceof ConventionReport) {
      return problems.add(
        at,
        "is the report in guest.convention, expected its property convention",
      );
    }
    if (!isObject(value)) return problems.wrong(at, value, CONVENTION);
    if ("lower" in value || "lift" in value) return customConvention.read(value, at, problems);
    if (!("place" in value) && !("pass" in value)) {
      return problems.add(at, `is an object without a place, expected ${CONVENTION}`);
    }
    return conventionShape.read(value, at, problems);
  },
};

/**
 * Makes the shape of the symbols. Each problem names its symbol, and is reported together with
 * exports that do not fit.
 */
export function symbolsOption(wrong: Map<string, readonly string[]>): Shape {
  const expected = "an object of declarations by name";
  return {
    expected,
    read(value, at, problems) {
      const names = new Map<string, unknown>();
      const declared = dictionary(
        { expected, read: (value) => value },
        expected,
      ).read(value, at, problems);
      for (const [name, declaration] of Object.entries(declared ?? {})) {
        const found = new Problems("the declaration");
        const type = isObject(declaration) ? declaration.type : undefined;
        const shape = type === undefined
          ? symbolShape
          : type === "class"
          ? declaredClass
          : propertyShape;
        names.set(name, found.read(shape, declaration, ""));
        if (found.lines.length === 0) continue;
        wrong.set(name, found.lines.map((line) => `symbol ${quote(name)}: ${line}`));
      }
      return Object.fromEntries(names);
    },
  };
}

/** Checks declarations once the guest is known. */
export function declarationCheck(wrong: DeclarationCheck["wrong"]): DeclarationCheck {
  return {
    wrong,
    declared: argumentProblems,
    resolved: (plan, declaration, context, instance) => [
      ...planProblems(plan, declaration, context, instance.exports),
      ...stepProblems(plan, context.address64),
      ...settleFunctions(plan, instance, context),
    ],
  };
}

/**
 * Plans the functions that a symbol takes and returns, and reports why one of them cannot be
 * called.
 */
function settleFunctions(plan: PlanParts, instance: Instance, context: ResolveContext): string[] {
  const problem = pointerPlans.loaded?.settleFunctions(plan, instance, context);
  return problem === undefined ? [] : [problem.message];
}

/** Makes the check for a guest's host functions. The copy of each survives a reset. */
export function makeHostFunctionCheck(): HostFunctionCheck {
  const checked = new Map<HostFunction, HostFunction>();
  return (given, name, convention) => {
    const known = checked.get(given);
    if (known !== undefined) return known;
    const copy = checkHostFunction(given, name, convention);
    if (!(copy instanceof Problem)) checked.set(given, copy);
    return copy;
  };
}

/**
 * Checks the declaration of a host function.
 *
 * @param given The host function.
 * @param name The name of the import in errors: `env.log`.
 * @param convention The guest's convention, if it has one.
 * @returns The same host function with a copy of its declaration, or all problems of the declaration.
 */
function checkHostFunction(
  { declaration, callback }: HostFunction,
  name: string,
  convention: Convention | undefined,
): HostFunction | Problem {
  const problems = new Problems("the declaration");
  const copy = problems.read(hostFunctionShape, declaration, "") as HostFunctionDeclaration;
  if (problems.lines.length === 0) {
    problems.lines.push(
      ...hostArgumentProblems(copy, convention && hostConvention(convention)),
    );
  }
  if (problems.lines.length === 0) return new HostFunction(copy, callback);
  return new Problem({
    code: "signature",
    part: "declaration",
    cannot: `Cannot bind the host function to import ${quote(name)}`,
    found: problems.lines.join("; "),
    export: name,
    lines: problems.lines,
  });
}

/** The shape of a convention without its own code. */
export const conventionShape: Shape = object<Convention>("a convention", {
  name: text,
  expression: text,
  encoding: encodingShape,
  onInvalid: onInvalidShape,
  place: placeShape,
  bytesPlace: placeShape,
  bytesResults: formsShape,
  arrayPlace: placeShape,
  arrayResults: formsShape,
  pass: array(passShape, 'an array such as [["pointer", "byteLength"]]'),
  terminated: word(["always", "without length", "never"]),
  results: formsShape,
  numberResults: numberFormsShape,
  hostResults: formsShape,
  argumentsFreedBy: freedByShape,
  resultsFreedBy: resultFreedByShape,
  nullIs: nullIsShape,
  trailingNul: trailingNulShape,
  status: statusShape,
  areaPlace: placeShape,
}, {
  needs: [
    "name",
    "expression",
    "encoding",
    "place",
    "pass",
    "terminated",
    "results",
    "argumentsFreedBy",
    "resultsFreedBy",
    "trailingNul",
  ],
  look: lookAtInvalid,
});
