import type { CompoundPlan } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import { writeTake } from "../code/allocate.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { isEach } from "../../plan/plan_blocks.ts";
import { writeBlocks, writeSize } from "./place_leaves.ts";
import { besideOf, writeLend } from "./struct_functions.ts";
import { readWhole, writeLone } from "./write_leaves.ts";

/**
 * Writes a parameter that is a struct, a variant or a list.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeStruct(
  plan: CompoundPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  if (!plan.nullable) return writeValue(plan, argument, code, otherwise);
  const registers = ["pointers", "byteLengths", "codeUnits", "sizes"] as const;
  const all = registers.map((register) => code.local(register, argument));
  code.add(`if (a${argument} === null) ${all.join(" = ")} = 0; else {`);
  const isWritten = writeValue(plan, argument, code, otherwise);
  code.add("}");
  return isWritten;
}

function writeValue(
  { layout, isList, align, place, free, scalar }: CompoundPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const to = `to ${quote(code.plan.export)}`;
  const { leaves, byteLength, count, write } = readWhole(
    { layout, isList },
    `a${argument}`,
    code,
    otherwise,
  );
  if (scalar !== undefined && leaves[0]!.kind === "number") {
    code.set("values", argument, writeLone(leaves[0]!, code, to)!);
    return true;
  }
  // What the guest frees has blocks of its own.
  const isApart = isEach({ place, free });
  if (isApart) {
    const beside = { place, free, block: besideOf(argument, code), owner: argument };
    if (!writeBlocks(leaves, beside, code)) return false;
  }
  const size = isApart ? byteLength : writeSize(byteLength, leaves, code);
  if (!writeTake({ place, free, block: argument, align, otherwise, byteLength: size }, code)) {
    return false;
  }
  if (isList) code.set("codeUnits", argument, count);
  writeLend(leaves, argument, code);
  const pointer = code.get("pointers", argument);
  write(pointer, to, isApart ? undefined : pointer);
  if (scalar !== undefined) {
    code.set("values", argument, `${code.memory}.read("${scalar}", ${pointer})`);
  }
  return true;
}
