// build uint8array.wasm: --exportRuntime
//
// Takes bytes as a `Uint8Array`, which only its types could show.

export function sum(bytes: Uint8Array): i32 {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += bytes[at];
  return sum;
}

export function reverse(bytes: Uint8Array): Uint8Array {
  return bytes.slice().reverse();
}
