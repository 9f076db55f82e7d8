// The component model's canonical ABI, "Flat Lifting" and "Flat Lowering", for payloads: the cases
// of a variant share core values, whose types are wide enough for each of them.

import type { CoreValue, ValueCodec } from "./value_codec.ts";
import type { CoreType } from "./value_layout.ts";

const bits = new DataView(new ArrayBuffer(8));

/** Returns a payload's codec for core values that have wider types. */
export function widen(codec: ValueCodec, types: readonly CoreType[]): ValueCodec {
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
