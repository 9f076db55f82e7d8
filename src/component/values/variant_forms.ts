// The JavaScript forms of variants, enums, options and results.

import { literal, quote, show } from "../../base/show.ts";
import type { Shapes } from "./js_shapes.ts";
import { member, outOfRange, ValueProblem, wrongType } from "./mistakes.ts";
import type { ValueCode } from "./value_code.ts";

/** A value by its case. */
export interface Chosen {
  readonly index: number;
  readonly payload: unknown;
}

/** The JavaScript form of a variant. */
export interface VariantForm {
  /** Makes the value of a case, by its number. */
  make(index: number, payload: unknown): unknown;
  /** Returns the case of a value. */
  choose(value: unknown): Chosen;
  /** The path segment of a payload for errors. */
  readonly segment: string;
  /** Returns the source of the value of a case. */
  makeSource(index: number, payload: string | undefined): string;
  /**
   * Adds the statements that find the case of a value; returns the source of its index and its
   * payload.
   */
  chooseSource(
    code: ValueCode,
    value: string,
  ): { readonly index: string; readonly payload: string };
}

/** Makes the form of a variant with tags. */
export function taggedForm(
  tags: readonly string[],
  payloads: readonly boolean[],
  { variant: { tag: tagKey, payload: payloadKey } }: Pick<Shapes, "variant">,
): VariantForm {
  const byTag = new Map(tags.map((tag, index) => [tag, index]));
  const property = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];
  const refuseOther = (value: unknown) => {
    if (typeof value === "object" && value !== null) return;
    throw wrongType(value, `an object { ${tagKey}, ${payloadKey} }`);
  };
  const refuseTag = (tag: unknown) => {
    throw unknownCase(tag, tags).inside(member(tagKey));
  };
  return {
    make(index, payload) {
      const tag = tags[index]!;
      return payloads[index] ? { [tagKey]: tag, [payloadKey]: payload } : { [tagKey]: tag };
    },
    choose(value) {
      refuseOther(value);
      const tag = property(value as object, tagKey);
      const index = byTag.get(tag as string) ?? refuseTag(tag);
      return {
        index,
        payload: payloads[index] ? property(value as object, payloadKey) : undefined,
      };
    },
    segment: member(payloadKey),
    makeSource(index, payload) {
      const tag = `${literal(tagKey)}: ${literal(tags[index]!)}`;
      return payloads[index] ? `{ ${tag}, ${literal(payloadKey)}: ${payload} }` : `{ ${tag} }`;
    },
    chooseSource(code, value) {
      code.refuseIf(`typeof ${value} !== "object" || ${value} === null`, refuseOther, value);
      const tag = code.keep("tag", `${value}[${literal(tagKey)}]`);
      const index = findTag(code, byTag, tag);
      code.refuseIf(`${index} === undefined`, refuseTag, tag);
      return { index, payload: `${value}[${literal(payloadKey)}]` };
    },
  };
}

/** Makes the form of an enum: the name of the case. */
export function enumForm(tags: readonly string[]): VariantForm {
  const byTag = new Map(tags.map((tag, index) => [tag, index]));
  const refuse = (value: unknown) => {
    throw unknownCase(value, tags);
  };
  return {
    make: (index) => tags[index],
    choose: (value) => ({ index: byTag.get(value as string) ?? refuse(value), payload: undefined }),
    segment: "",
    makeSource: (index) => literal(tags[index]!),
    chooseSource(code, value) {
      const index = findTag(code, byTag, value);
      code.refuseIf(`${index} === undefined`, refuse, value);
      return { index, payload: "undefined" };
    },
  };
}

/** Adds the statements that find the index of a case. */
function findTag(code: ValueCode, byTag: ReadonlyMap<string, number>, tag: string): string {
  return code.keep("index", `${code.constant(byTag)}.get(${tag})`);
}

/** Makes the form of an option whose value cannot be confused with none: that value, or none. */
export function optionForm({ none }: Pick<Shapes, "none">): VariantForm {
  return {
    make: (index, payload) => index === 0 ? none : payload,
    choose: (value) => ({ index: value === undefined || value === null ? 0 : 1, payload: value }),
    segment: "",
    makeSource: (index, payload) => index === 0 ? String(none) : payload!,
    chooseSource(code, value) {
      const isNone = `${value} === undefined || ${value} === null`;
      return { index: code.keep("index", `${isNone} ? 0 : 1`), payload: value };
    },
  };
}

function unknownCase(found: unknown, tags: readonly string[]): ValueProblem {
  const known = tags.slice(0, 20).map(quote).join(", ") + (tags.length > 20 ? ", \u2026" : "");
  return typeof found === "string"
    ? outOfRange(found, `one of ${known}`)
    : new ValueProblem(`is ${show(found)}`, `one of ${known}`);
}
