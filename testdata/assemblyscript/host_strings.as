// build host_strings.wasm: --exportRuntime
//
// Imports host functions that take and return strings and buffers.

@external("env", "log")
declare function hostLog(line: string): void;
@external("env", "answer")
declare function hostAnswer(question: string, times: i32): string;
@external("env", "digest")
declare function hostDigest(bytes: ArrayBuffer): ArrayBuffer;

export function announce(name: string): void {
  hostLog("Hello, " + name + "!");
}

export function ask(question: string, times: i32): string {
  return hostAnswer(question, times) + ".";
}

export function askNothing(): string {
  return hostAnswer(changetype<string>(0), 0);
}

export function digest(bytes: ArrayBuffer): ArrayBuffer {
  return hostDigest(bytes);
}

// Allocates much between the answers, so that an answer without a reference would be collected.
export function askOften(question: string, times: i32): string {
  let all = "";
  for (let at = 0; at < times; at++) {
    const answer = hostAnswer(question, at);
    for (let more = 0; more < 100; more++) new ArrayBuffer(1000);
    all += answer;
  }
  return all;
}
