import { assertEquals, assertStrictEquals } from "@std/assert";
import { GuestInstance } from "../../src/instance/guest_instance.ts";
import { allocator, type GuestError, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

// If the host's stack ends within a call, the code that would clean up cannot be called either.

const STACK_END = new RangeError("Maximum call stack size exceeded");

/** Traps if the text begins with "t", and returns the text otherwise. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "run") (param i32 i32) (result i64)
    (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 116)) (then unreachable))
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
      (i64.extend_i32_u (local.get 1)))))`);

const CONVENTION = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
});

const SYMBOLS = {
  run: { parameters: ["string"], result: "string" },
  later: { name: "run", parameters: ["string"], result: "string", async: true },
} as const;

/**
 * Returns the error of `call` where a guest cannot be poisoned with a reason: the stack ends
 * before.
 */
async function cutOff(call: () => unknown): Promise<unknown> {
  const { poison } = GuestInstance.prototype;
  GuestInstance.prototype.poison = () => {
    throw STACK_END;
  };
  try {
    return await call();
  } catch (error) {
    return error;
  } finally {
    GuestInstance.prototype.poison = poison;
  }
}

for (const [symbol, warmUp] of [["run", 0], ["run", 150], ["later", 0], ["later", 150]] as const) {
  Deno.test(`a call that cannot be cleaned up ends the guest, and is no longer in progress: ${symbol} after ${warmUp} calls`, async () => {
    using guest = await load(GUEST, { convention: CONVENTION, symbols: SYMBOLS });
    const call: (text: string) => unknown = guest.symbols[symbol];
    for (let times = 0; times < warmUp; times++) await call("fine");
    assertEquals([await call("fine"), guest.state], ["fine", "ready"]);
    assertStrictEquals(await cutOff(() => call("trap")), STACK_END);
    assertEquals(guest.state, "poisoned");
    assertEquals(guestErrorOf(() => guest.symbols.run("fine")), [
      "poisoned",
      'Cannot call "run": the guest is poisoned, expected reset() first; it was: a call was cut off, ' +
      "and its effects are unknown: Maximum call stack size exceeded",
    ]);
    guest.reset();
    assertEquals([await call("fine"), guest.state], ["fine", "ready"]);
  });
}

Deno.test("a stack overflow during allocation ends the guest, whose blocks are unknown then", async () => {
  const endStack = (): number => endStack() + 1;
  const output = {
    result: { type: "string", pointer: "output", length: "result" },
    output: { capacity: endStack },
  } as const;
  using holds = await load(guestUrl("c/result_output_needed"), {
    symbols: {
      greet: {
        ...output,
        parameters: ["string"],
        arguments: [
          "output",
          "capacity",
          { text: 0, as: "pointer" },
          { text: 0, as: "byteLength" },
        ],
      },
    },
  });
  let thrown: unknown;
  try {
    holds.symbols.greet("Bob");
  } catch (error) {
    thrown = error;
  }
  assertEquals([thrown instanceof RangeError, holds.state], [true, "poisoned"]);
  const { code, cause } = (() => {
    try {
      return holds.symbols.greet("Bob") as never;
    } catch (error) {
      return error as GuestError;
    }
  })();
  assertEquals([code, cause], ["poisoned", thrown]);
  holds.reset();
  assertEquals(holds.state, "ready");
});
