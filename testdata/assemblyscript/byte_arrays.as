// build byte_arrays.wasm: --exportRuntime
//
// Takes and returns bytes as `Array<u8>` and as `StaticArray<u8>`.

export function reverse(bytes: Array<u8>): Array<u8> {
  return bytes.reverse();
}

export function reverseStatic(bytes: StaticArray<u8>): StaticArray<u8> {
  const result = new StaticArray<u8>(bytes.length);
  for (let at = 0; at < bytes.length; at++) result[bytes.length - 1 - at] = bytes[at];
  return result;
}
