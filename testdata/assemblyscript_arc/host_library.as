// build host_library.wasm:
//
// Imports clocks and mathematics from modules of their own.

export function now(): f64 {
  return <f64>Date.now();
}

export function random(): f64 {
  return Math.random();
}

export function compute(x: f64): f64 {
  return JSMath.sin(x) + JSMath.max(x, JSMath.PI);
}
