// build static_array.wasm: --runtime stub
//
// Has a static buffer of 100 bytes that is a managed object: `BUFFER` points after a header that
// holds its size. The text there stays as it is.

export const BUFFER = new StaticArray<u8>(100);

export function echo(length: i32): i32 {
  return length <= BUFFER.length ? length : -1;
}
