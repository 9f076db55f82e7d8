// Supplies host functions that take and return text to a guest.
import { allocator, hostFunction, load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/callbacks_stack_pointer.wasm", import.meta.url), {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  }),
  imports: {
    env: {
      // void log(const char *text, size_t length)
      log: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
        console.log(`log: ${line}`);
      }),
      // uint64_t answer(const char *text, size_t length): the answer is written to a block from the
      // guest's malloc, which the guest frees.
      answer: hostFunction({ parameters: ["string"], result: "string" }, answer),
      // void print(const char *text), which is NUL-terminated
      print: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
        console.log(`print: ${line}`);
      }),
    },
  },
  symbols: {
    announce: { parameters: ["string"], result: "string" },
    ask: { parameters: ["string"], result: "string" },
    say: { parameters: ["string"], result: "void" },
  },
});

function answer(question: string): string {
  if (question === "") throw new RangeError("There is no question");
  // The host can call the guest again while the guest waits for its answer.
  return `${guest.symbols.announce("again")} You asked: ${question}`;
}

guest.symbols.say("Grüße");
console.log(guest.symbols.ask("why?"));

// An error that a callback throws passes through the call unchanged, and the guest can be called
// again.
try {
  guest.symbols.ask("");
} catch (error) {
  console.log(`${error}, and the guest is ${guest.state}`);
}
