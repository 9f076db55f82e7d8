import type { Value } from "../conventions/convention.ts";
import { GuestError, hex } from "../errors.ts";
import { toOffset } from "../pointer.ts";
import { type NumericType, show } from "../numbers.ts";
import { compileArithmetic, isArithmetic } from "./arithmetic.ts";
import type { CoreValue } from "./frame.ts";
import { asParameter, compileInvoke, type FrameValue } from "./invoke.ts";
import { type CoreFunction, exportedFunction, missingExport, type Realm } from "./realm.ts";

/** Where the return area and the output buffer are among a frame's blocks. */
export interface Layout {
  readonly area: number;
  readonly output: number;
  /** Bytes in a pointer. */
  readonly word: 4 | 8;
  /** Bytes in a code unit of each parameter of text; 1 where it is not said. */
  readonly units?: readonly number[];
}

/** Compiles where a number is found into a function that fetches it, signed as the guest gave it. */
export function compileValue(
  value: Value,
  realm: Realm,
  layout: Layout,
): FrameValue<number | bigint> {
  if (typeof value === "number") return () => value;
  if (value === "result") return (frame) => core(frame.result);
  if (value === "output") return (frame) => frame.pointers[layout.output]!;
  if ("result" in value) {
    const { result } = value;
    return (frame) => core((frame.result as CoreValue[])[result]);
  }
  if ("argument" in value) {
    const { argument } = value;
    return (frame) => frame.pointers[argument]!;
  }
  if ("parameter" in value) {
    const { parameter } = value;
    return (frame) => core(frame.values[parameter]);
  }
  if ("byteLengthOf" in value) {
    const { byteLengthOf } = value;
    return (frame) => frame.byteLengths[byteLengthOf]!;
  }
  if ("export" in value) return compileGetter(value.export, realm);
  if ("call" in value) {
    const type = realm.functionType(value.call);
    const picks = value.with.map((part, index) =>
      asParameter(compileValue(part, realm, layout), type, index, realm.address64)
    );
    const call = compileInvoke(exportedFunction(realm, value.call), picks);
    return (frame) => core(call(frame));
  }
  if (isArithmetic(value)) {
    return compileArithmetic(value, (part) => compileValue(part, realm, layout), layout);
  }
  if ("low" in value) {
    const whole = compileValue(value.low, realm, layout);
    return (frame) => Number(BigInt.asIntN(32, BigInt(whole(frame))));
  }
  if ("high" in value) {
    const whole = compileValue(value.high, realm, layout);
    return (frame) => Number(BigInt.asIntN(32, BigInt(whole(frame)) >> 32n));
  }
  return compileLoad(value, realm, layout);
}

/** Compiles a number in memory: in the return area, or wherever a value points. */
function compileLoad(
  value: Extract<Value, { readonly word: number } | { readonly load: NumericType }>,
  realm: Realm,
  layout: Layout,
): FrameValue<number | bigint> {
  const { memory } = realm;
  const type = "load" in value ? value.load : layout.word === 8 ? "i64" : "i32";
  const offset = "load" in value ? value.offset ?? 0 : value.word * layout.word;
  const { at } = value;
  if (at === undefined) return (frame) => memory.read(type, frame.pointers[layout.area]! + offset);
  if (typeof at === "number") return () => memory.read(type, at + offset);
  const base = compileOffset(at, realm, layout);
  return (frame) => {
    const pointer = base(frame);
    if (pointer !== 0) return memory.read(type, pointer + offset);
    throw new GuestError(
      "null-pointer",
      `Cannot read ${type} at offset ${hex(offset)} of a result: its pointer is null`,
    );
  };
}

/** Compiles a getter or an exported global: asked anew each time. */
export function compileGetter(name: string, realm: Realm): FrameValue<number | bigint> {
  const found = Object.hasOwn(realm.exports, name) ? realm.exports[name] : undefined;
  if (found instanceof WebAssembly.Global) return () => core(found.value);
  if (typeof found !== "function") throw missingExport(name, realm.exports, "function or global");
  const call = compileInvoke(found as CoreFunction, []);
  return (frame) => core(call(frame));
}

function core(value: CoreValue): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new GuestError("signature", `Cannot read a number: the guest gave ${show(value)}`);
}

/** Compiles a number into an unsigned one: a pointer, or a length that can't be negative. */
export function compileOffset(value: Value, realm: Realm, layout: Layout): FrameValue<number> {
  const signed = compileValue(value, realm, layout);
  return (frame) => toOffset(signed(frame));
}

/** A name with its `*` replaced by the symbol's export. */
export function expandName(name: string, symbol: string): string {
  return name.replace("*", () => symbol);
}
