// The component model's canonical ABI, "Loading" and "Storing", for records and tuples.

import { isArray } from "../../base/show.ts";
import type { ValueCodec } from "./value_codec.ts";
import type { Layout, Part } from "./value_layout.ts";
import { inside, member, wrongType } from "./mistakes.ts";

/** The layout of values that follow each other. */
export type PartsLayout = Layout & { readonly parts: readonly Part[] };

/** A value whose parts have keys: a record or a tuple. */
type Keyed = Record<string, unknown>;

/** What a record or a tuple is in JavaScript. */
interface Form {
  make(): object;
  /** Throws unless a value can have the parts. */
  check(value: unknown): void;
  /** Returns the way to a part in errors. */
  segment(key: string): string;
}

/** Makes the codec of records, whose fields have keys in JavaScript: an object. */
export function createRecord(
  layout: PartsLayout,
  keys: readonly string[],
  codecs: readonly ValueCodec[],
): ValueCodec {
  return createParts(layout, keys, codecs, {
    make: () => ({}),
    check(value) {
      if (typeof value !== "object" || value === null) throw wrongType(value, "an object");
    },
    segment: member,
  });
}

/** Makes the codec of tuples: an array. */
export function createTuple(layout: PartsLayout, codecs: readonly ValueCodec[]): ValueCodec {
  const { length } = codecs;
  return createParts(layout, codecs.map((_, index) => String(index)), codecs, {
    make: () => [],
    check(value) {
      if (!isArray(value) || value.length !== length) {
        throw wrongType(value, `an array of length ${length}`);
      }
    },
    segment: (key) => `[${key}]`,
  });
}

function createParts(
  { parts, ...layout }: PartsLayout,
  keys: readonly string[],
  codecs: readonly ValueCodec[],
  form: Form,
): ValueCodec {
  const fields = parts.map(({ offset, index: first }, at) => ({
    offset,
    first,
    key: keys[at]!,
    codec: codecs[at]!,
  }));
  type Field = (typeof fields)[number];
  const take = (value: unknown, put: (field: Field, part: unknown) => void) => {
    form.check(value);
    for (const field of fields) {
      try {
        put(field, (value as Keyed)[field.key]);
      } catch (error) {
        throw inside(error, form.segment(field.key));
      }
    }
  };
  return {
    ...layout,
    load(pointer) {
      const made = form.make() as Keyed;
      for (const { codec, key, offset } of fields) made[key] = codec.load(pointer + offset);
      return made;
    },
    lift(flat, index) {
      const made = form.make() as Keyed;
      for (const { codec, key, first } of fields) made[key] = codec.lift(flat, index + first);
      return made;
    },
    store: (value, pointer) =>
      take(value, ({ codec, offset }, part) => codec.store(part, pointer + offset)),
    lower: (value, flat, index) =>
      take(value, ({ codec, first }, part) => codec.lower(part, flat, index + first)),
  };
}
