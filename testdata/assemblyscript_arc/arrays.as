// build arrays.wasm:
//
// Has arrays and typed arrays in a runtime that counts references.

export function count(to: i32): i32[] {
  const numbers: i32[] = [];
  for (let at = 1; at <= to; at++) numbers.push(at);
  return numbers;
}

export function sumArray(numbers: f64[]): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

export function sumView(numbers: Float32Array): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

export function sumStatic(numbers: StaticArray<u16>): i32 {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

export function reverse(bytes: Uint8Array): Uint8Array {
  return bytes.slice().reverse();
}

export function tail(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1);
}

export function join(texts: string[], between: string): string {
  return texts.join(between);
}

export function split(text: string, by: string): string[] {
  return text.split(by);
}
