// The component model's canonical ABI, "Loading", "Storing", "Flat Lifting" and "Flat Lowering",
// for variants, and for enums, options and results, which are variants in memory.

import { readNumeric, writeNumeric } from "../../base/numeric_types.ts";
import { storeNumber } from "../../call/number.ts";
import {
  address,
  convert,
  loadNumber,
  part,
  type Taken,
  type ValueCode,
  type ValueSource,
} from "./value_code.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import {
  type CoreType,
  type CoreValue,
  type Layout,
  narrowed,
  type VariantLayout,
  widened,
} from "./value_layout.ts";
import { abiTrap, inside } from "./mistakes.ts";
import type { Chosen, VariantForm } from "./variant_forms.ts";

/** Makes the codec of a variant of cases, of which some have a payload. */
export function createVariant(
  layout: VariantLayout,
  payloads: readonly (ValueCodec | undefined)[],
  form: VariantForm,
  place: Place,
): ValueCodec {
  const { discriminant, offset, ...shared } = layout;
  const numeric = numericOf(discriminant);
  const { flat: types } = shared;
  const wide = payloads.map((codec) => codec && widen(codec, types.slice(1)));
  const check = (index: number): number => {
    if (index >= payloads.length) refuseCase(index, payloads.length);
    return index;
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
    measure(value) {
      const { index, payload } = form.choose(value);
      return payloads[index]?.measure?.(payload) ?? 0;
    },
    load(pointer, data) {
      const index = check(readNumeric(data, numeric, pointer) as number);
      return form.make(index, payloads[index]?.load(pointer + offset, data));
    },
    store: (value, pointer) =>
      take(value, ({ index, payload }) => {
        writeNumeric(place.memory.data(), numeric, pointer, index);
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

/** Returns the type of a discriminant of a size in bytes. */
function numericOf(size: VariantLayout["discriminant"]): "u8" | "u16" | "u32" {
  return `u${8 * size as 8 | 16 | 32}`;
}

function refuseCase(index: number, count: number): never {
  throw abiTrap(`a variant has case ${index}`, `a case below ${count}`);
}

/** A payload of a variant: its core values, and the writer of its source. */
export interface PayloadSource {
  readonly layout: Layout;
  readonly source: ValueSource;
}

/** Writes source for variants. */
export function variantSource(
  { discriminant, offset, flat: types }: VariantLayout,
  payloads: readonly (PayloadSource | undefined)[],
  form: Pick<VariantForm, "makeSource" | "chooseSource" | "segment">,
): ValueSource {
  const { length: count } = payloads;
  const numeric = numericOf(discriminant);
  /** Adds a branch for each case for which `write` adds something. */
  const branch = (code: ValueCode, index: string, write: (at: number) => void) => {
    code.add(`switch (${index}) {`);
    for (let at = 0; at < count; at++) {
      const { lines } = code.capture(() => write(at));
      if (lines !== "") code.add(`case ${at}: { ${lines} break; }`);
    }
    code.add("}");
  };
  const make = (code: ValueCode, index: string, payload: (at: PayloadSource) => string) => {
    code.add(`if (${index} >= ${count}) ${code.constant(refuseCase)}(${index}, ${count});`);
    const value = code.variable("value");
    branch(code, index, (at) => {
      const found = payloads[at];
      code.add(`${value} = ${form.makeSource(at, found && payload(found))};`);
    });
    return value;
  };
  return {
    take(code, value) {
      const { index, payload } = form.chooseSource(code, value);
      const taken: (Taken | undefined)[] = [];
      branch(code, index, (at) => {
        const source = payloads[at]?.source;
        if (source === undefined) return;
        const local = code.keep("payload", payload);
        taken[at] = code.within(form.segment, () => source.take(code, local));
      });
      return {
        flat() {
          const joined = types.map((type, at) =>
            at === 0 ? index : code.keep("joined", type === "i64" ? "0n" : "0")
          );
          branch(code, index, (at) => {
            const own = payloads[at]?.layout.flat ?? [];
            taken[at]?.flat().forEach((core, position) => {
              const [from, to] = [own[position]!, types[position + 1]!];
              code.add(`${joined[position + 1]} = ${convert(code, widened, core, from, to)};`);
            });
          });
          return joined;
        },
        store(at) {
          code.add(storeNumber({ type: numeric, store: numeric }, "data", address(at), index));
          branch(code, index, (choice) => taken[choice]?.store(part(at, offset)));
        },
      };
    },
    load(code, at) {
      const index = code.keep("index", loadNumber(numeric, address(at)));
      return make(code, index, ({ source }) => source.load(code, part(at, offset)));
    },
    lift(code, flat) {
      const index = code.keep("index", `${flat[0]} >>> 0`);
      return make(code, index, ({ source, layout: { flat: own } }) => {
        const narrow = own.map((type, position) =>
          convert(code, narrowed, flat[position + 1]!, types[position + 1]!, type)
        );
        return source.lift(code, narrow);
      });
    },
  };
}

/** Sets the core values of a variant to zero: a case uses only some of them. */
function clear(flat: CoreValue[], at: number, types: readonly CoreType[]): void {
  types.forEach((type, index) => flat[at + index] = type === "i64" ? 0n : 0);
}

/** Returns a payload's codec for core values of the wider types that all cases share. */
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
