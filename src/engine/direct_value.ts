import type { ValueType } from "../binary/types.ts";
import type { Place, Value } from "../conventions/convention.ts";
import type { Realm } from "./realm.ts";
import type { Source } from "./source.ts";

/** Writes asking where the guest's buffer is. */
export function writeLocation(
  source: Source,
  { pointer, offset = 0 }: Place & { readonly kind: "buffer" },
  realm: Realm,
  name: string,
): string {
  const get = typeof pointer === "string" ? realm.exports[pointer] : undefined;
  if (typeof pointer === "number") return `let ${name} = ${pointer + offset};`;
  if (get instanceof WebAssembly.Global) {
    return `let ${name} = (${source.bind(get)}.value >>> 0) + ${offset};`;
  }
  return `inside = true;
    let ${name} = (${source.bind(get)}() >>> 0) + ${offset};
    inside = false;`;
}

/**
 * Writes throwing unless a range is within memory: its pointer and its length, which are no
 * negative numbers, are compared before anything is called.
 */
export function writeBounds(
  memory: string,
  action: "read" | "write",
  pointer: string,
  byteLength: string,
): string {
  return `if (${pointer} + ${byteLength} > ${memory}.size) ` +
    `${memory}.check("${action}", ${pointer}, ${byteLength});`;
}

/** Writes an unsigned number that is found in the result, in the return area or behind the result. */
export function writeValue(
  value: Value,
  memory: string,
  types: readonly ValueType[],
): string | undefined {
  const isNumber = types[0] === "i32";
  if (typeof value === "number") return String(value);
  if (value === "result") return isNumber ? "(core >>> 0)" : undefined;
  if (typeof value !== "object") return undefined;
  if ("result" in value) {
    return types[value.result] === "i32" ? `(core[${value.result}] >>> 0)` : undefined;
  }
  if ("low" in value || "high" in value) {
    const half = "low" in value ? "core" : "core >> 32n";
    const whole = "low" in value ? value.low : value.high;
    return whole === "result" && types[0] === "i64"
      ? `Number(BigInt.asUintN(32, ${half}))`
      : undefined;
  }
  if (!("word" in value || "load" in value)) return undefined;
  const { at } = value;
  if (at !== undefined && !(at === "result" && isNumber)) return undefined;
  const base = at === undefined ? "frame.pointers[1]" : "(core >>> 0)";
  if ("word" in value) return `${memory}.read("u32", ${base} + ${value.word * 4})`;
  return /^u(?:8|16|32)$/.test(value.load)
    ? `${memory}.read("${value.load}", ${base} + ${value.offset ?? 0})`
    : undefined;
}
