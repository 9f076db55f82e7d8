import { load } from "../../mod.ts";
import { Forms, type Made, MOST_PATIENCE, PATIENCE } from "../../src/call/call.ts";
import { loadCallbacks } from "../_callbacks.ts";
import { guestUrl } from "../_guests.ts";
import { inTier, withSources } from "../_tiers.ts";
import { assertEquals } from "@std/assert";

type AddOne = (value: number) => number;

const run: AddOne = (value) => value + 1;

/** Registers a test that counts calls or sources, so it forces no tier. */
function testCounted(name: string, act: () => void | Promise<void>): void {
  Deno.test(name, () => inTier(undefined, act));
}

/** A call of one instance. */
function improve(forms: Forms<string, AddOne>, instance = "one"): Made<AddOne> {
  return forms.improve(instance, run);
}

testCounted("a function that is called often is replaced once, and every call returns", () => {
  let compiled = 0;
  const fast: AddOne = (value) => value + 1;
  const forms = new Forms<string, AddOne>(() => (compiled++, () => fast));
  const made = improve(forms);
  for (let times = 1; times <= 300; times++) {
    assertEquals(made.call(times), times + 1);
    assertEquals([compiled, made.compiled], times < 100 ? [0, undefined] : [1, fast]);
  }
});

testCounted(
  "a call that cannot be compiled stays in the run form, and compiling is tried only once",
  () => {
    let asked = 0;
    const forms = new Forms<string, AddOne>(() => (asked++, undefined));
    for (let instances = 0; instances < 3; instances++) {
      const made = improve(forms);
      for (let times = 0; times < 100; times++) assertEquals(made.call(times), times + 1);
      assertEquals([made.call, made.compiled, asked], [run, undefined, 1]);
    }
  },
);

testCounted("an instance takes what was compiled for one before, and its own after a while", () => {
  const compiled: string[] = [];
  const forms = new Forms<string, AddOne>((instance) => {
    compiled.push(instance);
    return () => (value) => value + 1;
  });
  /**
   * Calls an instance `count` times, and returns the numbers of the calls after which something was
   * compiled.
   */
  function callInstance(instance: string, count: number): number[] {
    const at: number[] = [];
    const made = improve(forms, instance);
    for (let times = 1; times <= count; times++) {
      const before = compiled.length;
      assertEquals(made.call(times), times + 1);
      if (compiled.length > before) at.push(times);
    }
    return at;
  }
  assertEquals(callInstance("first", 300), [100]);
  assertEquals(callInstance("second", 300), []);
  assertEquals(callInstance("third", 3 * PATIENCE), [PATIENCE]);
  // The next one has to be called twice as often to get its own.
  assertEquals(callInstance("fourth", 3 * PATIENCE), [2 * PATIENCE]);
  assertEquals(compiled, ["first", "third", "fourth"]);
});

testCounted("a guest that is reset often gets a function of its own again and again", () => {
  let compiled = 0;
  const forms = new Forms<string, AddOne>(() => (compiled++, () => run));
  const callInstance = (count: number) => {
    const made = improve(forms);
    for (let times = 0; times < count; times++) made.call(times);
  };
  callInstance(100);
  for (let reset = 1; reset <= 6; reset++) {
    callInstance(MOST_PATIENCE - 1);
    assertEquals(compiled, Math.min(1 + reset, 4));
  }
  for (let reset = 1; reset <= 3; reset++) {
    callInstance(MOST_PATIENCE);
    assertEquals(compiled, 4 + reset);
  }
});

testCounted("the first instance shares its function, and gets another when it is called on", () => {
  const compiled: string[] = [];
  const forms = new Forms<string, AddOne>((instance) => {
    compiled.push(instance);
    return () => (value) => value + 1;
  });
  const first = improve(forms, "first");
  for (let times = 1; times <= 100; times++) first.call(times);
  const own = first.compiled;
  const second = improve(forms, "second");
  assertEquals(first.compiled, own);
  assertEquals(second.call(1), 2);
  assertEquals([first.compiled, second.compiled], [undefined, undefined]);
  for (let times = 1; times < PATIENCE; times++) assertEquals(first.call(times), times + 1);
  assertEquals(compiled, ["first"]);
  assertEquals(first.call(1), 2);
  assertEquals(compiled, ["first", "first"]);
  assertEquals(second.call(1), 2);
  assertEquals([first.compiled?.(1), second.compiled], [2, undefined]);
});

testCounted("an instance that was made before another is compiled shares its function too", () => {
  const compiled: string[] = [];
  const forms = new Forms<string, AddOne>((instance) => {
    compiled.push(instance);
    return () => (value) => value + 1;
  });
  const [first, second] = [improve(forms, "first"), improve(forms, "second")];
  for (let times = 0; times < 100; times++) first.call(times);
  for (let times = 0; times <= PATIENCE; times++) second.call(times);
  assertEquals(compiled, ["first", "second"]);
});

Deno.test("a forced tier is used from the first call on, and for all calls", async () => {
  const fast: AddOne = (value) => value + 1;
  const forms = new Forms<string, AddOne>(() => () => fast);
  await inTier("compiled", () => assertEquals(improve(forms).call, fast));
  await inTier("run", () => {
    const made = improve(forms);
    for (let times = 0; times < 300; times++) made.call(times);
    assertEquals(made.call, run);
  });
});

testCounted(
  "source is written for a symbol that is called often, not for a few calls",
  () =>
    withSources(async (sources) => {
      using guest = await load(guestUrl("c/echo_length"));
      for (let times = 1; times <= 150; times++) {
        assertEquals(guest.passString(`text ${times}`, "echo"), `text ${times}`);
        assertEquals(sources.length, times < 100 ? 0 : 1);
      }
      for (let resets = 0; resets < 50; resets++) {
        guest.reset();
        for (let times = 1; times <= 150; times++) {
          assertEquals(guest.passString(`text ${times}`, "echo"), `text ${times}`);
        }
      }
      assertEquals(sources.length, 1);
    }),
);

testCounted(
  "source is written for a host function that is called often, not for a few calls",
  () =>
    withSources(async (sources) => {
      using guest = await loadCallbacks({ answer: (question) => question + "!" });
      const before = sources.length; // symbols of numbers have source of their own from the first call on
      for (let times = 1; times <= 60; times++) {
        assertEquals(guest.symbols.ask_twice(`text ${times}`), `text ${times}!!`);
        assertEquals(sources.length - before, times < 50 ? 0 : 1);
      }
      for (let resets = 0; resets < 20; resets++) {
        guest.reset();
        for (let times = 1; times <= 60; times++) {
          assertEquals(guest.symbols.ask_twice(`text ${times}`), `text ${times}!!`);
        }
      }
      // By now, the symbol has been called often as well.
      assertEquals(sources.length - before, 2);
    }),
);
