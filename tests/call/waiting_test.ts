// Calls that wait for promises, in both tiers.
import { assertEquals } from "@std/assert";
import { allocator, type Guest, hostFunction, jsStrings, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { callbackImports, liveAllocations, PACKED, SYMBOLS } from "../_callbacks.ts";
import { guestUrl } from "../_guests.ts";
import { inTier, withSources } from "../_tiers.ts";

const LATER = {
  ask: { ...SYMBOLS.ask, async: true },
  ask_twice: { ...SYMBOLS.ask_twice, async: true },
  ask_and_trap: { ...SYMBOLS.ask_and_trap, async: true },
  canary: SYMBOLS.canary,
} as const;

/** Registers a test of a guest whose host function returns a promise, in both tiers. */
function testLater(
  name: string,
  answer: (question: string, guest: Guest<typeof LATER>) => unknown,
  act: (guest: Guest<typeof LATER>) => Promise<void>,
): void {
  for (const tier of ["run", "compiled"] as const) {
    Deno.test(`${name}, in the tier "${tier}"`, () =>
      inTier(tier, async () => {
        const made: { guest?: Guest<typeof LATER> } = {};
        const imports = {
          env: {
            ...callbackImports({}),
            answer: hostFunction(
              { parameters: ["string"], result: "string", async: true },
              (question) => answer(question, made.guest!) as Promise<string>,
            ),
          },
        };
        using guest = made.guest = await load(guestUrl("c/callbacks_stack_pointer"), {
          convention: PACKED,
          imports,
          symbols: LATER,
        });
        await act(guest);
        assertEquals(liveAllocations(guest), 0);
      }));
  }
}

/** Returns the value of a promise, or the message of its error. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: Error) => error.message);
}

/** Settles later than all promises that have settled by now. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

testLater(
  "the guest is called, waits, and is ready when the promise settles",
  async (question) => {
    await later();
    return `${question}!`;
  },
  async (guest) => {
    const pending = guest.symbols.ask_twice("Grüße");
    assertEquals([pending instanceof Promise, guest.state], [true, "calling"]);
    assertEquals(await outcome(guest.symbols.ask("b")), BUSY);
    assertEquals(guest.state, "calling");
    assertEquals([await pending, guest.state], ["Grüße!!", "ready"]);
    assertEquals(await guest.symbols.ask("c"), "c!");
  },
);

const BUSY =
  'Cannot call "ask": "ask_twice" is being waited for, expected one asynchronous call of ' +
  "an instance at a time";

testLater(
  "a host function may return a value that is not a promise",
  (question) =>
    question.length > 1 ? { then: (take: (text: string) => void) => take("then") } : "x",
  async (guest) => {
    assertEquals(await guest.symbols.ask("a"), "x");
    assertEquals(await guest.symbols.ask("aa"), "then");
  },
);

testLater(
  "an error is a rejection, and leaves nothing behind",
  async (question) => {
    if (question === "sync") throw new Error("at once");
    await later();
    if (question === "later") throw new Error("later");
    if (question === "trap") throw new WebAssembly.RuntimeError("of the host");
    return question === "number" ? 5 : question;
  },
  async (guest) => {
    const { ask, ask_and_trap } = guest.symbols;
    assertEquals(
      await outcome((ask as () => Promise<string>)()),
      'Cannot call "ask": it is given 0 arguments, expected 1',
    );
    assertEquals(
      await outcome(ask(5 as never)),
      'Cannot pass argument 0 to "ask": it is 5, expected a string',
    );
    assertEquals(await outcome(ask("sync")), "at once");
    assertEquals(await outcome(ask("later")), "later");
    assertEquals([await outcome(ask("trap")), guest.state], ["of the host", "ready"]);
    assertEquals(
      await outcome(ask("number")),
      'Cannot return a value from import "env.answer": it is 5, expected a string',
    );
    assertEquals([await ask("x"), guest.state], ["x", "ready"]);
    assertEquals(
      await outcome(ask_and_trap("x")),
      'Cannot complete "ask_and_trap": the guest trapped: unreachable',
    );
    assertEquals(guest.state, "poisoned");
    guest.reset();
    assertEquals(await ask("y"), "y");
  },
);

testLater(
  "a nested call is made while the host function runs, and none once it waits",
  async (question, guest) => {
    const canary = guest.symbols.canary();
    await later();
    return `${question} ${typeof canary}`;
  },
  async (guest) => {
    assertEquals(await guest.symbols.ask_twice("a"), "a number number");
  },
);

for (const tier of ["run", "compiled"] as const) {
  Deno.test(`a call that waits is given up by close(), in the tier "${tier}"`, () =>
    inTier(tier, async () => {
      const settled = Promise.withResolvers<string>();
      const guest = await load(guestUrl("c/callbacks_stack_pointer"), {
        convention: PACKED,
        symbols: LATER,
        imports: {
          env: {
            ...callbackImports({}),
            answer: hostFunction(
              { parameters: ["string"], result: "string", async: true },
              () => settled.promise,
            ),
          },
        },
      });
      const pending = guest.symbols.ask("x");
      guest.close();
      assertEquals(await outcome(pending), 'Cannot complete "ask": the guest is disposed');
      settled.resolve("y");
      await later();
      assertEquals(guest.state, "disposed");
    }));
}

for (const tier of ["run", "compiled"] as const) {
  Deno.test(`a value that the fast form leaves to the run form is passed, in the tier "${tier}"`, () =>
    inTier(tier, async () => {
      using guest = await load(
        assemble(`(module
          (memory (export "memory") 1)
          (global $live (export "live") (mut i32) (i32.const 0))
          (func (export "malloc") (param i32) (result i32)
            (global.set $live (i32.add (global.get $live) (i32.const 1))) (i32.const 64))
          (func (export "free") (param i32)
            (global.set $live (i32.sub (global.get $live) (i32.const 1))))
          (func (export "is_null") (param i32 i32 externref) (result i32)
            (ref.is_null (local.get 2))))`),
        {
          convention: jsStrings(),
          symbols: {
            is_null: {
              parameters: [
                { type: "string", nullable: true },
                {
                  type: "bytes",
                  place: { kind: "allocator", allocate: "malloc", free: "free" },
                  freedBy: "host",
                },
              ],
              arguments: [
                { text: 1, as: "pointer" },
                { text: 1, as: "byteLength" },
                { parameter: 0 },
              ],
              result: "bool",
              async: true,
            },
          },
        },
      );
      const isNull = (value: string | null) => guest.symbols.is_null(value, Uint8Array.of(1, 2));
      assertEquals([await isNull("é"), await isNull(null), await isNull("a")], [
        false,
        true,
        false,
      ]);
      const { live } = guest.exports as { live: WebAssembly.Global };
      assertEquals([live.value, guest.state], [0, "ready"]);
    }));
}

Deno.test("an asynchronous call and its host function are compiled after many calls", () =>
  inTier(undefined, () =>
    withSources(async (sources) => {
      using guest = await load(
        assemble(`(module
        (import "env" "next" (func $next (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "malloc") (param i32) (result i32) (i32.const 64))
        (func (export "free") (param i32))
        (func (export "count") (param i32 i32 i32) (result i32)
          (i32.add (local.get 1) (call $next (local.get 2)))))`),
        {
          convention: allocator({ allocate: "malloc", free: "free", result: "inPlace" }),
          symbols: { count: { parameters: ["string", "i32"], result: "i32", async: true } },
          imports: {
            env: {
              next: hostFunction(
                { parameters: ["i32"], result: "i32", async: true },
                (value) => Promise.resolve(value + 1),
              ),
            },
          },
        },
      );
      const made = [];
      for (let times = 1; times <= 250; times++) {
        assertEquals(await guest.symbols.count("é", times), times + 3);
        made.push(sources.filter((source) => /\bawait\b/.test(source)).length);
      }
      assertEquals([made[98], made[99], made[249]], [0, 2, 2]);
    })));
