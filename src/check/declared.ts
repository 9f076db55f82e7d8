import type { CustomConvention } from "../abi/custom_convention.ts";
import { isObject } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import { ConventionReport } from "../detect/detect.ts";
import type { DeclarationCheck } from "./checked_options.ts";
import { conventionShape } from "./convention_shape.ts";
import { argumentProblems } from "./core_argument_problems.ts";
import { symbolShape } from "./declaration_shapes.ts";
import { dictionary } from "./object_shape.ts";
import { planProblems } from "./plan_problems.ts";
import { Problems, type Shape } from "./problems.ts";
import { stepProblems } from "./step_problems.ts";

// The options in which calls are declared. This is loaded if one of them is given.

/** A custom convention: the caller's object is used as it is. */
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

/** A convention, with hints for values that are mistaken for one. */
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
 * Makes the shape of the symbols. Each problem names its symbol, and is reported beside exports
 * that do not fit.
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
        names.set(name, found.read(symbolShape, declaration, ""));
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
    resolved: (plan, declaration, context, exports) => [
      ...planProblems(plan, declaration, context, exports),
      ...stepProblems(plan, context.address64),
    ],
  };
}
