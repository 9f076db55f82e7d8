import type { BlockCall, BlockValue } from "../../abi/block_source.ts";
import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType } from "../../binary/types.ts";
import { asParameter, compileInvoke, exportedFunction } from "../../instance/exports.ts";
import type { FrameValue } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";

/** What a call for a block is made for. */
export interface BlockCallOptions {
  readonly purpose: "allocate" | "free" | "locate";
  /** The symbol's export, which stands for a `*` in the name. */
  readonly symbol: string;
  /** The alignment in bytes that the call is told. */
  readonly align: number;
}

/** What a bare name passes, by the number of parameters in the export's signature. */
const BY_ARITY: Record<BlockCallOptions["purpose"], readonly (readonly BlockValue[])[]> = {
  locate: [[]],
  allocate: [
    [],
    ["byteLength"],
    ["byteLength", "align"],
    ["byteLength", "align", 0],
    [0, 0, "align", "byteLength"],
  ],
  free: [
    [],
    ["pointer"],
    ["pointer", "byteLength"],
    ["pointer", "byteLength", "align"],
    ["pointer", "byteLength", "align", 0],
  ],
};

/** Compiles a call of an allocator or a freeing export for the block that the frame names. */
export function compileBlockCall(
  call: BlockCall,
  realm: Realm,
  options: BlockCallOptions,
): FrameValue {
  const { fn, picks } = blockArguments(call, realm, options);
  return compileInvoke(fn, picks);
}

/** Compiles which export such a call calls, and each of its arguments. */
export function blockArguments(
  call: BlockCall,
  realm: Realm,
  { purpose, symbol, align }: BlockCallOptions,
): { readonly name: string; readonly fn: CoreFunction; readonly picks: readonly FrameValue[] } {
  const name = blockCallName(call, symbol);
  const fn = exportedFunction(realm, name);
  const type = realm.functionType(name);
  const pass = passOf(call, purpose, name, type);
  const picks = pass.map((value, index) =>
    compilePick(value, align, (pick) => asParameter(pick, type, index, realm.address64))
  );
  return { name, fn, picks };
}

/** What a call passes, by what it says or else by its export's type. */
export function passOf(
  call: BlockCall,
  purpose: BlockCallOptions["purpose"],
  name: string,
  type: FunctionType | undefined,
): readonly BlockValue[] {
  const pass = typeof call === "string"
    ? BY_ARITY[purpose][type?.parameters.length ?? (purpose === "locate" ? 0 : 1)]
    : call.pass;
  if (pass === undefined || (type !== undefined && type.parameters.length !== pass.length)) {
    throw blockSignatureError(name, purpose, type, pass);
  }
  return pass;
}

/** Whether nothing is called, because the guest need not have the export and does not. */
export function isAbsent(call: BlockCall, realm: Realm, symbol: string): boolean {
  return typeof call === "object" && call.optional === true &&
    !Object.hasOwn(realm.exports, blockCallName(call, symbol));
}

/** The name of the export that is called. */
export function blockCallName(call: BlockCall, symbol: string): string {
  return (typeof call === "string" ? call : call.export).replace("*", () => symbol);
}

function compilePick(
  value: BlockValue,
  align: number,
  lower: (pick: FrameValue<number>) => FrameValue,
): FrameValue {
  if (value === "result") return (frame) => firstOf(frame.result);
  return lower(NUMBERS[value as string] ?? constant(value === "align" ? align : value));
}

/** The first result of an export. */
export function firstOf(result: CoreValue): CoreValue {
  return Array.isArray(result) ? result[0] : result;
}

const NUMBERS: Record<string, FrameValue<number> | undefined> = {
  pointer: (frame) => frame.blockPointer,
  byteLength: (frame) => frame.blockByteLength,
  codeUnits: (frame) => frame.blockCodeUnits,
};

function constant(value: BlockValue): FrameValue<number> {
  if (typeof value === "number") return () => value;
  throw new TypeError(`Cannot pass ${quote(String(value))} to an allocator: it is not known there`);
}

function blockSignatureError(
  name: string,
  purpose: BlockCallOptions["purpose"],
  type: FunctionType | undefined,
  pass: readonly BlockValue[] | undefined,
): GuestError {
  const expected = pass === undefined
    ? "one to four: say which with { export, pass }"
    : `${pass.length} (${pass.join(", ")})`;
  return new GuestError(
    "signature",
    `Cannot call ${quote(name)} to ${purpose}: it takes ${type?.parameters.length} parameters, ` +
      `expected ${expected}`,
    { export: name },
  );
}
