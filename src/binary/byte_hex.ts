/** A byte as errors show it: two digits. */
export function byteHex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
