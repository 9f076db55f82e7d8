import type { BlockCall, BlockSource, BlockValue } from "../../abi/block_source.ts";
import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { PlanParts, ResultPlan, StatusPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { orThrow, Problem } from "../../base/errors.ts";
import { fits32, RANGE_32 } from "../../base/numeric_types.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import {
  asParameter,
  compileInvoke,
  expandName,
  findFunction,
  missingExport,
} from "../../instance/exports.ts";
import type { FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { partsOf } from "../../plan/plan_blocks.ts";
import { objectPlace } from "../../presets/assembly_script.ts";
import { print } from "../../presets/preset_options.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { compileValue, layoutOf } from "../values.ts";

/** The purpose of a call for a block. */
export interface BlockCallOptions {
  readonly purpose: "allocate" | "free";
  /** The symbol's export, which replaces a `*` in the name. */
  readonly symbol: string;
  /** The alignment in bytes that the call passes; the frame's unless set. */
  readonly align?: number;
  /** Whether the address of what is allocated is found elsewhere than in the result. */
  readonly isLocated?: boolean;
  /** The places of the call's parts, for the numbers that the call passes. */
  readonly layout?: FrameLayout | undefined;
  /** Compiles such a number, if it is not found when the call is made. */
  readonly compile?: ((value: Value) => FrameValue<number | bigint>) | undefined;
}

/** The core arguments of a bare name, by the number of parameters in the export's signature. */
const BY_ARITY: Record<BlockCallOptions["purpose"], readonly (readonly BlockValue[])[]> = {
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
  { align, layout, compile, ...options }: BlockCallOptions,
): { readonly name: string; readonly fn: CoreFunction; readonly picks: readonly FrameValue[] } {
  const { name, fn, type, pass } = orThrow(findCall(call, instance, options));
  const places = layoutOf({ ...options, layout }, instance);
  const find = compile ?? ((value: Value) => compileValue(value, instance, places));
  const picks = pass.map((value, index) =>
    asParameter(compilePick(value, align, find), type, index, instance.address64)
  );
  return { name, fn, picks };
}

/** Returns the arguments of a call: its own if it has them, or those that fit the export's type. */
export function passOf(
  call: BlockCall,
  purpose: BlockCallOptions["purpose"],
  name: string,
  type: FunctionType | undefined,
): readonly BlockValue[] | Problem {
  const pass = typeof call === "string"
    ? BY_ARITY[purpose][type?.parameters.length ?? 1]
    : call.pass;
  return pass === undefined || (type !== undefined && type.parameters.length !== pass.length)
    ? signatureProblem(name, purpose, type, pass)
    : pass;
}

/**
 * Returns why a plan's blocks cannot be allocated or freed by the instance's exports.
 *
 * @param knowsObjects Whether the code that reads objects is loaded: a guest with any has it.
 */
export function findBlockProblem(
  plan: PlanParts,
  instance: Instance,
  knowsObjects: boolean,
): Problem | undefined {
  const { export: symbol, parameters, area, output, result, status } = plan;
  const problems: Problem[] = [];
  const check = (
    call: BlockCall | undefined,
    purpose: BlockCallOptions["purpose"],
    isLocated = false,
  ) => {
    if (call === undefined || isAbsent(call, instance, symbol)) return;
    const found = findCall(call, instance, { purpose, symbol, isLocated });
    if (found instanceof Problem) problems.push(found);
  };
  const checkFrees = (result: ResultPlan | undefined) => {
    for (const free of result === undefined ? [] : freesOf(result)) check(free, "free");
  };
  const checkStatus = (status: StatusPlan | undefined) => {
    const { message, details } = status ?? {};
    checkFrees(message?.kind === "text" ? message : undefined);
    checkFrees(details);
  };
  if (!knowsObjects && readsObject(result)) {
    return missingExport("__new", instance.exports, "function");
  }
  for (const part of [...parameters, area, output]) {
    if (part === undefined || !("place" in part)) continue;
    const { place: given, free }: { place: BlockSource; free?: BlockCall | undefined } = part;
    const place = given.kind === "managedArray"
      ? objectPlace(given.runtime ?? "managed", 0)
      : given;
    if (place.kind === "allocator") {
      check(place.allocate, "allocate", place.pointer !== undefined);
      check(place.pin, "free");
      check(place.unpin, "free");
    }
    check(free, "free");
  }
  checkFrees(result);
  checkStatus(status);
  checkStatus(output?.status);
  return problems[0];
}

/** Returns whether a result or a part of it is an object of AssemblyScript that is not text. */
function readsObject(result: ResultPlan): boolean {
  if (result.kind !== "text") return partsOf(result).some(readsObject);
  const { text: { length }, content } = result;
  return typeof length === "object" && "object" in length && content !== "string";
}

/** Lists the calls that free a result and its parts. */
function freesOf(result: ResultPlan): BlockCall[] {
  if (result.kind === "text") return [...result.free ?? [], ...result.whole ?? []];
  return [
    ...partsOf(result).flatMap(freesOf),
    ...(result.kind === "elements" ? freesOf(result.bytes) : []),
    ...("whole" in result ? result.whole ?? [] : []),
  ];
}

/** Finds the export of a call for a block and the arguments that suit its type. */
function findCall(
  call: BlockCall,
  instance: Instance,
  { purpose, symbol, isLocated = false }: Omit<BlockCallOptions, "align">,
): BlockExport | Problem {
  const name = blockCallName(call, symbol);
  const fn = findFunction(instance, name);
  if (fn instanceof Problem) return fn;
  const type = instance.functionType(name);
  const pass = passOf(call, purpose, name, type);
  if (pass instanceof Problem) return pass;
  const returned = instance.functionType(symbol)?.results[0];
  const mistake = type &&
    (resultProblem(type, purpose === "free" || isLocated) ??
      passProblem(type, pass, purpose, returned));
  return mistake === undefined ? { name, fn, type, pass } : callProblem(name, purpose, mistake);
}

/** An export that is called for a block, and the arguments that it gets. */
interface BlockExport {
  readonly name: string;
  readonly fn: CoreFunction;
  readonly type: FunctionType | undefined;
  readonly pass: readonly BlockValue[];
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
  align: number | undefined,
  find: (value: Value) => FrameValue<number | bigint>,
): FrameValue<number | bigint> {
  switch (value) {
    case "result":
      return (frame) => firstOf(frame.result) as number;
    case "pointer":
      return (frame) => frame.blockPointer;
    case "byteLength":
      return (frame) => frame.blockByteLength;
    case "codeUnits":
      return (frame) => frame.blockCodeUnits;
    case "align":
      return align === undefined ? (frame) => frame.blockAlign : () => align;
    default:
      return find(value);
  }
}

/** Returns whether a call passes a number that is, or that is found from, one of a kind. */
export function passes(call: BlockCall | undefined, kind: string): boolean {
  return typeof call === "object" && JSON.stringify(call.pass).includes(`"${kind}"`);
}

/** Returns whether the address of a block is read where the allocator's result points. */
export function readsAtResult({ pointer }: BlockSource & { kind: "allocator" }): boolean {
  return /"at":"result"/.test(JSON.stringify(pointer) ?? "");
}

/** Returns the first result of an export. */
export function firstOf(result: CoreValue): CoreValue {
  return Array.isArray(result) ? result[0] : result;
}

/** Describes a mistake in the results of a call that returns an address. */
function resultProblem({ results }: FunctionType, isIgnored: boolean): Mistake | undefined {
  if (isIgnored || /^i(?:32|64)$/.test(results.join())) return undefined;
  return [`it returns ${results.join(", ") || "nothing"}`, "one integer"];
}

/** The found and the expected value. */
type Mistake = readonly [found: string, expected: string];

/** Describes a mistake in the arguments of a call whose number of arguments is right. */
function passProblem(
  { parameters }: FunctionType,
  pass: readonly BlockValue[],
  purpose: BlockCallOptions["purpose"],
  returned: ValueType | undefined,
): Mistake | undefined {
  for (const [index, value] of pass.entries()) {
    const at = `pass[${index}] is ${print(value)}`;
    const type = parameters[index]!;
    if (value === "result" && returned !== undefined && returned !== type && type !== "i64") {
      return [`${at}, which is ${returned}`, type];
    }
    if (purpose !== "free" && (value === "result" || value === "pointer")) {
      return [
        `${at}, which there is only afterwards`,
        '"byteLength", "codeUnits", "align" or a number',
      ];
    }
    if (typeof value === "number" && type === "i32" && !fits32(value)) return [at, RANGE_32];
  }
  return undefined;
}

function signatureProblem(
  name: string,
  purpose: BlockCallOptions["purpose"],
  type: FunctionType | undefined,
  pass: readonly BlockValue[] | undefined,
): Problem {
  const expected = pass === undefined
    ? "one to four: say which with { export, pass }"
    : `${pass.length} (${
      pass.map((value) => typeof value === "string" ? value : print(value)).join(", ")
    })`;
  const count = type?.parameters.length;
  return callProblem(name, purpose, [
    `it takes ${count} parameter${count === 1 ? "" : "s"}`,
    expected,
  ]);
}

function callProblem(name: string, purpose: string, [found, expected]: Mistake): Problem {
  const cannot = `Cannot call ${quote(name)} to ${purpose}`;
  return new Problem({ code: "signature", part: "place", cannot, found, expected, export: name });
}
