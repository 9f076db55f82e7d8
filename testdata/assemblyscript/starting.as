// build starting.wasm: --exportRuntime
// build starting_imported_memory.wasm: --exportRuntime --importMemory
// build starting_exported.wasm: --exportRuntime --exportStart _initialize
//
// Its first lines run when it starts: they log a string, and ask the host for a number of bytes or a
// string, which `answered` returns.
@external("env", "log")
declare function log(text: string): void;

@external("env", "size")
declare function size(text: string, count: i32): i32;

@external("env", "answer")
declare function answer(text: string): string;

let text = "";

log("starting");
const bytes = size("five\u{1f600}", 5);
if (bytes < 0) text = answer("negative");

export function answered(): string {
  return bytes.toString() + text;
}
