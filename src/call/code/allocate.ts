import type { BlockCall, BlockSource, BlockValue } from "../../abi/block_source.ts";
import type { TextResultPlan } from "../../abi/plan_parts.ts";
import { Problem } from "../../base/errors.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { claimsBlocks } from "../claim.ts";
import { unitOf } from "../content.ts";
import { blockCallName, passOf } from "../blocks/block_call.ts";
import { pointerOf } from "../values.ts";
import { type CallCode, hasNoMore } from "./call_code.ts";
import { asType, isIntegral, offsetOf64 } from "./value.ts";

// The fast forms of blocks from the guest's allocator, whose run forms are in `blocks/allocator.ts`.

/** A block of the call that the guest's allocator makes. */
export interface AllocatedBlock {
  readonly place: BlockSource & { readonly kind: "allocator" };
  /** Its index in the frame. */
  readonly block: number;
  readonly free: BlockCall | undefined;
  readonly align: number;
  /** The number of bytes in a unit that the guest counts in. */
  readonly unit: number;
}

/**
 * Writes asking the guest for a block of the size that its local has.
 *
 * @returns The source, or `undefined` if the run form has to do it.
 */
export function writeAllocate(
  { place, block, free, align, unit }: AllocatedBlock,
  code: CallCode,
): string | undefined {
  const {
    kind: _kind,
    allocate,
    free: _free,
    room,
    pointer: teller,
    empty,
    pin,
    unpin,
    ...others
  } = place;
  if (!hasNoMore(others)) return undefined;
  const name = blockCallName(allocate, code.plan.export);
  const type = code.typeOf(name);
  if (room !== undefined || teller !== undefined || !isIntegral(type)) return undefined;
  if (pin !== undefined && code.typeOf(pin)?.parameters.join() !== "i32") return undefined;
  const pass = passOf(allocate, "allocate", name, type);
  if (pass instanceof Problem) return undefined;
  if (pass.some((value) => value === "pointer" || value === "result")) return undefined;
  const pointer = code.local("pointers", block), size = code.local("sizes", block);
  const args = pass.map((value, index) =>
    asType(type.parameters[index], blockValue(value, size, align, unit))
  );
  const source = code.of(`source ${block}`, ({ sources }) => sources[block]);
  const held = code.local("held", block);
  const holds = free !== undefined || unpin !== undefined;
  const keep = [
    `if (${pointer} === 0 && ${size} > 0) throw ${source}.outOfMemory(${size});`,
    code.bounds("write", pointer, size),
    ...code.handedOut.map((other) => {
      const start = code.get("pointers", other);
      return `if (${size} > 0 && ${pointer} < ${start} + ${code.get("sizes", other)} && ` +
        `${start} < ${pointer} + ${size}) throw ${source}.overlap(${pointer}, ${size}, ${start});`;
    }),
    code.claims && claimsBlocks(place, code.facts.reenters) ? writeClaim(block, source, code) : "",
    ...(pin === undefined ? [] : [code.callGuest(pin, pointer, "")]),
    `${held} = ${holds};`,
  ].join("\n");
  code.handedOut.push(block);
  const nothing = `{ ${pointer} = ${align}; ${held} = false; }`;
  let ask: string;
  if (type.results[0] === "i64") {
    // The pointer to an empty value can be one that a number cannot hold: there is no block at it.
    const found = code.fresh("found");
    const refuse = `${code.constant(pointerOf)}(${found}, ${code.instance}, "write")`;
    ask = `${code.callGuest(name, args.join(", "), `const ${found} = `)}
      ${pointer} = ${code.constant(offsetOf64)}(${found});
      if (${size} === 0 && ${pointer} >= ${FARTHEST}) ${nothing} else {
        if (${pointer} >= ${FARTHEST}) ${refuse};
        ${keep}
      }`;
  } else {
    ask = `${code.callGuest(name, args.join(", "), `${pointer} = `)} ${pointer} >>>= 0;\n${keep}`;
  }
  return empty === "none" ? `if (${size} > 0) { ${ask} } else ${nothing}` : ask;
}

/** Returns the source of claiming a block. A nested call makes a new claim. */
function writeClaim(block: number, source: string, code: CallCode): string {
  const pointer = code.local("pointers", block), size = code.local("sizes", block);
  const own = code.of(`claim ${block}`, ({ sources }) => sources[block]!.claims!.claimOf());
  return `if (outerClaim !== undefined) ${source}.claims.claim(outerClaim, ${pointer}, ${size});
    else {
      ${own}.pointer = ${pointer}; ${own}.end = ${size} > 0 ? ${pointer} + ${size} : 0;
      ${own}.outer = ${code.instance}.claim; ${code.instance}.claim = ${own};
    }`;
}

