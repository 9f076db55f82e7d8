import type { NumberLayout } from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { dataMethod } from "../code/call_code.ts";

/** Writes putting a number into memory; `data` is a view of it. */
export function storeNumber(
  { type, store }: Pick<NumberLayout, "type" | "store">,
  data: string,
  address: string,
  value: string,
): string {
  // The number 1 is true.
  const number = type === "bool" ? `${value} ? 1 : 0` : value;
  const order = NUMERIC_TYPES[store].byteLength === 1 ? "" : ", true";
  return `${data}.${dataMethod("set", store)}(${address}, ${number}${order});`;
}
