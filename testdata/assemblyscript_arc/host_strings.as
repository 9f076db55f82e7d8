// build host_strings.wasm:
//
// Imports a function of the host that takes and gives strings.

@external("env", "answer")
declare function hostAnswer(question: string): string;

export function ask(question: string): string {
  return hostAnswer(question) + ".";
}
