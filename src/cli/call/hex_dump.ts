import { counted } from "../../base/show.ts";

/** The bytes of one line. */
const PER_LINE = 16;

/** The maximum number of bytes that a dump shows. */
const MOST_BYTES = 256;

/**
 * Dumps bytes as lines with the address, the values, and the characters that are printable ASCII.
 *
 * @param address The address of the first byte.
 */
export function hexDump(bytes: Uint8Array, address: number): string[] {
  const lines: string[] = [];
  const shown = Math.min(bytes.length, MOST_BYTES);
  for (let at = 0; at < shown; at += PER_LINE) {
    const row = [...bytes.subarray(at, Math.min(at + PER_LINE, shown))];
    const half = (from: number) =>
      row.slice(from, from + PER_LINE / 2).map((byte) => byte.toString(16).padStart(2, "0"))
        .join(" ");
    const values = `${half(0).padEnd(23)}  ${half(PER_LINE / 2).padEnd(23)}`;
    const characters = row.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."
    );
    const place = (address + at).toString(16).padStart(8, "0");
    lines.push(`${place}  ${values}  |${characters.join("")}|`);
  }
  const left = bytes.length - shown;
  return left === 0 ? lines : [...lines, `and ${counted(left, "byte")} more`];
}
