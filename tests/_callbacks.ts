import { allocator, type Guest, type HostFunction, hostFunction, load } from "../mod.ts";
import { guestUrl } from "./_guests.ts";

/** The convention of the guests `c/callbacks*`, and of the others that return text as they do. */
export const PACKED = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

/** The exports of the guests `c/callbacks*`. */
export const SYMBOLS = {
  announce: { parameters: ["string"], result: "string" },
  ask: { parameters: ["string"], result: "string" },
  ask_twice: { parameters: ["string"], result: "string" },
  ask_and_trap: { parameters: ["string"], result: "string" },
  ask_times: { parameters: ["string", "u32"], result: "string" },
  say: { parameters: ["string"], result: "void" },
  canary: { parameters: [], result: "i32" },
} as const;

/** The callbacks of their imports. */
export interface Callbacks {
  log?(line: string): void;
  answer?(question: string): string;
  print?(line: string): void;
}

/** Declares the host's texts: as bytes, because then no code is generated for the one import. */
export type Declared = "as text" | "as bytes";

/** The imports of `env` of the guests `c/callbacks*`, which do nothing unless set. */
export function callbackImports(
  { log = () => {}, answer = (question) => question, print = () => {} }: Callbacks,
  declared: Declared = "as text",
): Record<string, HostFunction> {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const encode = (answer: unknown) =>
    typeof answer === "string" ? new TextEncoder().encode(answer) : answer as never;
  const [hostLog, hostAnswer] = declared === "as text"
    ? [
      hostFunction({ parameters: ["string"], result: "void" }, log),
      hostFunction({ parameters: ["string"], result: "string" }, answer),
    ]
    : [
      hostFunction({ parameters: ["bytes"], result: "void" }, (line) => log(text(line))),
      hostFunction(
        { parameters: ["bytes"], result: "bytes" },
        (question) => encode(answer(text(question))),
      ),
    ];
  return {
    log: hostLog,
    answer: hostAnswer,
    // With 64-bit pointers, an i64 alone could be a pointer or a packed pointer and length.
    print: hostFunction(
      { parameters: [{ type: "string", pass: ["pointer"] }], result: "void" },
      print,
    ),
  };
}

/** Loads a guest `c/callbacks*` with these callbacks. */
export function loadCallbacks(
  callbacks: Callbacks,
  name = "c/callbacks_stack_pointer",
  declared: Declared = "as text",
): Promise<Guest<typeof SYMBOLS>> {
  const imports = { env: callbackImports(callbacks, declared) };
  return load(guestUrl(name), { convention: PACKED, imports, symbols: SYMBOLS });
}

/** Returns the number of blocks that the guest has allocated and not freed. */
export function liveAllocations({ exports }: Pick<Guest, "exports">): number {
  return Number((exports.live_allocations as () => number | bigint)());
}
