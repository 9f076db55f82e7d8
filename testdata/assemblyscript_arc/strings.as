// build strings.wasm:
//
// Has managed strings with reference counts, as AssemblyScript had before its garbage collector.

export function greet(name: string): string {
  return "Hello, " + name + "!";
}

export function echo(text: string): string {
  return text;
}

export function repeat(text: string, times: i32): string {
  return text.repeat(times);
}

export function units(text: string): i32 {
  return text.length;
}
