// build imports.wasm: --exportRuntime
//
// Imports `env.abort`, `env.seed`, `env.trace` and `env.console.log`, as AssemblyScript does.

export function greet(name: string): string {
  if (name.startsWith("!")) throw new Error("a name does not begin with an exclamation mark: " + name);
  return "Hello, " + name + "!";
}

export function random(): f64 {
  return Math.random();
}

export function log(text: string): void {
  console.log(text);
}

export function traceNumbers(text: string, first: f64, second: f64): void {
  trace(text, 2, first, second);
}

export function outOfRange(at: i32): i32 {
  return StaticArray.fromArray([1, 2, 3])[at];
}
