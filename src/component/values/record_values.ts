// The component model's canonical ABI, "Loading" and "Storing", for records and tuples.

import { isArray, literal } from "../../base/show.ts";
import { INPUT_ITEM_SIZE } from "../../call/text_read.ts";
import { part, type ValueCode, type ValueSource } from "./value_code.ts";
import type { ValueCodec } from "./value_codec.ts";
import type { Layout, Part } from "./value_layout.ts";
import { inside, member, outOfRange, wrongType } from "./mistakes.ts";

/** The layout of consecutive values. */
export type PartsLayout = Layout & { readonly parts: readonly Part[] };

/** A value whose parts have keys: a record or a tuple. */
type Keyed = Record<string, unknown>;

/** The JavaScript form of a record or a tuple. */
interface Form {
  make(): object;
  /** Throws unless a value has this form. */
  check(value: unknown): void;
  /** Returns the path segment of a part for errors. */
  segment(key: string): string;
}

/** Makes the codec of records, whose fields have keys in JavaScript: an object. */
export function createRecord(
  layout: PartsLayout,
  keys: readonly string[],
  codecs: readonly ValueCodec[],
): ValueCodec {
  // A copy already has the keys: V8 sets a property faster than it adds one.
  const template = Object.fromEntries(keys.map((key) => [key, undefined]));
  const make = () => ({ ...template });
  return createParts(layout, keys, codecs, { make, check: checkRecord, segment: member });
}

function checkRecord(value: unknown): void {
  if (typeof value !== "object" || value === null) throw wrongType(value, "an object");
}

/** Makes the codec of tuples: an array. */
export function createTuple(layout: PartsLayout, codecs: readonly ValueCodec[]): ValueCodec {
  const keys = codecs.map((_, index) => String(index));
  const check = checkTuple(codecs.length);
  return createParts(layout, keys, codecs, { make: () => [], check, segment: inBrackets });
}

function checkTuple(length: number): Form["check"] {
  return (value) => {
    const expected = `an array of length ${length}`;
    if (!isArray(value)) throw wrongType(value, expected);
    if (value.length !== length) throw outOfRange(value.length, expected, "has a length of");
  };
}

function inBrackets(key: string): string {
  return `[${key}]`;
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
    measure(value) {
      form.check(value);
      let taken = fields.length * INPUT_ITEM_SIZE;
      for (const { codec, key } of fields) taken += codec.measure?.((value as Keyed)[key]) ?? 0;
      return taken;
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

/** Writes source for records. */
export function recordSource(
  layout: PartsLayout,
  keys: readonly string[],
  sources: readonly ValueSource[],
): ValueSource {
  return partsSource(layout, keys, sources, {
    check: (code, value) =>
      code.refuseIf(`typeof ${value} !== "object" || ${value} === null`, checkRecord, value),
    make: (values) =>
      `{ ${values.map((value, at) => `${literal(keys[at]!)}: ${value}`).join(", ")} }`,
    segment: member,
  });
}

/** Writes source for tuples. */
export function tupleSource(layout: PartsLayout, sources: readonly ValueSource[]): ValueSource {
  const { length } = sources;
  const check = checkTuple(length);
  return partsSource(layout, sources.map((_, index) => String(index)), sources, {
    check: (code, value) =>
      code.refuseIf(
        `!${code.constant(isArray)}(${value}) || ${value}.length !== ${length}`,
        check,
        value,
      ),
    make: (values) => `[${values.join(", ")}]`,
    segment: inBrackets,
  });
}

/** Writes source for the JavaScript form of a record or a tuple. */
interface FormSource {
  check(code: ValueCode, value: string): void;
  make(values: readonly string[]): string;
  segment(key: string): string;
}

function partsSource(
  { parts }: PartsLayout,
  keys: readonly string[],
  sources: readonly ValueSource[],
  form: FormSource,
): ValueSource {
  return {
    take(code, value) {
      form.check(code, value);
      const taken = sources.map((source, at) => {
        const key = keys[at]!;
        return code.within(form.segment(key), () => {
          const local = code.keep("part", `${value}[${literal(key)}]`);
          return source.take(code, local);
        });
      });
      return {
        flat: () => taken.flatMap((one) => one.flat()),
        store: (at) => taken.forEach((one, index) => one.store(part(at, parts[index]!.offset))),
      };
    },
    load: (code, at) =>
      form.make(sources.map((source, index) => source.load(code, part(at, parts[index]!.offset)))),
    lift: (code, flat) =>
      form.make(sources.map((source, index) => {
        const { index: first, flat: { length } } = parts[index]!;
        return source.lift(code, flat.slice(first, first + length));
      })),
  };
}
