import type { FunctionType } from "../binary/types.ts";
import type { BlockCall, BlockValue } from "../conventions/convention.ts";
import type { TextResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { unitOf } from "./content.ts";
import {
  asParameter,
  compileInvoke,
  type CoreValue,
  exportedFunction,
  type Frame,
  type FrameValue,
  type Realm,
} from "./realm.ts";
import type { TextContext } from "./text_result.ts";

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
  { purpose, symbol, align }: BlockCallOptions,
): FrameValue {
  const name = blockCallName(call, symbol);
  const fn = exportedFunction(realm, name);
  const type = realm.functionType(name);
  const pass = passOf(call, purpose, name, type);
  const picks = pass.map((value, index) =>
    compilePick(value, align, (pick) => asParameter(pick, type, index, realm.address64))
  );
  return compileInvoke(fn, picks);
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

function firstOf(result: CoreValue): CoreValue {
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

/** How the block of a result is given back. */
export interface ResultBlock {
  /** Notes what the export returned as a whole, before anything can fail. */
  readonly claim?: (frame: Frame) => void;
  readonly release?: (frame: Frame) => void;
}

/** Compiles how the block of a result is freed, if it is. */
export function compileRelease(
  { free, content, encoding }: TextResultRecipe,
  { realm, symbol, block, freed = [] }: TextContext,
): ResultBlock {
  if (free === undefined || isAbsent(free, realm, symbol)) return {};
  const unit = unitOf(content, encoding);
  const call = compileBlockCall(free, realm, { purpose: "free", symbol, align: unit });
  const isWhole = typeof free === "object" && free.pass.includes("result");

  function release(frame: Frame): void {
    if (!frame.held[block]) return;
    frame.held[block] = false;
    const pointer = frame.pointers[block]!;
    if (pointer === 0 && !isWhole) return;
    // A guest that answers in the block it was given has one block, not two.
    for (const index of freed) {
      if (frame.held[index] && frame.pointers[index] === pointer) frame.held[index] = false;
    }
    frame.blockPointer = pointer;
    frame.blockByteLength = frame.sizes[block]!;
    frame.blockCodeUnits = frame.byteLengths[block]! / unit;
    call(frame);
  }

  if (!isWhole) return { release };
  return {
    claim(frame) {
      frame.held[block] = Number(frame.result) !== 0;
    },
    release,
  };
}
