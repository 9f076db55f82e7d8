// build strings.wasm: --exportRuntime
// build strings_minimal.wasm: --exportRuntime --runtime minimal
// build strings_stub.wasm: --exportRuntime --runtime stub
// build strings_imported_memory.wasm: --exportRuntime --importMemory --initialMemory 2 --maximumMemory 1024
// build strings_without_runtime.wasm: --runtime stub
//
// Has managed strings in UTF-16, as arguments and as results.

export function greet(name: string): string {
  return "Hello, " + name + "!";
}

export function echo(text: string): string {
  return text;
}

export function repeat(text: string, times: i32): string {
  return text.repeat(times);
}

// Allocates much before it reads its arguments, so that an unpinned one would be collected.
export function join(first: string, second: string): string {
  for (let at = 0; at < 1000; at++) new ArrayBuffer(1000);
  return first + second;
}

export function units(text: string): i32 {
  return text.length;
}

export function echoOrNull(text: string): string | null {
  return text.length == 0 ? null : text;
}

export function version(): string {
  return "1.0.0";
}
