// The component model's canonical ABI, "Loading", "Storing", "Flat Lifting" and "Flat Lowering", for
// variants, and for enums, options and results, which are variants in memory.

import { quote, show } from "../../base/show.ts";
import type { CoreValue, Place, ValueCodec } from "./value_codec.ts";
import type { CoreType, VariantLayout } from "./value_layout.ts";
import { abiTrap, inside, outOfRange, ValueProblem, wrongType } from "./mistakes.ts";

/** A value by its case. */
export interface Chosen {
  readonly index: number;
  readonly payload: unknown;
}

/** What a variant is in JavaScript. */
export interface VariantForm {
  /** Makes the value of a case, by its number. */
  make(index: number, payload: unknown): unknown;
  /** Returns the case of a value. */
  choose(value: unknown): Chosen;
  /** The way to a payload in errors. */
  readonly segment: string;
}

/** Makes the codec of a variant of cases, of which some have a payload. */
export function createVariant(
  layout: VariantLayout,
  payloads: readonly (ValueCodec | undefined)[],
  form: VariantForm,
  place: Place,
): ValueCodec {
  const { discriminant: size, offset, ...shared } = layout;
  const { flat: types } = shared;
  const wide = payloads.map((codec) => codec && widen(codec, types.slice(1)));
  const check = (index: number): number => {
    if (index < payloads.length) return index;
    throw abiTrap(`a variant has case ${index}`, `a case below ${payloads.length}`);
  };
  const take = (value: unknown, put: (chosen: Chosen) => void) => {
    const chosen = form.choose(value);
    try {
      put(chosen);
    } catch (error) {
      throw inside(error, form.segment);
    }
  };
  return {
    ...shared,
    load(pointer, data) {
      const index = check(
        size === 1
          ? data.getUint8(pointer)
          : size === 2
          ? data.getUint16(pointer, true)
          : data.getUint32(pointer, true),
      );
      return form.make(index, payloads[index]?.load(pointer + offset, data));
    },
    store: (value, pointer) =>
      take(value, ({ index, payload }) => {
        const data = place.memory.data();
        if (size === 1) data.setUint8(pointer, index);
        else if (size === 2) data.setUint16(pointer, index, true);
        else data.setUint32(pointer, index, true);
        payloads[index]?.store(payload, pointer + offset);
      }),
    lift(flat, at) {
      const index = check((flat[at] as number) >>> 0);
      return form.make(index, wide[index]?.lift(flat, at + 1));
    },
    lower: (value, flat, at) =>
      take(value, ({ index, payload }) => {
        clear(flat, at, types);
        flat[at] = index;
        wide[index]?.lower(payload, flat, at + 1);
      }),
  };
}

/** Sets the core values of a variant to zero: a case uses only some of them. */
function clear(flat: CoreValue[], at: number, types: readonly CoreType[]): void {
  types.forEach((type, index) => flat[at + index] = type === "i64" ? 0n : 0);
}

/**
 * Returns a payload's codec for core values that have wider types: the cases of a variant share them.
 */
function widen(codec: ValueCodec, types: readonly CoreType[]): ValueCodec {
  const { flat } = codec;
  if (flat.every((type, index) => type === types[index])) return codec;
  return {
    ...codec,
    lift(values, at) {
      const own = flat.map((type, index) => narrowed(values[at + index]!, types[index]!, type));
      return codec.lift(own, 0);
    },
    lower(value, values, at) {
      codec.lower(value, values, at);
      flat.forEach((type, index) => {
        values[at + index] = widened(values[at + index]!, type, types[index]!);
      });
    },
  };
}

/** The bits of a core value. */
const bits = new DataView(new ArrayBuffer(8));

function narrowed(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  if (from === "i64") bits.setBigInt64(0, value as bigint, true);
  else bits.setInt32(0, value as number, true);
  switch (to) {
    case "i32":
      return bits.getInt32(0, true);
    case "f32":
      return bits.getFloat32(0, true);
    case "f64":
      return bits.getFloat64(0, true);
  }
  return value;
}

function widened(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  bits.setBigInt64(0, 0n, true);
  if (from === "i32") bits.setInt32(0, value as number, true);
  else if (from === "f32") bits.setFloat32(0, value as number, true);
  else bits.setFloat64(0, value as number, true);
  return to === "i64" ? bits.getBigInt64(0, true) : bits.getInt32(0, true);
}

/** Makes the form of a variant with tags. */
export function taggedForm(
  tags: readonly string[],
  payloads: readonly boolean[],
  { shapes: { variant } }: Place,
): VariantForm {
  const byTag = new Map(tags.map((tag, index) => [tag, index]));
  return {
    make: (index, payload) =>
      payloads[index] ? variant.make(tags[index]!, payload) : variant.bare(tags[index]!),
    choose(value) {
      if (typeof value !== "object" || value === null) throw wrongType(value, variant.expected);
      const tag = variant.tag(value);
      const index = byTag.get(tag as string);
      if (index === undefined) throw unknownCase(tag, tags).inside(variant.tagSegment);
      return { index, payload: payloads[index] ? variant.payload(value) : undefined };
    },
    segment: variant.payloadSegment,
  };
}

/** Makes the form of an enum: the name of the case. */
export function enumForm(tags: readonly string[]): VariantForm {
  const byTag = new Map(tags.map((tag, index) => [tag, index]));
  return {
    make: (index) => tags[index],
    choose(value) {
      const index = byTag.get(value as string);
      if (index === undefined) throw unknownCase(value, tags);
      return { index, payload: undefined };
    },
    segment: "",
  };
}

/** Makes the form of an option whose value is never taken for none: that value, or none. */
export function optionForm({ shapes: { none } }: Place): VariantForm {
  return {
    make: (index, payload) => index === 0 ? none : payload,
    choose: (value) => ({ index: value === undefined || value === null ? 0 : 1, payload: value }),
    segment: "",
  };
}

function unknownCase(found: unknown, tags: readonly string[]): ValueProblem {
  const known = tags.slice(0, 20).map(quote).join(", ") + (tags.length > 20 ? ", \u2026" : "");
  return typeof found === "string"
    ? outOfRange(found, `one of ${known}`)
    : new ValueProblem(`is ${show(found)}`, `one of ${known}`);
}