/** Returns the source of an argument of an allocator or a freeing export. */
function blockValue(value: BlockValue, size: string, align: number, unit = 1): string {
  if (value === "align") return String(align);
  // Both sizes include the NUL.
  if (value === "codeUnits") return unit === 1 ? size : `${size} / ${unit}`;
  return value === "byteLength" ? size : String(value);
}

/** Writes giving back a block; `undefined` if the run form has to do it. */
export function writeGiveBack(
  { place, block, free, align, unit }: AllocatedBlock,
  code: CallCode,
): string | undefined {
  const pointer = code.get("pointers", block);
  const calls: string[] = [];
  if (place.unpin !== undefined) {
    if (code.typeOf(place.unpin)?.parameters.join() !== "i32") return undefined;
    calls.push(code.free(place.unpin, pointer));
  }
  if (free !== undefined) {
    const call = writeFreeing(free, block, align, unit, code);
    if (call === undefined) return undefined;
    // The pointer that an allocator returned for an empty value need not be a block.
    calls.push(`if (${pointer} !== 0) { ${call} }`);
  }
  if (calls.length === 0) return "";
  const held = code.local("held", block);
  return `if (${held}) { ${held} = false; ${calls.join(" ")} }`;
}

/**
 * Writes giving back the block of a result. A guest that returns the block of an argument has one
 * block, not two: `freed` are the parameters whose blocks the call frees.
 *
 * @param earlier The calls that free the parts before this one: two parts can be one block.
 */
export function writeGiveBackResult(
  free: BlockCall,
  { text, content, encoding }: TextResultPlan,
  freed: readonly number[],
  code: CallCode,
  earlier: FreeingCall[] = [],
): string | undefined {
  const { resultBlock: block } = code;
  const align = unitOf(content, encoding);
  // The units of a length do not include the length itself, unlike the block.
  const isPrefixed = typeof text.length === "object" && "prefix" in text.length;
  const call = freeingCallOf(free, block, align, isPrefixed ? undefined : align, code);
  if (call === undefined) return undefined;
  const pointer = code.get("pointers", block), held = code.local("held", block);
  const leave = freed.map((index) =>
    `if (${code.get("pointers", index)} === ${pointer}) ${code.local("held", index)} = false;`
  );
  const same = earlier.filter(({ name }) => name === call.name).map(({ args }) =>
    args.map((arg, index) => `${arg} === ${call.args[index]}`).join(" && ") || "true"
  );
  earlier.push(call);
  const source = code.free(call.name, call.args.join(", "));
  const once = same.length === 0 ? source : `if (!(${same.join(" || ")})) { ${source} }`;
  return `if (${held}) { ${held} = false; if (${pointer} !== 0) { ${leave.join(" ")} ${once} } }`;
}

/** A call of an export that frees, and the sources of its arguments. */
export interface FreeingCall {
  readonly name: string;
  readonly args: readonly string[];
}

/** Returns the source of a call that frees a block; `undefined` if the run form has to make it. */
function writeFreeing(
  free: BlockCall,
  block: number,
  align: number,
  unit: number | undefined,
  code: CallCode,
): string | undefined {
  const call = freeingCallOf(free, block, align, unit, code);
  return call && code.free(call.name, call.args.join(", "));
}

function freeingCallOf(
  free: BlockCall,
  block: number,
  align: number,
  unit: number | undefined,
  code: CallCode,
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
  const args = pass.map((value, index) =>
    asType(
      type.parameters[index],
      value === "pointer" ? pointer : blockValue(value, size, align, unit),
    )
  );
  return { name, args };
}

/** Writes taking a block of a known size. */
export function writeTake(
  { place, free, block, align, byteLength }: {
    readonly place: BlockSource;
    readonly free: BlockCall | undefined;
    readonly block: number;
    readonly align: number;
    readonly byteLength: string;
  },
  code: CallCode,
): boolean {
  const pointer = code.local("pointers", block);
  const lengths = [code.local("sizes", block), code.local("byteLengths", block)].join(" = ");
  if (place.kind === "stack") {
    code.takeFromStack(pointer, byteLength);
    code.add(`${lengths} = ${byteLength}; ${code.bounds("write", pointer, byteLength)}`);
  } else {
    if (place.kind !== "allocator") return false;
    const asked = { place, free, block, align, unit: 1 };
    const allocate = writeAllocate(asked, code);
    if (allocate === undefined) return false;
    const units = code.local("codeUnits", block);
    code.add(`${lengths} = ${units} = ${byteLength};\n${allocate}`);
  }
  return true;
}
