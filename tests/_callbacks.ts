import { allocator, type Guest, type HostFunction, hostFunction, load } from "../mod.ts";
import { guestUrl } from "./_guests.ts";

/** The convention of the guests `c/callbacks*` and of the others that answer as they do. */
export const PACKED = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

/** What the guests `c/callbacks*` export. */
export const SYMBOLS = {
  announce: { parameters: ["string"], result: "string" },
  ask: { parameters: ["string"], result: "string" },
  ask_twice: { parameters: ["string"], result: "string" },
  ask_and_trap: { parameters: ["string"], result: "string" },
  ask_times: { parameters: ["string", "u32"], result: "string" },
  say: { parameters: ["string"], result: "void" },
  canary: { parameters: [], result: "i32" },
} as const;

/** What the host does in them. */
export interface Callbacks {
  log?(line: string): void;
  answer?(question: string): string;
  print?(line: string): void;
}

/** The imports of `env` of the guests `c/callbacks*`, which do nothing unless said. */
export function callbackImports(
  { log = () => {}, answer = (question) => question, print = () => {} }: Callbacks,
): Record<string, HostFunction> {
  return {
    log: hostFunction({ parameters: ["string"], result: "void" }, log),
    answer: hostFunction({ parameters: ["string"], result: "string" }, answer),
    // An i64 alone could be a pointer and a length packed, where pointers have 64 bits.
    print: hostFunction(
      { parameters: [{ type: "string", pass: ["pointer"] }], result: "void" },
      print,
    ),
  };
}

/** Loads a guest `c/callbacks*` with what the host does. */
export function loadCallbacks(
  callbacks: Callbacks,
  name = "c/callbacks_stack_pointer",
): Promise<Guest<typeof SYMBOLS>> {
  const imports = { env: callbackImports(callbacks) };
  return load(guestUrl(name), { convention: PACKED, imports, symbols: SYMBOLS });
}

/** How many blocks the guest has allocated and not freed. */
export function liveAllocations({ exports }: Pick<Guest, "exports">): number {
  return Number((exports.live_allocations as () => number | bigint)());
}
