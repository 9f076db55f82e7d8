import type { BlockCall } from "../../abi/block_source.ts";
import type { CompoundPlan, StringsPlan } from "../../abi/plan_parts.ts";
import type { DataLayout, ItemsLayout } from "../../abi/struct_layout.ts";
import { quote } from "../../base/show.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { writeTake } from "../code/allocate.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { passes } from "../blocks/block_call.ts";
import { unitOf } from "../content.ts";
import { isEach } from "../../plan/plan_blocks.ts";
import { writeBlocks, writeSize } from "./place_leaves.ts";
import { type ContentLeaf, writeLoop } from "./leaves.ts";
import { readItems } from "./read_leaves.ts";
import { besideOf } from "../values.ts";
import { writeLend } from "./struct_functions.ts";
import { readWhole, storePointer, targetOf, writeLone, writeStored } from "./write_leaves.ts";

/**
 * Writes a parameter that is a struct, a variant, a list or several texts.
 *
 * @returns `false` if the run form has to do it.
 */
export function writeStruct(
  plan: CompoundPlan | StringsPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  if (plan.kind === "strings") return writeStrings(plan, argument, code, otherwise);
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
  // Data that the guest frees is in separate blocks.
  const isApart = isEach({ place, free });
  if (isApart) {
    const beside = {
      place,
      free,
      block: besideOf(argument, code.plan.parameters.length),
      owner: argument,
    };
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

/** Writes several texts: the array that shows where they are, and the texts behind it. */
function writeStrings(
  plan: StringsPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): boolean {
  const { encoding, place, free, layout } = plan;
  // A call for a block that counts units gets the number of texts.
  const counts = (call: BlockCall | undefined) => passes(call, "codeUnits");
  if (counts(free) || place.kind === "allocator" && counts(place.allocate)) return false;
  if (encoding === "latin1+utf16" || isEach(plan)) return false;
  const { word } = code.layout;
  const texts = readItems(
    listOf(plan, word),
    [0, word],
    `a${argument}`,
    undefined,
    code,
    otherwise,
  );
  const count = code.fresh("count");
  code.add(`const ${count} = ${texts.local}.length;`);
  const isPaired = layout === "pairs";
  const lengths = isPaired ? String(word) : `(${count} + 1) * ${word}`;
  const table = isPaired ? `${count} * ${2 * word}` : `${lengths} + ${count} * ${word}`;
  const byteLength = writeSize(table, [texts], code);
  const block = { place, free, block: argument, align: word, otherwise };
  if (!writeTake({ ...block, byteLength }, code)) return false;
  code.set("codeUnits", argument, count);
  const pointer = code.get("pointers", argument);
  const target = targetOf(code, `to ${quote(code.plan.export)}`);
  const text = texts.parts[0] as ContentLeaf;
  const at = code.fresh("at"), entry = code.fresh("entry");
  const { lines } = code.capture(() => {
    const step = isPaired ? 2 * word : word;
    code.add(
      `const ${at} = ${pointer} + ${text.address}, ${entry} = ${pointer} + index * ${step};`,
    );
    code.add(storePointer(entry, at, target));
    const units = `${text.byteLength} / ${text.layout.unit}`;
    code.add(storePointer(`${entry} + ${lengths}`, units, target));
    writeStored(text, at, target);
  });
  writeLoop(texts, lines, code);
  if (!isPaired) code.add(storePointer(`${pointer} + ${count} * ${word}`, "0", target));
  return true;
}

/** Returns the layout of a list of texts, each behind a pointer. */
function listOf({ encoding, terminated }: StringsPlan, word: 4 | 8): ItemsLayout {
  const item: DataLayout = {
    kind: "data",
    content: "string",
    encoding: encoding as CodecName,
    unit: unitOf("string", encoding),
    length: terminated ? "nul" : { offset: word, store: word === 8 ? "u64" : "u32" },
    nullable: false,
    freedBy: undefined,
    size: word,
    align: word,
  };
  return { kind: "items", item, count: 0, size: 0, align: word };
}
