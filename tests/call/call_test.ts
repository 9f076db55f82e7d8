import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, type GuestError, load } from "../../mod.ts";
import { GuestInstance } from "../../src/instance/guest_instance.ts";
import { callbackImports, liveAllocations, loadCallbacks, PACKED } from "../_callbacks.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const SYMBOLS = {
  join: { parameters: ["string", "u8", "string"], result: "string" },
  version: { parameters: [], result: "string" },
  joinLater: {
    name: "join",
    parameters: ["string", "u8", "string"],
    result: "string",
    async: true,
  },
} as const;

function loadSymbols() {
  return load(guestUrl("c/symbols"), {
    convention: allocator({
      allocate: "malloc",
      free: "free",
      result: "packedPointerHigh",
      resultsFreedBy: "host",
    }),
    symbols: SYMBOLS,
  });
}

Deno.test("a call takes exactly the arguments that were declared", async () => {
  using guest = await loadSymbols();
  const { join, version, joinLater } = guest.symbols as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  const rows = [
    [join!, "join", ["a", 0x2d], "2 arguments", 3],
    [join!, "join", ["a", 0x2d, "b", "c"], "4 arguments", 3],
    [version!, "version", ["a"], "1 argument", 0],
  ] as const;
  for (const [symbol, name, args, given, expected] of rows) {
    const { message } = assertThrows(() => symbol(...args), TypeError);
    assertEquals(
      message,
      `Cannot call "${name}": it is given ${given}, expected ${expected}`,
    );
  }
  const { message } = await assertRejects(() => joinLater!("a") as Promise<unknown>, TypeError);
  assertEquals(message, 'Cannot call "join": it is given 1 argument, expected 3');
  assertEquals([guest.state, guest.symbols.join("a", 0x2d, "b")], ["ready", "a-b"]);
});

Deno.test("the blocks of the arguments before a refused one are freed, in both kinds of call", async () => {
  using guest = await loadSymbols();
  for (const second of ["\ud800", 5 as unknown as string]) {
    assertThrows(() => guest.symbols.join("first", 0x2d, second), TypeError);
    await assertRejects(() => guest.symbols.joinLater("first", 0x2d, second), TypeError);
    assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  }
  assertEquals(await guest.symbols.joinLater("a", 0x2d, "b"), "a-b");
});

Deno.test("a frame is not shared between a call and those within it", async () => {
  const seen: string[] = [];
  using guest = await loadCallbacks({
    answer(question) {
      if (question.length > 3) return question;
      // Two calls within this one, whose arguments are freed before it ends.
      seen.push(guest.symbols.ask(`${question}x`), guest.symbols.announce(question));
      return question.toUpperCase();
    },
  });
  assertEquals(guest.symbols.ask("abc"), "ABC");
  assertEquals(guest.symbols.ask_times("ab", 2), "AB");
  assertEquals(seen[0], "abcx");
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("a frame is not shared between nested calls of one symbol", async () => {
  using guest = await loadCallbacks({
    answer(question) {
      return question.length > 5 ? question : guest.symbols.ask_times(`${question}+`, 1);
    },
  });
  assertEquals(guest.symbols.ask_times("a", 1), "a+++++");
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("a failed call does not affect the next one", async () => {
  const failure = new Error("thrown");
  let fails = true;
  const env = callbackImports({
    log() {
      if (fails) throw failure;
    },
  });
  using guest = await load(guestUrl("c/callbacks_stack_pointer"), {
    convention: PACKED,
    imports: { env },
    symbols: {
      direct: { name: "announce", parameters: ["string"], result: "string" },
      // A nullable result has no direct form.
      inSteps: {
        name: "announce",
        parameters: [{ type: "string", nullable: true }],
        result: "string",
      },
    },
  });
  const top = (guest.exports.__stack_pointer as WebAssembly.Global).value;
  const { direct, inSteps } = guest.symbols;
  for (const call of [direct, inSteps, direct, inSteps]) {
    fails = true;
    let caught: unknown;
    try {
      call("longer than the next");
    } catch (error) {
      caught = error;
    }
    assertStrictEquals(caught, failure);
    assertEquals((guest.exports.__stack_pointer as WebAssembly.Global).value, top);
    fails = false;
    assertEquals(call("short"), "Hello, short!");
  }
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("blocks on the guest's stack are also freed after a call that was waited for", async () => {
  const area = { parameters: ["string"], result: { type: "string", form: "areaBefore" } } as const;
  const nullable = [{ type: "string", nullable: true }] as const;
  using guest = await load(guestUrl("c/bindgen_old"), {
    symbols: {
      echo: area,
      echoOrNothing: { ...area, name: "echo", parameters: nullable },
      echoLater: { ...area, name: "echo", async: true },
    },
  });
  const move = guest.exports.__wbindgen_add_to_stack_pointer as (by: number) => number;
  const top = move(0);
  assertEquals(guest.symbols.echo("now"), "now");
  assertEquals(guest.symbols.echoOrNothing("now"), "now");
  assertEquals(move(0), top);
  assertEquals(await guest.symbols.echoLater("later"), "later");
  assertEquals(move(0), top);
});

// If the host's stack ends within a call, the code that would clean up cannot be called either.

const STACK_END = new RangeError("Maximum call stack size exceeded");

/** Traps if the text begins with "t", and returns the text otherwise. */
const FAILING = assemble(`(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "run") (param i32 i32) (result i64)
    (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 116)) (then unreachable))
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
      (i64.extend_i32_u (local.get 1)))))`);

const OWNED = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
});

const FAILING_SYMBOLS = {
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
    using guest = await load(FAILING, { convention: OWNED, symbols: FAILING_SYMBOLS });
    const call: (text: string) => unknown = guest.symbols[symbol];
    for (let times = 0; times < warmUp; times++) await call("fine");
    assertEquals([await call("fine"), guest.state], ["fine", "ready"]);
    assertStrictEquals(await cutOff(() => call("trap")), STACK_END);
    assertEquals(guest.state, "poisoned");
    assertEquals(guestErrorOf(() => guest.symbols.run("fine")), [
      "poisoned",
      'Cannot call "run": the guest is poisoned, expected reset() first; it was: a call was interrupted, ' +
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
