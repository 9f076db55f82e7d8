// build bytes.wasm: --exportRuntime
//
// Has managed buffers and typed arrays, whose class ids are exported.

export const Uint8Array_ID: u32 = idof<Uint8Array>();
export const Uint16Array_ID: u32 = idof<Uint16Array>();
export const Float64Array_ID: u32 = idof<Float64Array>();

export function reverseBuffer(buffer: ArrayBuffer): ArrayBuffer {
  return reverse(Uint8Array.wrap(buffer)).buffer;
}

export function reverse(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) result[bytes.length - 1 - at] = bytes[at];
  return result;
}

// Returns a view that does not begin at the start of its buffer.
export function tail(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1);
}

export function swap(words: Uint16Array): Uint16Array {
  for (let at = 0; at < words.length; at++) words[at] = bswap<u16>(words[at]);
  return words;
}

export function sum(numbers: Float64Array): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}
