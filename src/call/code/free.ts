import type { BlockCall } from "../../abi/block_source.ts";
import type { ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import { Problem } from "../../base/errors.ts";
import {
  blocksOf,
  type FoundValue,
  freedParameters,
  isFound,
  keptValues,
  partsOf,
} from "../../plan/plan_blocks.ts";
import { blockCallName, passes, passOf } from "../blocks/block_call.ts";
import { payOwed } from "../blocks/release.ts";
import { unitOf } from "../content.ts";
import { type AllocatedBlock, asType, blockValue, isIntegral } from "./allocate.ts";
import type { CallCode, PlanCode } from "./call_code.ts";
import { offsetOf64, writeValue } from "./value.ts";
import type { Scope } from "./scope.ts";

// The fast forms of giving blocks back: the run forms are in `blocks/release.ts`.

/** Writes giving back a block; `undefined` if the run form has to do it. */
export function writeGiveBack(
  { place, block, free, align, unit, otherwise }: AllocatedBlock,
  code: CallCode,
): string | undefined {
  const pointer = code.get("pointers", block);
  const calls: string[] = [];
  let lines = "";
  if (place.unpin !== undefined) {
    if (code.typeOf(place.unpin)?.parameters.join() !== "i32") return undefined;
    calls.push(code.free(place.unpin, pointer));
  }
  if (free !== undefined) {
    const allocated = code.typeOf(blockCallName(place.allocate, code.plan.export))?.results[0];
    const scope: Scope | undefined = otherwise && {
      result: "undefined",
      types: [],
      otherwise,
      key: code.fresh("free"),
      ...(passes(free, "allocated") && {
        allocated: [code.get("allocated", block), allocated] as const,
      }),
    };
    const call = code.capture(() =>
      freeingCallOf(
        free,
        { block, align, unit },
        code,
        (value) => scope && writeValue(value, scope, code, "number").signed,
      )
    );
    if (call.value === undefined) return undefined;
    lines = call.lines;
    const freeing = code.free(call.value.name, call.value.args.join(", "));
    // The pointer that an allocator returned for an empty value need not be a block.
    calls.push(`if (${pointer} !== 0) { ${freeing} }`);
  }
  if (calls.length === 0) return "";
  const held = code.local("held", block);
  return `if (${held}) { ${lines} ${held} = false; ${calls.join(" ")} }`;
}

/**
 * Writes giving back a block of a result. A guest that returns the block of an argument has one
 * block, not two: `freed` are the parameters whose blocks the call frees.
 */
export function writeGiveBackResult(
  { part: { text, content, encoding, free = [] }, block }: FreedPart,
  freed: readonly number[],
  code: CallCode,
  write: WriteFreeing,
): string | undefined {
  const align = unitOf(content, encoding);
  // The units of a length do not include the length itself, unlike the block.
  const isPrefixed = typeof text.length === "object" && "prefix" in text.length;
  const kept = keptValues(free);
  const calls = free.map((call) =>
    freeingCallOf(
      call,
      { block, align, unit: isPrefixed ? undefined : align },
      code,
      // A later block is compared with this one, which may not have been there.
      (value) => `${code.get("kept", block)}?.[${kept.indexOf(value)}]`,
    )
  );
  const written = calls.map((call) => call && write(call));
  if (written.includes(undefined)) return undefined;
  const pointer = code.get("pointers", block), held = code.local("held", block);
  return `if (${held}) { ${held} = false; if (${pointer} !== 0) { ${leave(pointer, freed, code)} ${
    written.join(" ")
  } } }`;
}

/** Writes freeing what a result, or an item, is made of; `undefined` if the run form has to do it. */
export function writeFreeResult(
  result: ResultPlan,
  wholes: readonly WholeCalls[],
  code: PlanCode,
): string | undefined {
  const parts = freedParts(result, code.resultBlock);
  // What the items of lists hold was noted when they were read.
  const calls = [...parts.map(({ part }) => part.free), ...wholes.map(({ calls }) => calls)];
  // If one of several calls for a block throws, the others are still made.
  const owes = owesItems(result) || calls.some((all = []) => all.length > 1);
  if (parts.length + wholes.length === 0 && !owes) return "";
  // A block of an argument is freed once.
  const freed = freedParameters(code.plan);
  if (freed.some((index) => !code.wrote.has(index))) return undefined;
  const write = owes ? freeLater(code) : freeOnce(code);
  const frees = [
    ...parts.map((part) => writeGiveBackResult(part, freed, code, write)),
    ...wholes.map((whole) => writeGiveBackWhole(whole, freed, code, write)),
  ];
  if (frees.includes(undefined)) return undefined;
  if (!owes) return frees.join("\n");
  const pay = `frame.lifted = lifted; ${code.constant(payOwed)}(frame); frame.lifted = undefined;`;
  return `${frees.join("\n")} ${code.onFrame(pay)}`;
}

/** The calls that free a result as a whole. */
export interface WholeCalls {
  readonly calls: readonly BlockCall[] | undefined;
  /** The block that they are noted with. */
  readonly block: number;
  /** Whether that is the block of data, which can be that of an argument. */
  readonly isData: boolean;
}

/**
 * Writes the calls that free what the export returned as a whole, if that was noted.
 *
 * @param freed The parameters whose blocks the call frees: one of them can be what it returned, or
 * what that points to.
 */
function writeGiveBackWhole(
  { calls = [], block, isData }: WholeCalls,
  freed: readonly number[],
  code: PlanCode,
  write: WriteFreeing,
): string | undefined {
  const [type] = code.results;
  const core = code.returned;
  const written = calls.map((call) => {
    const name = blockCallName(call, code.plan.export);
    if (isMissing(call, name, code)) return "";
    const callee = code.typeOf(name);
    const pass = isIntegral(callee) ? passOf(call, "free", name, callee) : [];
    if (!isIntegral(callee) || pass instanceof Problem) return undefined;
    const args = pass.map((value, index) => {
      if (typeof value === "number") return asType(callee.parameters[index], String(value));
      return value === "result" && callee.parameters[index] === type ? core : undefined;
    });
    return args.includes(undefined) ? undefined : write({ name, args: args as string[] });
  });
  if (written.includes(undefined)) return undefined;
  const claimed = code.local("claimed", block);
  const address = type === "i64" ? `${code.constant(offsetOf64)}(${core})` : `${core} >>> 0`;
  const held = code.local("held", block);
  const data = isData
    ? `if (${held}) { ${held} = false; ${leave(code.get("pointers", block), freed, code)} }`
    : "";
  return `${data} if (${claimed}) { ${claimed} = false; ${leave(`(${address})`, freed, code)}
    ${written.join(" ")} }`;
}

/** Writes keeping the call from freeing a block once more, as that of an argument. */
function leave(address: string, freed: readonly number[], code: CallCode): string {
  return freed.map((index) =>
    `if (${code.get("pointers", index)} === ${address}) ${code.local("held", index)} = false;`
  ).join(" ");
}

/** Returns whether nothing is called, because the guest may lack the export and does. */
function isMissing(call: BlockCall, name: string, { facts, plan }: CallCode): boolean {
  // No export of a guest whose binary is unknown has a kind.
  return typeof call === "object" && call.optional === true &&
    facts.exportKind(name) === undefined && facts.exportKind(plan.export) !== undefined;
}

/** A call of an export that frees, and the sources of its arguments. */
interface FreeingCall {
  readonly name: string;
  readonly args: readonly string[];
}

/** Writes a call that frees a block of the result. Two parts can be one block. */
type WriteFreeing = (call: FreeingCall) => string;

/** Makes a writer of freeing blocks, each unless an earlier call has freed the same. */
export function freeOnce(code: CallCode): WriteFreeing {
  const earlier: FreeingCall[] = [];
  return (call) => {
    const same = earlier.filter(({ name }) => name === call.name).map(({ args }) =>
      args.map((arg, index) => `${arg} === ${call.args[index]}`).join(" && ") || "true"
    );
    earlier.push(call);
    const source = code.free(call.name, call.args.join(", "));
    return same.length === 0 ? source : `if (!(${same.join(" || ")})) { ${source} }`;
  };
}

/** Makes a writer of noting in the frame that blocks are to be freed: any number of them. */
export function freeLater(code: CallCode): WriteFreeing {
  code.usesFrame = true;
  return ({ name, args }) =>
    `frame.owed.push({ name: ${code.constant(name)}, fn: ${code.exported(name)}, ` +
    `args: [${args.join(", ")}] });`;
}

/** Returns the call that frees a block; `undefined` if the run form has to make it. */
function freeingCallOf(
  free: BlockCall,
  { block, align, unit }: {
    readonly block: number;
    readonly align: number;
    readonly unit: number | undefined;
  },
  code: CallCode,
  write: (value: FoundValue) => string | undefined,
): FreeingCall | undefined {
  if (typeof free === "object" && free.optional) return undefined;
  const name = blockCallName(free, code.plan.export);
  const type = code.typeOf(name);
  if (!isIntegral(type)) return undefined;
  const pass = passOf(free, "free", name, type);
  if (
    pass instanceof Problem || pass.includes("result") ||
    (unit === undefined && pass.includes("codeUnits"))
  ) {
    return undefined;
  }
  const pointer = code.get("pointers", block), size = code.get("sizes", block);
  const args = pass.map((value) =>
    isFound(value)
      ? write(value)
      : value === "pointer"
      ? pointer
      : blockValue(value, size, align, unit)
  );
  if (args.includes(undefined)) return undefined;
  return { name, args: args.map((arg, index) => asType(type.parameters[index], arg!)) };
}

/** Data in a larger value that is freed on its own, and its block. */
interface FreedPart {
  readonly part: TextResultPlan;
  readonly block: number;
}

/** Returns whether a list in a value has something to free beside the list's own memory. */
export function owesItems(result: ResultPlan, isPart = false): boolean {
  // What a list that the guest returns one by one has to free is freed item by item.
  if (result.kind === "cursor") return false;
  if (result.kind !== "elements") return partsOf(result).some((part) => owesItems(part, true));
  return isPart && result.bytes.free !== undefined || freedParts(result.item, 0).length > 0 ||
    owesItems(result.item, true);
}

/**
 * Returns the data of the items of lists that is freed one by one; `block` is that of the value.
 */
export function freedItems(result: ResultPlan, block: number): FreedPart[] {
  if (result.kind !== "elements") {
    return placed(result, block).flatMap(([part, own]) => freedItems(part, own));
  }
  const first = block + 2;
  return [...freedParts(result.item, first), ...freedItems(result.item, first)];
}

/** Returns the parts of a value with their blocks, which come after its own. */
function placed(result: ResultPlan, block: number): [part: ResultPlan, block: number][] {
  let next = block + 1;
  return partsOf(result).map((part) => {
    const own = next;
    next += blocksOf(part);
    return [part, own];
  });
}

/** Returns the texts and the lists of a value that are freed one by one; `block` is its own. */
export function freedParts(result: ResultPlan, block: number): FreedPart[] {
  if (result.kind === "text") {
    return result.free === undefined ? [] : [{ part: result, block }];
  }
  if (result.kind === "elements") return freedParts(result.bytes, block);
  if (result.kind !== "record" && result.kind !== "choice") return [];
  return placed(result, block).flatMap(([part, own]) => freedParts(part, own));
}
