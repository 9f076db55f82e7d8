// build strings_array.wasm: --exportRuntime
//
// Has arrays of strings, and no other class that could be mistaken for them.

export function join(texts: string[], between: string): string {
  for (let at = 0; at < 1000; at++) new ArrayBuffer(1000);
  return texts.join(between);
}

export function split(text: string, by: string): string[] {
  return text.split(by);
}

export function splitOrNull(text: string): string[] | null {
  return text.length == 0 ? null : text.split(",");
}

export function reverse(texts: string[]): string[] {
  return texts.reverse();
}
