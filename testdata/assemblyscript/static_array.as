// build static_array.wasm: --runtime stub
//
// A static buffer of 100 bytes that is a managed object: `BUFFER` points behind a header that holds
// its size. It leaves the text there as it is.

export const BUFFER = new StaticArray<u8>(100);

export function echo(length: i32): i32 {
  return length <= BUFFER.length ? length : -1;
}
