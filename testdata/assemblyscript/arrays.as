// build arrays.wasm: --exportRuntime
// build arrays_minimal.wasm: --exportRuntime --runtime minimal
// build arrays_stub.wasm: --exportRuntime --runtime stub
//
// Has arrays of every class: `Array<T>`, `StaticArray<T>` and typed arrays, side by side.

// The elements are pushed one by one, so there is room for more after them.
export function count(to: i32): i32[] {
  const numbers: i32[] = [];
  for (let at = 1; at <= to; at++) numbers.push(at);
  return numbers;
}

export function countStatic(to: i32): StaticArray<i32> {
  const numbers = new StaticArray<i32>(to);
  for (let at = 0; at < to; at++) numbers[at] = at + 1;
  return numbers;
}

export function sumArray(numbers: f64[]): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

export function sumStatic(numbers: StaticArray<f64>): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

export function sumView(numbers: Float64Array): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at];
  return sum;
}

// This is the guest's only class of 16-bit numbers, and it is an Array.
export function largest(numbers: i16[]): i32 {
  let largest: i32 = i16.MIN_VALUE;
  for (let at = 0; at < numbers.length; at++) largest = max(largest, <i32>numbers[at]);
  return largest;
}

export function appended(numbers: i64[], number: i64): i64[] {
  numbers.push(number);
  return numbers;
}

// This is one class that accepts bytes, beside the ArrayBuffer that every guest has.
export function sumBytes(bytes: Uint8Array): i32 {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += bytes[at];
  return sum;
}

export function sumBuffer(bytes: ArrayBuffer): i32 {
  return sumBytes(Uint8Array.wrap(bytes));
}

export function bytesOf(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

export function viewOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text), 1);
}

export function join(texts: string[], between: string): string {
  // This allocates so much that every object without a reference is collected.
  for (let at = 0; at < 1000; at++) new ArrayBuffer(1000);
  return texts.join(between);
}

export function split(text: string, by: string): string[] {
  return text.split(by);
}

export function splitOrNull(text: string): string[] | null {
  return text.length == 0 ? null : text.split(",");
}

export function rows(): i32[][] {
  return [[1], [], [2, 3]];
}
