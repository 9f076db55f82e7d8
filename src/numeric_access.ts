import type { NumericType } from "./numbers.ts";

// A switch, not a table of functions: it is compiled into the caller where the type is constant.

/** The number of `type` at `offset`, little-endian, aligned or not. */
export function readNumeric(data: DataView, type: NumericType, offset: number): number | bigint {
  switch (type) {
    case "i8":
      return data.getInt8(offset);
    case "u8":
      return data.getUint8(offset);
    case "i16":
      return data.getInt16(offset, true);
    case "u16":
      return data.getUint16(offset, true);
    case "i32":
      return data.getInt32(offset, true);
    case "u32":
      return data.getUint32(offset, true);
    case "i64":
      return data.getBigInt64(offset, true);
    case "u64":
      return data.getBigUint64(offset, true);
    case "f32":
      return data.getFloat32(offset, true);
    case "f64":
      return data.getFloat64(offset, true);
  }
}

/** Writes a `value` that `type` can hold at `offset`, little-endian, aligned or not. */
export function writeNumeric(
  data: DataView,
  type: NumericType,
  offset: number,
  value: number | bigint,
): void {
  switch (type) {
    case "i8":
    case "u8":
      return data.setUint8(offset, value as number);
    case "i16":
    case "u16":
      return data.setUint16(offset, value as number, true);
    case "i32":
    case "u32":
      return data.setUint32(offset, value as number, true);
    case "i64":
    case "u64":
      return data.setBigUint64(offset, value as bigint, true);
    case "f32":
      return data.setFloat32(offset, value as number, true);
    case "f64":
      return data.setFloat64(offset, value as number, true);
  }
}
