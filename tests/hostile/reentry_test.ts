// Guests and host functions that call each other at the wrong moment.
import { allocator, type Guest, hostFunction } from "../../mod.ts";
import { FREE, MALLOC } from "./_guests.ts";
import { type HostileRow, testHostile } from "./_rows.ts";

// deno-lint-ignore no-explicit-any -- whatever its symbols are
let current: Guest<any>;

/** Options with an import `env.back` that does something with the guest which calls it. */
const calls = (back: () => unknown, symbols = {}): HostileRow["options"] => ({
  symbols: {
    go: { parameters: [], result: "i32" },
    boom: { parameters: [], result: "i32" },
    ...symbols,
  },
  imports: {
    env: { back: hostFunction({ parameters: [], result: "void" }, () => void back()) },
  },
});

const IMPORT = '(import "env" "back" (func $back))';
const GO = `(func (export "go") (result i32) (enter go) (call $back) (enter went) (i32.const 1))
  (func (export "boom") (result i32) (enter boom) unreachable)`;

const go: HostileRow["ask"] = (guest) => {
  current = guest;
  return guest.symbols.go!();
};

const trap = 'Cannot complete "boom": the guest trapped: unreachable';
const swallow = () => {
  try {
    current.symbols.boom!();
  } catch {
    // a host function that ignores all errors
  }
};
const SWALLOWED = [
  "GuestError",
  "poisoned",
  'Cannot return from import "env.back": the guest is poisoned, expected reset() first; it was: ' +
  trap,
] as const;

/**
 * Guests that catch all errors of the host, with the instructions of either proposal for
 * exceptions.
 */
const CATCHING = {
  catch_all: GO.replace("(call $back)", "(try (do (call $back)) (catch_all))"),
  try_table: GO.replace(
    "(call $back)",
    "(block $caught (try_table (catch_all $caught) (call $back)))",
  ),
};

const convention = allocator({ allocate: "malloc", free: "free" });
const USE = { use: { parameters: ["bytes"], result: "u32" } } as const;

testHostile([
  ...(["close", "reset"] as const).map((action): HostileRow => ({
    name: `a callback tries to ${action} the guest that calls it`,
    imports: IMPORT,
    functions: GO,
    options: calls(() => current[action]()),
    ask: go,
    throws: ["GuestError", "busy", `Cannot ${action} the guest: a call is in progress`],
    state: "ready",
    entered: "go",
  })),
  {
    name: "a nested call traps, and the host function passes the error on",
    imports: IMPORT,
    functions: GO,
    options: calls(() => current.symbols.boom!()),
    ask: go,
    throws: ["GuestError", "trap", trap],
    entered: "go boom",
  },
  {
    name: "a nested call traps, and the host function swallows the error",
    imports: IMPORT,
    functions: GO,
    options: calls(swallow),
    ask: go,
    throws: SWALLOWED,
    entered: "go boom",
  },
  ...Object.entries(CATCHING).flatMap(([how, functions]): HostileRow[] => [
    {
      name: `a nested call traps, and the guest that called the host catches all errors by ${how}`,
      imports: IMPORT,
      functions,
      options: calls(() => current.symbols.boom!()),
      ask: go,
      throws: ["GuestError", "trap", trap],
      entered: "go boom",
    },
    {
      name: `a nested call traps below a plain function, whose guest catches all errors by ${how}`,
      imports: IMPORT,
      functions,
      options: { ...calls(() => {}), imports: { env: { back: () => current.symbols.boom!() } } },
      ask: go,
      throws: ["GuestError", "trap", trap],
      entered: "go boom",
    },
    {
      name: `a host function swallows a trap, and its guest catches all errors by ${how}`,
      imports: IMPORT,
      functions,
      options: calls(swallow),
      ask: go,
      throws: SWALLOWED,
      entered: "go boom",
    },
    {
      name: `a host function throws another error after a trap to a guest that catches by ${how}`,
      imports: IMPORT,
      functions,
      options: calls(() => {
        swallow();
        throw new SyntaxError("the host's own");
      }),
      ask: go,
      throws: ["SyntaxError", undefined, "the host's own"],
      entered: "go boom",
    },
    {
      name: `the host's error does not end the guest, which catches it by ${how}`,
      imports: IMPORT,
      functions,
      options: calls(() => {
        throw new SyntaxError("the host's own");
      }),
      ask: go,
      gives: 1,
      state: "ready",
      entered: "go went",
    },
  ]),
  {
    name: "an allocator has the host transfer the bytes that it is to hold",
    imports: IMPORT,
    functions: `${MALLOC.replace("(enter malloc)", "(enter malloc) (call $back)")}${FREE}
      (func (export "use") (param i32 i32) (result i32) (enter use) (local.get 1))`,
    options: { ...calls(() => bytes.buffer.transfer()), convention, symbols: USE },
    ask: (guest) => {
      bytes = Uint8Array.of(1, 2, 3);
      return guest.symbols.use!(bytes);
    },
    throws: [
      "TypeError",
      undefined,
      "Cannot pass bytes: their buffer is detached, expected a live one",
    ],
    state: "ready",
    entered: "malloc free",
  },
]);

let bytes: Uint8Array<ArrayBuffer>;
