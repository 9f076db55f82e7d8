// build host_arrays.wasm: --exportRuntime
//
// Imports host functions that take and return an `Array` and a typed array.

@external("env", "scale")
declare function hostScale(numbers: f64[], by: f64): f64[];
@external("env", "flip")
declare function hostFlip(bytes: Uint8Array): Uint8Array;

export function sumScaled(to: i32, by: f64): f64 {
  const numbers: f64[] = [];
  for (let at = 1; at <= to; at++) numbers.push(<f64>at);
  const scaled = hostScale(numbers, by);
  let sum: f64 = 0;
  for (let at = 0; at < scaled.length; at++) sum += scaled[at];
  return sum;
}

export function flip(text: string): string {
  const bytes = Uint8Array.wrap(String.UTF8.encode("?" + text), 1);
  const flipped = hostFlip(bytes);
  return String.UTF8.decodeUnsafe(flipped.dataStart, flipped.length);
}

// Allocates much between the answers, so that an answer without a reference would be collected.
export function flipOften(text: string, times: i32): string {
  let all = "";
  for (let at = 0; at < times; at++) {
    const answer = flip(text);
    for (let more = 0; more < 100; more++) new ArrayBuffer(1000);
    all += answer;
  }
  return all;
}
