// Calls that wait for promises, which overlap or end in the wrong order.
import { type Guest, hostFunction } from "../../mod.ts";
import { type HostileRow, testHostile } from "./_rows.ts";

const CATCHING = "(try (do (call $wait)) (catch_all))";

/** A guest that waits by its import, and traps in `boom`. */
const parts = (wait = "(call $wait)") => ({
  imports: '(import "env" "wait" (func $wait))',
  functions: `(func (export "go") (result i32) (enter go) ${wait} (enter went) (i32.const 1))
    (func (export "boom") (result i32) (enter boom) unreachable)`,
});

// deno-lint-ignore no-explicit-any -- whatever its symbols are
let current: Guest<any>;

const options = (wait: () => Promise<unknown>): HostileRow["options"] => ({
  symbols: {
    go: { parameters: [], result: "i32", async: true },
    boom: { parameters: [], result: "i32" },
  },
  imports: {
    env: {
      wait: hostFunction(
        { parameters: [], result: "void", async: true },
        async () => void await wait(),
      ),
    },
  },
});

const go: HostileRow["ask"] = (guest) => {
  current = guest;
  return guest.symbols.go!();
};

/** Returns the results of both, or the messages of their errors. */
async function both(...promises: unknown[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => one.status === "fulfilled" ? one.value : one.reason.message);
}

const trap = 'Cannot complete "boom": the guest trapped: unreachable';

testHostile([
  {
    name: "two calls of a guest wait at the same time",
    ...parts(),
    options: options(() => Promise.resolve()),
    ask: (guest) => both(guest.symbols.go!(), guest.symbols.go!()),
    gives: [
      1,
      'Cannot call "go": "go" is being waited for, expected one asynchronous call of an instance ' +
      "at a time",
    ],
    state: "ready",
    entered: "go went",
  },
  {
    name: "a guest is called while another call waits, and would trap",
    ...parts(),
    options: options(() => Promise.resolve()),
    ask: (guest) => both(guest.symbols.go!(), (async () => await guest.symbols.boom!())()),
    gives: [
      1,
      'Cannot call "boom": "go" is being waited for, expected one asynchronous call of an ' +
      "instance at a time",
    ],
    state: "ready",
    entered: "go went",
  },
  ...[parts(), parts(CATCHING)].map((guest, catches): HostileRow => ({
    name: `a nested call traps before the guest waits${catches ? ", and the guest catches" : ""}`,
    ...guest,
    options: options(() => current.symbols.boom!() as never),
    ask: go,
    throws: ["GuestError", "trap", trap],
    entered: "go boom",
  })),
  {
    name: "the host rejects the promise, and the guest catches that",
    ...parts(CATCHING),
    options: options(() => Promise.reject(new Error("the host's own"))),
    ask: go,
    gives: 1,
    state: "ready",
    entered: "go went",
  },
]);
