import type { BlockCall, BlockSource, BlockValue } from "../../abi/block_source.ts";
import { Problem } from "../../base/errors.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { isFound } from "../../plan/plan_blocks.ts";
import { blockCallName, passes, passOf, readsAtResult } from "../blocks/block_call.ts";
import { writeTakeFromStack } from "../blocks/stack.ts";
import { claimsBlocks } from "../find_claims.ts";
import { compilePointer, pointerOf } from "../values.ts";
import { type CallCode, hasNoMore } from "./call_code.ts";
import { offsetOf64, writeValue } from "./value.ts";
import type { Otherwise, Scope } from "./scope.ts";

// The fast forms of taking blocks from the guest's allocator: the run forms are in
// `blocks/allocator.ts`.

/** The maximum size for an allocator of a 32-bit guest. */
export const MOST_BYTES = 0xffffffff;

/** A block of the call that the guest's allocator makes. */
export interface AllocatedBlock {
  readonly place: BlockSource & { readonly kind: "allocator" };
  /** Its index in the frame. */
  readonly block: number;
  /** The block that it lies beside, whose source it is taken from; absent if it is the only one. */
  readonly owner?: number | undefined;
  readonly free: BlockCall | undefined;
  readonly align: number;
  /** The number of bytes in a unit that the guest counts in. */
  readonly unit: number;
  /** Source that leaves the step to the run form, if nothing of it has to be undone. */
  readonly otherwise?: Otherwise | undefined;
}

/**
 * Writes asking the guest for a block of the size that its local has.
 *
 * @returns The source, or `undefined` if the run form has to do it.
 */
export function writeAllocate(
  { place, block, owner, free, align, unit, otherwise }: AllocatedBlock,
  code: CallCode,
): string | undefined {
  const {
    kind: _kind,
    allocate,
    free: _free,
    room,
    pointer: located,
    empty,
    pin,
    unpin,
    ...others
  } = place;
  if (!hasNoMore(others)) return undefined;
  const name = blockCallName(allocate, code.plan.export);
  const type = code.typeOf(name);
  if (room !== undefined || !isIntegral(type)) return undefined;
  if (pin !== undefined && code.typeOf(pin)?.parameters.join() !== "i32") return undefined;
  const pass = passOf(allocate, "allocate", name, type);
  if (pass instanceof Problem) return undefined;
  if (pass.some((value) => value === "pointer" || value === "result")) return undefined;
  const pointer = code.local("pointers", block), size = code.local("sizes", block);
  if (otherwise === undefined && pass.some(isFound)) return undefined;
  const before: Scope = {
    result: "undefined",
    types: [],
    otherwise: otherwise!,
    key: code.fresh("allocate"),
  };
  const { lines, value: args } = code.capture(() =>
    pass.map((value, index) =>
      asType(
        type.parameters[index],
        isFound(value)
          ? writeValue(value, before, code, "number").signed
          : blockValue(value, size, align, unit),
      )
    )
  );
  const source = sourceOf({ block, owner }, code);
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
    code.claims && claimsBlocks(place, code.facts.reenters)
      ? writeClaim({ block, owner }, code)
      : "",
    ...(pin === undefined ? [] : [code.callGuest(pin, pointer, "")]),
    `${held} = ${holds};`,
  ].join("\n");
  if (owner === undefined) code.handedOut.push(block);
  const nothing = `{ ${pointer} = ${align}; ${held} = false; }`;
  const passesAllocated = passes(free, "allocated");
  let ask: string;
  if (located !== undefined || passesAllocated) {
    const returned = code.fresh("returned");
    ask = `${code.callGuest(name, args.join(", "), `const ${returned} = `)}
      ${passesAllocated ? `${code.local("allocated", block)} = ${returned};` : ""}
      ${writeLocate({ place, block, owner }, returned, type.results, code)}
      if (${size} === 0 && ${pointer} >= ${FARTHEST}) ${nothing} else {
        if (${pointer} >= ${FARTHEST}) ${
      code.constant(pointerOf)
    }(${pointer}, ${code.instance}, "write");
        ${keep}
      }`;
  } else if (type.results[0] === "i64") {
    // The pointer to an empty value may not be representable as a number; there is no block there.
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
  const fits = code.facts.address64
    ? ""
    : `if (${size} > ${MOST_BYTES}) throw ${source}.outOfMemory(${size});`;
  ask = `${fits}${lines}\n${ask}`;
  return empty === "none" ? `if (${size} > 0) { ${ask} } else ${nothing}` : ask;
}

