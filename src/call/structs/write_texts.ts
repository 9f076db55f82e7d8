import type { DataLayout } from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { isWide } from "../../memory/text/common.ts";
import type { CallCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { compileContent } from "../content.ts";
import { storeNumber } from "./store_number.ts";

// The texts that a struct points to: they lie one after another behind it, in one block.

/** A text that a struct points to, in its local, and the local of its bytes. */
export interface TextLeaf {
  readonly offset: number;
  readonly layout: DataLayout;
  readonly local: string;
  readonly byteLength: string;
}

/** Returns whether a part is a text of one byte for each unit behind a pointer. */
export function isPlainText({ content, encoding, inline, length }: DataLayout): boolean {
  return content === "string" && inline === undefined && !isWide(encoding) &&
    (length === "nul" || NUMERIC_TYPES[length.store].byteLength <= 4);
}

/** Writes measuring a text, which the run form refuses if it cannot be encoded. */
export function writeMeasure(
  { encoding, length, nullable }: DataLayout,
  value: string,
  byteLength: string,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const isTerminated = length === "nul";
  const measure = code.of(`measure ${encoding} ${isTerminated}`, ({ instance }) => {
    const content = compileContent(instance.memory, "string", encoding);
    return (text: string): number => {
      try {
        if (isTerminated) content.refuseNul(text);
        return content.measure(text);
      } catch {
        return -1;
      }
    };
  });
  const measured = nullable
    ? `${value} === null ? 0 : ${measure}(${value})`
    : `${measure}(${value})`;
  const isText = `typeof ${value} !== "string"${nullable ? ` && ${value} !== null` : ""}`;
  code.add(`if (${isText}) ${otherwise()}
    const ${byteLength} = ${measured};`);
  const most = length === "nul" ? FARTHEST : Number(NUMERIC_TYPES[length.store].range![1]);
  code.add(`if (${byteLength} < 0 || ${byteLength} > ${most}) ${otherwise()}`);
}

/** Writes adding up the size of a struct with its texts; returns the name of it. */
export function writeSize(size: number, texts: readonly TextLeaf[], code: CallCode): string {
  if (texts.length === 0) return String(size);
  const total = code.fresh("size");
  const parts = texts.map((text) => roomOf(text));
  code.add(`const ${total} = ${[size, ...parts].join(" + ")};`);
  return total;
}

/** Returns the source of the bytes that a text takes behind its struct. */
function roomOf({ layout: { length, nullable }, local, byteLength }: TextLeaf): string {
  if (length !== "nul") return byteLength;
  return nullable ? `(${local} === null ? 0 : ${byteLength} + 1)` : `${byteLength} + 1`;
}

/** Writes texts one after another behind their struct, as the run form does, and their addresses. */
export function writeTexts(
  size: number,
  texts: readonly TextLeaf[],
  pointer: string,
  code: CallCode,
): void {
  if (texts.length === 0) return;
  const at = code.fresh("at"), data = code.fresh("data");
  code.add(`let ${at} = ${pointer} + ${size};
    const ${data} = ${code.memory}.data();`);
  for (const text of texts) {
    const { offset, layout: { encoding, length, nullable, size: width }, local, byteLength } = text;
    const where = nullable ? `(${local} === null ? 0 : ${at})` : at;
    code.add(
      width === 8
        ? `${data}.setBigUint64(${pointer} + ${offset}, BigInt(${where}), true);`
        : `${data}.setUint32(${pointer} + ${offset}, ${where}, true);`,
    );
    if (length !== "nul") {
      const { store } = length;
      const address = `${pointer} + ${offset + length.offset}`;
      code.add(storeNumber({ type: store, store }, data, address, byteLength));
    }
    code.add(
      `if (${byteLength} > 0) ${code.codec(encoding)}.write(${local}, ${at}, ${byteLength});`,
    );
    if (length === "nul") {
      const isThere = nullable ? `if (${local} !== null) ` : "";
      code.add(`${isThere}${data}.setUint8(${at} + ${byteLength}, 0);`);
    }
    code.add(`${at} += ${roomOf(text)};`);
  }
}
