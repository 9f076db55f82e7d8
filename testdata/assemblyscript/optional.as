// build optional.wasm: --exportRuntime
// build optional_plain.wasm: --exportRuntime --optimizeLevel 0 --shrinkLevel 0
// build optional_numbers.wasm: --runtime stub
//
// Has optional arguments: before each call the host sets how many it passes.

export function add(x: i32 = 1, y: i32 = 2): i32 {
  return x + y;
}

export function subtract(x: i32, y: i32 = 2): i32 {
  return x - y;
}

export function scale(x: i64 = 5, by: f64 = 2.5): f64 {
  return <f64>x * by;
}

export function negate(x: i32): i32 {
  // These calls leave out arguments inside the guest.
  return subtract(0, x) - add() + 3;
}

export function greet(name: string = "World", mark: string = "!"): string {
  return "Hello, " + name + mark;
}

export function repeat(text: string, times: i32 = 2): string {
  return text.repeat(times);
}

@external("env", "more")
declare function more(): i32;

// The host calls back before the default is evaluated.
export function addMore(x: i32 = more(), y: i32 = more()): i32 {
  return x + y;
}
