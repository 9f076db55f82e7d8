/** A byte as errors show it: two digits. */
export function byteHex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** A number of bytes as errors show it. */
export function byteCount(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}
