import type { CallCode } from "../code/call_code.ts";
import { writeTake } from "../code/allocate.ts";
import { forEachLeaf, type Leaf, type TextLeaf } from "./leaves.ts";
import { storeNumber } from "./store_number.ts";

// The texts that a struct points to.

/** Writes adding up the size of a struct with its texts behind it; returns the source of it. */
export function writeSize(size: number, leaves: readonly Leaf[], code: CallCode): string {
  const total = code.fresh("size");
  const { lines } = code.capture(() =>
    forEachLeaf(leaves, "text", code, (text) => code.add(`${total} += ${roomOf(text)};`))
  );
  if (lines === "") return String(size);
  code.add(`let ${total} = ${size}; ${lines}`);
  return total;
}

/** Returns the source of the bytes that a text takes. */
function roomOf({ layout: { length, nullable }, local, byteLength }: TextLeaf): string {
  if (length !== "nul") return byteLength;
  return nullable ? `(${local} === null ? 0 : ${byteLength} + 1)` : `${byteLength} + 1`;
}

/** Writes placing the texts of a struct one after another behind it, as the run form does. */
export function writeTextsBehind(end: string, leaves: readonly Leaf[], code: CallCode): void {
  const at = code.fresh("at");
  const { lines } = code.capture(() =>
    forEachLeaf(leaves, "text", code, (text) => {
      code.add(`var ${text.address} = ${at}; ${at} += ${roomOf(text)};`);
    })
  );
  if (lines !== "") code.add(`let ${at} = ${end}; ${lines}`);
}

/** Writes taking a block of its own for each text; returns `false` if the run form has to do it. */
export function writeTextBlocks(
  leaves: readonly Leaf[],
  block: Omit<Parameters<typeof writeTake>[0], "byteLength">,
  code: CallCode,
): boolean {
  let isWritten = true;
  forEachLeaf(leaves, "text", code, (text) => {
    const { layout: { nullable }, local, address } = text;
    const { lines } = code.capture(() => {
      isWritten &&= writeTake({ ...block, byteLength: roomOf(text) }, code);
    });
    const isThere = nullable ? `if (${local} !== null) ` : "";
    code.add(`${isThere}{ ${lines} var ${address} = ${code.get("pointers", block.block)}; }`);
  });
  return isWritten;
}

/** Writes a text at its address, and the address and the length into its struct. */
export function writeText(
  { offset, layout: { encoding, length, nullable }, local, byteLength, address }: TextLeaf,
  pointer: string,
  data: string,
  code: CallCode,
): void {
  const where = nullable ? `(${local} === null ? 0 : ${address})` : address;
  code.add(
    code.layout.word === 8
      ? `${data}.setBigUint64(${pointer} + ${offset}, BigInt(${where}), true);`
      : `${data}.setUint32(${pointer} + ${offset}, ${where}, true);`,
  );
  if (length !== "nul") {
    const { store } = length;
    const at = `${pointer} + ${offset + length.offset}`;
    code.add(storeNumber({ type: store, store }, data, at, byteLength));
  }
  code.add(
    `if (${byteLength} > 0) ${code.codec(encoding)}.write(${local}, ${address}, ${byteLength});`,
  );
  if (length === "nul") {
    const isThere = nullable ? `if (${local} !== null) ` : "";
    code.add(`${isThere}${data}.setUint8(${address} + ${byteLength}, 0);`);
  }
}
