// The Unicode Standard 15, table 3-7: well-formed UTF-8 byte sequences.

/**
 * How many bytes at the start of `bytes` are valid UTF-8: where that is not all of them, the first
 * ill-formed sequence begins there.
 */
export function validUtf8Length(bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const size = sequenceLength(bytes, offset);
    if (size === 0) break;
    offset += size;
  }
  return offset;
}

/** The length of the sequence at `offset`, or 0 where it is ill-formed. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  const second = bytes[offset + 1];
  if (lead < 0xe0) return isContinuation(second) ? 2 : 0;
  if (lead < 0xf0) {
    const low = lead === 0xe0 ? 0xa0 : 0x80; // or it is overlong
    const high = lead === 0xed ? 0x9f : 0xbf; // or it is a surrogate
    return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) ? 3 : 0;
  }
  if (lead > 0xf4) return 0;
  const low = lead === 0xf0 ? 0x90 : 0x80; // or it is overlong
  const high = lead === 0xf4 ? 0x8f : 0xbf; // or it is above U+10FFFF
  return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) &&
      isContinuation(bytes[offset + 3])
    ? 4
    : 0;
}

function isContinuation(byte: number | undefined): boolean {
  return isWithin(byte, 0x80, 0xbf);
}

/** A byte past the end is `undefined`, which is within nothing. */
function isWithin(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}
