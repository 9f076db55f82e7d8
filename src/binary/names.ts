// WebAssembly 3.0, section 5.2.4 "Names": UTF-8 without exceptions; a byte order mark is data.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Up to here a loop over ASCII beats the call of the decoder on V8 15.
const SHORT = 32;

/**
 * The name in `byteLength` bytes at `start`.
 *
 * @returns the name, or where the first byte is that UTF-8 forbids; its end where one is missing
 */
export function decodeName(
  bytes: Uint8Array,
  start: number,
  byteLength: number,
): string | number {
  const end = start + byteLength;
  if (byteLength <= SHORT) {
    let name = "";
    let position = start;
    while (position < end && bytes[position]! < 0x80) {
      name += String.fromCharCode(bytes[position++]!);
    }
    if (position === end) return name;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return firstInvalid(bytes, start, end);
  }
}

function firstInvalid(bytes: Uint8Array, start: number, end: number): number {
  let valid = start;
  let invalid = end + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (isPrefix(bytes.subarray(start, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
