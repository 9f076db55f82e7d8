// build static_buffer.wasm: --runtime stub
//
// Has a static buffer of 100 bytes without a header: `BUFFER` is its pointer and `BUFFER_SIZE` the
// value 100. It appends to the text there, in UTF-8.

const SIZE: i32 = 100;

export const BUFFER: usize = memory.data(SIZE);
export const BUFFER_SIZE: i32 = SIZE;

export function add_wasm_is_cool(length: i32): i32 {
  const added = String.UTF8.encode("WASM is cool!");
  if (length > SIZE - added.byteLength) return -1;
  memory.copy(BUFFER + length, changetype<usize>(added), added.byteLength);
  return length + added.byteLength;
}
