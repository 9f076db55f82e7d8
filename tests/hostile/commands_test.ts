// WASI commands that fail while they start.
import { type HostileRow, testHostile } from "./_rows.ts";

const start = (body: string) => `(func (export "_start") (enter start) ${body})`;

testHostile([
  ...([
    ["executes unreachable", "unreachable", "unreachable"],
    ["divides by 0", "(drop (i32.div_s (i32.const 1) (i32.const 0)))", "divide by zero"],
    [
      "loads from outside memory",
      "(drop (i32.load (i32.const -1)))",
      "memory access out of bounds",
    ],
    ["traps behind catch_all", "(try (do unreachable) (catch_all))", "unreachable"],
  ] as const).map(([what, body, reason]): HostileRow => ({
    name: `a command ${what} in its start`,
    functions: start(body),
    ask: (guest) => guest.run(),
    throws: ["GuestError", "trap", `Cannot complete "_start": the guest trapped: ${reason}`],
    entered: "start",
  })),
]);
