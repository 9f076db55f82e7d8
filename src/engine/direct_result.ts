import type { ValueType } from "../binary/types.ts";
import type { Length, Value } from "../conventions/convention.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { unitOf } from "./content.ts";
import type { Direct } from "./direct.ts";
import type { Realm } from "./realm.ts";
import { type Source, writeBounds, writeDecode, writeLocation, writeValue } from "./source.ts";
import type { Steps } from "./steps.ts";

/** Writes finding and reading the result; whatever is odd about it is left to `finish`. */
export function writeResult(
  source: Source,
  { parameter, place, result, encoding }: Direct,
  realm: Realm,
  { steps, frame, symbol }: { steps: Steps; frame: string; symbol: string },
): ((finish: string) => string) | undefined {
  const { pointer, length, unit, check } = result.text;
  const memory = source.bind(realm.memory);
  const types = realm.functionType(symbol)?.results ?? [];
  const inBuffer = isHeld(pointer, place);
  const wide = parameter.content === "string" && encoding === "utf-16";
  const isMoving = inBuffer && place.kind === "buffer" && typeof pointer === "object" &&
    "export" in pointer;
  const locate = isMoving ? writeLocation(source, place, realm, "at") : undefined;
  const at = inBuffer ? "pointer" : writeValue(pointer, memory, types);
  // What comes before a NUL is counted in bytes, whatever the unit.
  const scale = unit === "codeUnits" && length !== "nul" ? unitOf(parameter.content, encoding) : 1;
  const written = writeCount(source, length, wide, realm, types);
  const found = check === undefined ? "" : writeValue(check.value, memory, types);
  if (at === undefined || written === undefined || found === undefined) return undefined;
  const { count, head, tail } = written;
  const read = parameter.content === "string"
    ? `const text = ${
      writeDecode(source, realm.memory, encoding, { pointer: "from", length: "length" })
    };`
    : `const text = ${memory}.bytes().slice(from, from + length);`;
  const trims = parameter.content === "string" && result.trailingNul === "trim";
  const { resultBlock: block } = steps;
  const isWhole = typeof result.free === "object" && result.free.pass.includes("result");
  const large = `length > ${source.bind(steps.stores[0]!.capacityAt)}(${frame}, 0, at)`;
  const inBounds = writeBounds(memory, "read", "from", "length");
  return (finish) => {
    const cold = `return ${finish}(${frame}, core, pointer, byteLength)`;
    return `
    ${isWhole ? `frame.result = core;\n    frame.held[${block}] = core !== 0;` : ""}
    ${usesPointee(pointer) || found ? `if (core === 0) ${cold};` : ""}
    ${locate ?? `const at = ${at};`}
    ${inBuffer ? "" : `if (at === 0) ${cold};`}
    ${found ? `if (${found} !== ${check!.is}) ${cold};` : ""}
    const count = ${count};
    ${length === "result" || length === "nul" ? `if (!(count >= 0)) ${cold};` : ""}
    const from = at + ${head};
    const length = count * ${scale};
    ${
      !inBuffer ? inBounds : place.kind === "buffer" && head === 0
        // What lies where it was put, and within what the buffer held then, needs no second look.
        ? `if (at !== pointer || length > capacity) { if (${large}) ${cold}; ${inBounds} }`
        : `if (${large}) ${cold}; ${inBounds}`
    }
    ${
      block !== undefined
        ? `frame.result = core;
    frame.pointers[${block}] = at;
    frame.byteLengths[${block}] = length;
    frame.sizes[${block}] = length + ${head + tail};
    frame.held[${block}] = true;`
        : ""
    }
    ${read}
    ${trims ? `if (text.charCodeAt(text.length - 1) === 0) ${cold};` : ""}`;
  };
}

/** Writes the length at `at` in what the guest counts in, and what lies around the text. */
function writeCount(
  source: Source,
  length: Length,
  wide: boolean,
  { memory }: Realm,
  types: readonly ValueType[],
): { readonly count: string; readonly head: number; readonly tail: number } | undefined {
  const from = source.bind(memory);
  if (length === "nul") {
    const codec = source.bind(memory.codec(wide ? "utf-16" : "utf-8"));
    const count = `${codec}.findNul(${from}.check("read", at, 0), ${from}.size - at)`;
    return { count, head: 0, tail: wide ? 2 : 1 };
  }
  if (length === "result") {
    return types[0] === "i32" ? { count: "core", head: 0, tail: 0 } : undefined;
  }
  if (typeof length === "object" && "end" in length) return undefined;
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    if (prefix === "u64") return undefined;
    const head = offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0;
    return { count: `${from}.read("${prefix}", at + ${offset})`, head, tail: 0 };
  }
  const count = writeValue(length, from, types);
  return count === undefined ? undefined : { count, head: 0, tail: 0 };
}

/** Whether a result lies in the block that the text was put into. */
function isHeld(pointer: Value, place: Direct["place"]): boolean {
  if (typeof pointer === "object" && "argument" in pointer) return true;
  if (place.kind !== "buffer") return false;
  return typeof pointer === "number"
    ? pointer === place.pointer
    : typeof pointer === "object" && "export" in pointer && pointer.export === place.pointer;
}

function usesPointee(pointer: Value): boolean {
  return typeof pointer === "object" && ("word" in pointer || "load" in pointer) &&
    pointer.at === "result";
}
