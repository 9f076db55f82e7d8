import type { BlockCall, BlockValue } from "../../abi/block_source.ts";
import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { fits32, RANGE_32 } from "../../base/numeric_types.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import {
  asParameter,
  compileInvoke,
  expandName,
  exportedFunction,
} from "../../instance/exports.ts";
import type { FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { print } from "../../presets/preset_options.ts";

/** The purpose of a call for a block. */
export interface BlockCallOptions {
  readonly purpose: "allocate" | "free" | "locate";
  /** The symbol's export, which replaces a `*` in the name. */
  readonly symbol: string;
  /** The alignment in bytes that the call passes. */
  readonly align: number;
  /** Whether another export returns the address of what is allocated. */
  readonly isLocated?: boolean;
}

/** The core arguments of a bare name, by the number of parameters in the export's signature. */
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

/** Compiles a call of an allocator or a freeing export, for the block in the frame. */
export function compileBlockCall(
  call: BlockCall,
  instance: Instance,
  options: BlockCallOptions,
): FrameValue {
  const { fn, picks } = blockArguments(call, instance, options);
  return compileInvoke(fn, picks);
}

/** Compiles finding the export of such a call, and each of its arguments. */
export function blockArguments(
  call: BlockCall,
  instance: Instance,
  { purpose, symbol, align, isLocated = false }: BlockCallOptions,
): { readonly name: string; readonly fn: CoreFunction; readonly picks: readonly FrameValue[] } {
  const name = blockCallName(call, symbol);
  const fn = exportedFunction(instance, name);
  const type = instance.functionType(name);
  const pass = passOf(call, purpose, name, type);
  const returned = instance.functionType(symbol)?.results[0];
  const problem = type &&
    (resultProblem(type, purpose === "free" || isLocated) ??
      passProblem(type, pass, purpose, returned));
  if (problem !== undefined) throw blockError(name, purpose, problem);
  const picks = pass.map((value, index) =>
    compilePick(value, align, (pick) => asParameter(pick, type, index, instance.address64))
  );
  return { name, fn, picks };
}

/** Returns the arguments of a call: its own if it has them, or those that fit the export's type. */
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

/** Returns whether nothing is called, because the guest may lack the export and does. */
export function isAbsent(call: BlockCall, instance: Instance, symbol: string): boolean {
  return typeof call === "object" && call.optional === true &&
    !Object.hasOwn(instance.exports, blockCallName(call, symbol));
}

/** Returns the name of the export that is called. */
export function blockCallName(call: BlockCall, symbol: string): string {
  return expandName(typeof call === "string" ? call : call.export, symbol);
}

function compilePick(
  value: BlockValue,
  align: number,
  lower: (pick: FrameValue<number>) => FrameValue,
): FrameValue {
  if (value === "result") return lower((frame) => firstOf(frame.result) as number);
  return lower(NUMBERS[value as string] ?? constant(value === "align" ? align : value));
}

/** Returns the first result of an export. */
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

/** Describes a mistake in the results of a call that returns an address. */
function resultProblem({ results }: FunctionType, isIgnored: boolean): string | undefined {
  if (isIgnored || /^i(?:32|64)$/.test(results.join())) return undefined;
  return `it returns ${results.join(", ") || "nothing"}, expected one integer`;
}

/** Describes a mistake in the arguments of a call whose number of arguments is right. */
function passProblem(
  { parameters }: FunctionType,
  pass: readonly BlockValue[],
  purpose: BlockCallOptions["purpose"],
  returned: ValueType | undefined,
): string | undefined {
  for (const [index, value] of pass.entries()) {
    const at = `pass[${index}] is ${print(value)}`;
    const type = parameters[index]!;
    if (value === "result" && returned !== undefined && returned !== type && type !== "i64") {
      return `${at}, which is ${returned}, expected ${type}`;
    }
    if (purpose !== "free" && (value === "result" || value === "pointer")) {
      return `${at}, which there is only afterwards, expected "byteLength", "codeUnits", "align" ` +
        "or a number";
    }
    if (typeof value === "number" && type === "i32" && !fits32(value)) {
      return `${at}, expected ${RANGE_32}`;
    }
  }
  return undefined;
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
  const count = type?.parameters.length;
  const found = `it takes ${count} parameter${count === 1 ? "" : "s"}`;
  return blockError(name, purpose, `${found}, expected ${expected}`);
}

function blockError(name: string, purpose: string, problem: string): GuestError {
  return new GuestError("signature", `Cannot call ${quote(name)} to ${purpose}: ${problem}`, {
    export: name,
  });
}
