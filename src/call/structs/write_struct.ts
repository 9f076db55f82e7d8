import type { CompoundPlan } from "../../abi/plan_parts.ts";
import { writeTake } from "../code/allocate.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { readLeaves } from "./leaves.ts";
import { besideOf, writeLend } from "./struct_functions.ts";
import { writeLeaves } from "./write_leaves.ts";
import { writeBehind, writeContentBlocks, writeSize } from "./write_contents.ts";

/**
 * Writes a parameter that is a struct of numbers, texts, functions and variants, and of such structs.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeStruct(
  { layout, isList, place, free, nullable, scalar }: CompoundPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const { align, size } = layout;
  if (isList || nullable || scalar !== undefined) return false;
  const leaves = readLeaves(layout, 0, `a${argument}`, code, otherwise);
  if (leaves === undefined) return false;
  // What the guest frees has blocks of its own.
  const isEach = place.kind === "allocator" && free === undefined;
  if (isEach) {
    const beside = { place, free, block: besideOf(argument, code), owner: argument, align };
    if (!writeContentBlocks(leaves, beside, code)) return false;
  }
  const byteLength = isEach ? String(size) : writeSize(size, leaves, code);
  if (!writeTake({ place, free, block: argument, align, otherwise, byteLength }, code)) {
    return false;
  }
  writeLend(leaves, argument, code);
  const pointer = code.get("pointers", argument);
  if (!isEach) writeBehind(pointer, leaves, code);
  writeLeaves(leaves, { pointer, begin: 0, end: size }, code);
  return true;
}
