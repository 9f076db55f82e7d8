import { load } from "../../mod.ts";
import { KnownForm } from "../../src/instance/known_form.ts";
import { whenOften } from "../../src/call/when_often.ts";
import { loadCallbacks } from "../_callbacks.ts";
import { guestUrl } from "../_guests.ts";
import { forcedTier, forceTier } from "../../src/call/tier.ts";
import { assertEquals } from "@std/assert";

Deno.test("what is called often is replaced once, and every call is answered", () => {
  let made = 0;
  const replaced: unknown[] = [];
  const plain = (value: number) => value + 1;
  const fast = (value: number) => value + 1;
  const call = whenOften(plain, () => (made++, fast), (it) => replaced.push(it));
  for (let times = 1; times <= 300; times++) {
    assertEquals(call(times), times + 1);
    assertEquals(made, times < 100 ? 0 : 1);
  }
  assertEquals(replaced, [fast]);
});

Deno.test("where nothing can be made, the plain function takes its own place", () => {
  const plain = () => 7;
  let replaced: unknown;
  const call = whenOften(plain, () => undefined, (it) => replaced = it);
  for (let times = 0; times < 100; times++) call();
  assertEquals(replaced, plain);
});

Deno.test("what was made for an instance before is taken at once, and is its own after a while", () => {
  const known = new KnownForm();
  const made: (KnownForm | undefined)[] = [];
  const { patience } = known;
  /**
   * Returns the calls after which something was compiled, for an instance that is called so often.
   */
  function callInstance(count: number): number[] {
    const plain = (value: number) => value + 1;
    const at: number[] = [];
    let call = plain;
    const make = (form?: KnownForm) => {
      made.push(form);
      form?.keep("source", plain);
      return (value: number) => value + 1;
    };
    const often = whenOften(plain, make, (it) => call = it, known);
    call = often;
    let before = made.length;
    for (let times = 1; times <= count; times++) {
      assertEquals(call(times), times + 1);
      if (made.length > before) at.push(times);
      before = made.length;
    }
    return at;
  }
  assertEquals(callInstance(300), [100]);
  assertEquals(callInstance(300), [1]);
  assertEquals(callInstance(3 * patience), [1, patience + 1]);
  // The next one has to be called twice as often to get its own.
  assertEquals(callInstance(3 * patience), [1, 2 * patience + 1]);
  assertEquals(made, [known, known, known, undefined, known, undefined]);
  assertEquals([known.find("source") !== undefined, known.find("another")], [true, undefined]);
});

/** Runs `act`, and passes it a function that returns how often source was written meanwhile. */
async function countSources(act: (written: () => number) => Promise<void>): Promise<void> {
  const { Function } = globalThis;
  const tier = forcedTier();
  let written = 0;
  forceTier(undefined); // this test tries the switch itself, even in a run that forces one tier
  globalThis.Function = class extends Function {
    constructor(...parts: string[]) {
      super(...parts);
      written++;
    }
  } as FunctionConstructor;
  try {
    await act(() => written);
  } finally {
    globalThis.Function = Function;
    forceTier(tier);
  }
}

Deno.test("source is written for a symbol that is called often, not for a few calls", () =>
  countSources(async (written) => {
    using guest = await load(guestUrl("c/echo_length"));
    for (let times = 1; times <= 150; times++) {
      assertEquals(guest.passString(`text ${times}`, "echo"), `text ${times}`);
      assertEquals(written(), times < 100 ? 0 : 1);
    }
    for (let resets = 0; resets < 50; resets++) {
      guest.reset();
      for (let times = 1; times <= 150; times++) {
        assertEquals(guest.passString(`text ${times}`, "echo"), `text ${times}`);
      }
    }
    assertEquals(written(), 1);
  }));

Deno.test("source is written for a host function that is called often, not for a few calls", () =>
  countSources(async (written) => {
    using guest = await loadCallbacks({ answer: (question) => question + "!" });
    const before = written(); // symbols of numbers have source of their own from the first call on
    for (let times = 1; times <= 60; times++) {
      assertEquals(guest.symbols.ask_twice(`text ${times}`), `text ${times}!!`);
      assertEquals(written() - before, times < 50 ? 0 : 1);
    }
    for (let resets = 0; resets < 20; resets++) {
      guest.reset();
      for (let times = 1; times <= 60; times++) {
        assertEquals(guest.symbols.ask_twice(`text ${times}`), `text ${times}!!`);
      }
    }
    // By now, the symbol has been called often as well.
    assertEquals(written() - before, 2);
  }));
