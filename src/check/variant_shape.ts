import type { HostVariant } from "../abi/host_struct.ts";
import type {
  VariantField,
  VariantFieldCase,
  VariantParameter,
  VariantResultDeclaration,
} from "../abi/struct.ts";
import { isObject } from "../base/misnomers.ts";
import { isNumericType, NUMERIC_TYPES } from "../base/numeric_types.ts";
import {
  byShape,
  freedByShape,
  lookAtNull,
  placeShape,
  resultFreedByShape,
} from "./block_shapes.ts";
import { dictionary, object } from "./object_shape.ts";
import { choice, flag, join, known, one, type Problems, type Shape, word } from "./shape.ts";
import { valueShape } from "./value_shapes.ts";

const TAGS = ["i8", "u8", "i16", "u16", "i32", "u32"] as const;

const tagNumber = one("an integer", Number.isInteger);

/**
 * Makes the shapes of a tagged union: in another value, as a parameter, as a result, and in host
 * functions.
 *
 * @param field The shape of the value of a case.
 */
export function variantShapesOf(
  field: Shape,
): Record<"field" | "parameter" | "result" | "host", Shape> {
  const oneCase = object<VariantFieldCase>("{ is, value }", { is: tagNumber, value: field }, {
    needs: ["is"],
  });
  const parts = {
    type: known,
    tag: word(TAGS),
    cases: dictionary(oneCase, "the cases by name"),
  };
  const host = { ...parts, by: byShape, nullable: flag };
  const needs = ["tag", "cases"] as const;
  const rest = {
    needs,
    look(kept: Record<string, unknown>, at: string, problems: Problems) {
      lookAtCases(kept, at, problems);
      lookAtNull(kept, at, problems);
    },
  };
  return {
    field: object<VariantField>("a variant", parts, { needs, look: lookAtCases }),
    parameter: object<VariantParameter>("a variant", {
      ...host,
      place: placeShape,
      freedBy: freedByShape,
    }, rest),
    result: object<VariantResultDeclaration>("a variant", {
      ...host,
      pointer: valueShape,
      freedBy: resultFreedByShape,
    }, rest),
    host: object<HostVariant>("a variant", host, rest),
  };
}

/** Makes the shape of a variant whose tag has a type, as in C, or a place. */
export function eitherVariant(laidOut: Shape, placed: Shape): Shape {
  return choice(
    "a variant",
    (value) => isNumericType((value as { tag?: unknown }).tag) ? laidOut : placed,
  );
}

/** Reports tags that are out of range or that two cases have, and lengths elsewhere. */
function lookAtCases(kept: Record<string, unknown>, at: string, problems: Problems): void {
  const { tag, cases } = kept as { tag?: VariantField["tag"]; cases?: unknown };
  if (!isObject(cases)) return;
  const names = Object.keys(cases);
  if (names.length === 0) problems.add(join(at, "cases"), "is {}, expected at least one case");
  const range = tag && NUMERIC_TYPES[tag]?.range;
  const seen = new Map<unknown, string>();
  for (const name of names) {
    const { is, value } = (cases as Record<string, { is?: unknown; value?: unknown }>)[name] ?? {};
    const place = join(`${at}.cases`, name);
    if (typeof is === "number" && range && (is < Number(range[0]) || is > Number(range[1]))) {
      problems.add(
        `${place}.is`,
        `is ${is}, expected ${range[0]} to ${range[1]}, which ${tag} holds`,
      );
    }
    const other = seen.get(is);
    if (other !== undefined && is !== undefined) {
      problems.add(`${place}.is`, `is ${is}, which ${JSON.stringify(other)} has`);
    }
    seen.set(is, name);
    const { length } = (isObject(value) ? value : {}) as { length?: unknown };
    if (isObject(length)) {
      problems.add(`${place}.value.length`, "is in another field, expected a struct around both");
    }
  }
}
