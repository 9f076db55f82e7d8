// build host_strings.wasm:
//
// Imports a host function that takes and returns strings.

@external("env", "answer")
declare function hostAnswer(question: string): string;

export function ask(question: string): string {
  return hostAnswer(question) + ".";
}
