// build host_library.wasm: --exportRuntime
// build host_library_without_runtime.wasm: --runtime stub
//
// Uses all of the standard library that needs the host: console, clocks, random numbers, `process`.

export function print(text: string): void {
  console.log(text);
  console.debug(text);
  console.info(text);
  console.warn(text);
  console.error(text);
  console.assert(text.length > 0, "an empty text");
}

export function measure(label: string): void {
  console.time(label);
  console.timeLog(label);
  console.timeEnd(label);
}

export function now(): f64 {
  return <f64>Date.now();
}

export function elapsed(): f64 {
  return performance.now();
}

export function processTime(): f64 {
  return <f64>process.time() + <f64>process.hrtime() * 0;
}

export function random(): f64 {
  return Math.random();
}

export function randomBytes(count: i32): Uint8Array {
  const bytes = new Uint8Array(count);
  crypto.getRandomValues(bytes);
  return bytes;
}

export function quit(code: i32): void {
  process.exit(code);
}

export function compute(x: f64): f64 {
  return JSMath.sin(x) + JSMath.max(x, JSMath.PI) + <f64>JSMath.fround(x);
}
