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
  // A copy has its keys already: V8 sets a property faster than it adds one.
  const template = Object.fromEntries(keys.map((key) => [key, undefined]));
  return createParts(layout, keys, codecs, {
    make: () => ({ ...template }),
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
  return {
    ...layout,
    load(pointer, data) {
      const made = form.make() as Keyed;
      for (let at = 0; at < fields.length; at++) {
        const { codec, key, offset } = fields[at]!;
        made[key] = codec.load(pointer + offset, data);
      }
      return made;
    },
    lift(flat, index) {
      const made = form.make() as Keyed;
      for (const { codec, key, first } of fields) made[key] = codec.lift(flat, index + first);
      return made;
    },
    store(value, pointer) {
      form.check(value);
      let at = 0;
      try {
        for (; at < fields.length; at++) {
          const { codec, key, offset } = fields[at]!;
          codec.store((value as Keyed)[key], pointer + offset);
        }
      } catch (error) {
        throw inside(error, form.segment(keys[at]!));
      }
    },
    lower(value, flat, index) {
      form.check(value);
      let at = 0;
      try {
        for (; at < fields.length; at++) {
          const { codec, key, first } = fields[at]!;
          codec.lower((value as Keyed)[key], flat, index + first);
        }
      } catch (error) {
        throw inside(error, form.segment(keys[at]!));
      }
    },
  };
}