/** Returns the name of the source that a block is taken from. */
function sourceOf(
  { block, owner = block }: Pick<AllocatedBlock, "block" | "owner">,
  code: CallCode,
): string {
  return code.of(`source ${owner}`, ({ sources }) => sources[owner]);
}

/** Returns the source of finding the address of a block, given what the allocator returned. */
function writeLocate(
  { place, block, owner }: Pick<AllocatedBlock, "place" | "block" | "owner">,
  returned: string,
  types: FunctionType["results"],
  code: CallCode,
): string {
  const { pointer: value = "result" } = place;
  const pointer = code.local("pointers", block), size = code.local("sizes", block);
  const source = sourceOf({ block, owner }, code);
  // The run form reports a null pointer on the way to the address.
  const find = code.of(
    `locate ${block}`,
    ({ instance, layout }) => compilePointer(value, instance, layout, "write"),
  );
  const otherwise = () => `{ ${code.onFrame(`frame.result = ${returned}; ${find}(frame);`)} }`;
  const scope: Scope = { result: returned, types, otherwise, key: returned };
  const { lines, value: found } = code.capture(() => writeValue(value, scope, code, "count"));
  const isNull = readsAtResult(place)
    ? `if (${size} > 0 && Number(${returned}) === 0) throw ${source}.outOfMemory(${size});`
    : "";
  return `${isNull} ${lines} ${pointer} = ${found.offset};`;
}

/**
 * Returns the source of claiming a block. A nested call makes a new claim, and so does each of
 * several blocks of one parameter.
 */
function writeClaim(part: Pick<AllocatedBlock, "block" | "owner">, code: CallCode): string {
  const { block, owner } = part;
  const pointer = code.local("pointers", block), size = code.local("sizes", block);
  const source = sourceOf(part, code);
  const own = owner === undefined
    ? code.of(`claim ${block}`, ({ sources }) => sources[block]!.claims!.claimOf())
    : `${source}.claims.claimOf()`;
  return `if (outerClaim !== undefined) ${source}.claims.claim(outerClaim, ${pointer}, ${size});
    else {
      const own = ${own};
      own.pointer = ${pointer}; own.end = ${size} > 0 ? ${pointer} + ${size} : 0;
      own.outer = ${code.instance}.claim; ${code.instance}.claim = own;
    }`;
}

/** Returns the source of an argument of an allocator or a freeing export. */
export function blockValue(value: BlockValue, size: string, align: number, unit = 1): string {
  if (value === "align") return String(align);
  // Both sizes include the NUL.
  if (value === "codeUnits") return unit === 1 ? size : `${size} / ${unit}`;
  return value === "byteLength" ? size : String(value);
}

/** Writes taking a block of a known size. */
export function writeTake(
  { place, byteLength, ...part }: Omit<AllocatedBlock, "place" | "unit"> & {
    readonly place: BlockSource;
    readonly byteLength: string;
  },
  code: CallCode,
): boolean {
  const { block } = part;
  const pointer = code.local("pointers", block);
  const lengths = [code.local("sizes", block), code.local("byteLengths", block)].join(" = ");
  if (place.kind === "stack") {
    writeTakeFromStack(pointer, byteLength, code);
    code.add(`${lengths} = ${byteLength}; ${code.bounds("write", pointer, byteLength)}`);
  } else {
    if (place.kind !== "allocator") return false;
    const allocate = writeAllocate({ ...part, place, unit: 1 }, code);
    if (allocate === undefined) return false;
    const units = code.local("codeUnits", block);
    code.add(`${lengths} = ${units} = ${byteLength};\n${allocate}`);
  }
  return true;
}

/** Returns whether a function of the guest takes and returns only integers. */
export function isIntegral(type: FunctionType | undefined): type is FunctionType {
  return type !== undefined &&
    [...type.parameters, ...type.results].every((it) => it === "i32" || it === "i64");
}

/** Returns the source of a number as a core argument of an integer type. */
export function asType(type: ValueType | undefined, source: string): string {
  return type === "i64" ? `BigInt(${source})` : source;
}
