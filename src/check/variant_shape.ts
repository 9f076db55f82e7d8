import type { VariantField, VariantFieldCase } from "../abi/struct.ts";
import { isObject } from "../base/misnomers.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { dictionary, object } from "./object_shape.ts";
import { join, type Problems, type Shape } from "./problems.ts";
import { known, one, word } from "./shape.ts";

const TAGS = ["i8", "u8", "i16", "u16", "i32", "u32"] as const;

const tagNumber = one("an integer", Number.isInteger);

/** Makes the shape of a tagged union in memory; `field` is that of the value of a case. */
export function variantShape(field: Shape): Shape {
  const oneCase = object<VariantFieldCase>("{ is, value }", { is: tagNumber, value: field }, {
    needs: ["is"],
  });
  return object<VariantField>("a variant", {
    type: known,
    tag: word(TAGS),
    cases: dictionary(oneCase, "the cases by name"),
  }, { needs: ["tag", "cases"], look: lookAtCases });
}

/** Notes tags that the type of the tag cannot hold, or that two cases have, and lengths elsewhere. */
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
