import { assert, assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Guest, GuestError, hostFunction, load } from "../../../mod.ts";
import { reportCapacity } from "../../../src/detect/capacity.ts";
import { HostForms } from "../../../src/call/host/host_forms.ts";
import { GuestInstance } from "../../../src/instance/guest_instance.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import {
  callbackImports,
  liveAllocations,
  loadCallbacks,
  PACKED,
  SYMBOLS,
} from "../../_callbacks.ts";
import { guestErrorOf } from "../../_errors.ts";
import { guestUrl } from "../../_guests.ts";

for (const kind of ["", "_stack_pointer", "_stack_functions", "_64", "_shared"]) {
  Deno.test(`c/callbacks${kind} passes text to the host and gets text from it`, async () => {
    const lines: string[] = [];
    using guest = await loadCallbacks({
      log: (line) => void lines.push(`log ${line}`),
      answer: (question) => `${question.toUpperCase()}, 世界 🌍`,
      print: (line) => void lines.push(`print ${line}`),
    }, `c/callbacks${kind}`);
    const { announce, ask, ask_twice, say } = guest.symbols;
    assertEquals(announce("Grüße"), "Hello, Grüße!");
    assertEquals(ask("why"), "WHY, 世界 🌍");
    assertEquals(ask_twice("why"), "WHY, 世界 🌍, 世界 🌍");
    assertEquals(ask(""), ", 世界 🌍");
    assertEquals(say("\u{feff}a"), undefined);
    assertEquals(lines, ["log Hello, Grüße!", "print \u{feff}a"]);
    assertEquals(liveAllocations(guest), 0);
  });
}

for (const declared of ["as text", "as bytes"] as const) {
  const stackPointer = "c/callbacks_stack_pointer";

  Deno.test(`memory can grow in the callback, and when the guest allocates a block, ${declared}`, async () => {
    using guest = await loadCallbacks(
      {
        answer(question) {
          guest.memory.grow(1);
          return question.repeat(70_000);
        },
      },
      stackPointer,
      declared,
    );
    (guest.exports.grow_at as (nth: number) => void)(2);
    const before = guest.memory.size;
    assertEquals(guest.symbols.ask("ab"), "ab".repeat(70_000));
    // The host adds one page, the guest's allocator one, and 140,000 bytes take the others.
    assert(guest.memory.size >= before + 4 * 65536);
    assertEquals(guest.symbols.ask_times("x", 3), "x".repeat(70_000));
    assertEquals(liveAllocations(guest), 0);
  });

  Deno.test(`the host can call the guest again at any depth, ${declared}`, async () => {
    const states: string[] = [];
    using guest = await loadCallbacks(
      {
        answer(question) {
          states.push(guest.state);
          if (question.length < 5) return `<${guest.symbols.ask(`${question}.`)}>`;
          return guest.passString(question, "announce");
        },
      },
      stackPointer,
      declared,
    );
    assertEquals(guest.symbols.ask("a"), "<<<<Hello, a....!>>>>");
    assertEquals(guest.symbols.ask_twice("ab...").length, "Hello, Hello, ab...!!".length);
    assertEquals(states, Array(7).fill("calling"));
    assertEquals(guest.state, "ready");
    assertEquals(liveAllocations(guest), 0);
  });

  Deno.test(`a call within a call can fail without affecting the outer one, ${declared}`, async () => {
    const failure = new Error("within");
    using guest = await loadCallbacks(
      {
        log() {
          throw failure;
        },
        answer(question) {
          assertStrictEquals(assertThrows(() => guest.symbols.announce("x")), failure);
          assertThrows(() => guest.symbols.ask("\ud800"), TypeError);
          return `${guest.state}: ${question}`;
        },
      },
      stackPointer,
      declared,
    );
    assertEquals(guest.symbols.ask_times("still here", 100), "calling: still here");
    assertEquals(guest.symbols.canary(), 42);
    assertEquals(liveAllocations(guest), 0);
  });

  Deno.test(`a trap in a call within a call ends the outer one, even if the host catches it, ${declared}`, async () => {
    let calls = 0, live = 0;
    using guest = await loadCallbacks(
      {
        answer(question) {
          if (calls++ > 0) return question;
          assertThrows(() => guest.symbols.ask_and_trap("x"), GuestError, "trapped: unreachable");
          assertEquals(guest.state, "poisoned");
          live = liveAllocations(guest);
          return "as if nothing had happened";
        },
      },
      stackPointer,
      declared,
    );
    const first = 'Cannot complete "ask_and_trap": the guest trapped: unreachable';
    assertEquals(guestErrorOf(() => guest.symbols.ask("y")), [
      "poisoned",
      'Cannot return from import "env.answer": the guest is poisoned, expected reset() first; ' +
      `it was: ${first}`,
    ]);
    // No export of a guest that trapped is called, not even to free the host's blocks.
    assertEquals([calls, live, liveAllocations(guest)], [2, 3, 3]);
    guest.reset();
    assertEquals(guest.symbols.ask("z"), "z");
  });

  Deno.test(`reset() and close() are refused in a callback, and do no harm, ${declared}`, async () => {
    const refusals: unknown[] = [];
    using guest = await loadCallbacks(
      {
        answer(question) {
          refusals.push(guestErrorOf(() => guest.reset()), guestErrorOf(() => guest.close()));
          return question;
        },
      },
      stackPointer,
      declared,
    );
    const expected = [
      ["busy", "Cannot reset the guest: a call is in progress"],
      ["busy", "Cannot close the guest: a call is in progress"],
    ];
    assertEquals(guest.symbols.ask("symbol"), "symbol");
    assertEquals(refusals.splice(0), expected);
    // The raw export passes none of our texts, but still calls the host.
    (guest.exports.ask as (pointer: number, byteLength: number) => bigint)(0, 0);
    assertEquals(refusals, expected);
    assertEquals(guest.state, "ready");
  });

  Deno.test(`a promise from a callback that is not asynchronous is refused, and its rejection handled, ${declared}`, async () => {
    using guest = await loadCallbacks(
      {
        answer: (() => Promise.reject(new Error("unheard"))) as unknown as () => string,
        log: (async () => {}) as () => void,
      },
      stackPointer,
      declared,
    );
    for (const [symbol, name] of [["ask", "answer"], ["announce", "log"]] as const) {
      assertEquals(guestErrorOf(() => guest.symbols[symbol]("x")), [
        "asynchronous",
        `Cannot return a promise from import "env.${name}": expected a host function declared with ` +
        "async: true, and a symbol with async: true to call the guest by",
      ]);
    }
    // An unhandled rejection would end the test here.
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  });
}

Deno.test("a host function that is entered again before it returned has its own arguments", async () => {
  let depth = 0;
  using guest = await load(guestUrl("c/host_forms"), {
    convention: PACKED,
    missing: "trap",
    symbols: {
      give_area_after: { parameters: [], result: "string" },
      give_number: { parameters: ["i32"], result: "i64" },
    },
    imports: {
      env: {
        give_area_after: hostFunction(
          { parameters: ["i32"], result: { type: "string", form: "areaAfter" } },
          (mark): string => depth++ < 3 ? `${mark} ${guest.symbols.give_area_after()}` : "end",
        ),
        give_number: hostFunction(
          { parameters: ["i32"], result: "i64" },
          (mark): bigint => mark > 0 ? guest.symbols.give_number(mark - 1) * 2n : 1n,
        ),
      },
    },
  });
  assertEquals(guest.symbols.give_area_after(), "-7 -7 -7 end");
  assertEquals(guest.symbols.give_number(40), 1n << 40n);
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("JavaScript values that were passed are released after the call", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let held: WeakRef<object> | undefined;
  using guest = await load(guestUrl("wat/js_string_imports"), {
    symbols: { announce: { parameters: ["externref"], result: "void" } },
    imports: {
      env: {
        log: hostFunction({ parameters: ["externref"], result: "void" }, (value) => {
          held = new WeakRef(value as object);
        }),
        answer: () => null,
      },
    },
  });
  guest.symbols.announce({ size: "1 GiB" });
  guest.symbols.announce({ size: "another, for what V8 keeps of the last call" });
  const first = held!;
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  assertEquals(first.deref(), undefined);
});

Deno.test("a recursion between guest and host that is too deep leaves no call in progress", async () => {
  const answer = (question: string): string => guest.symbols.ask(question);
  using guest: Guest<typeof STRINGS> = await load(guestUrl("wat/js_string_imports"), {
    symbols: STRINGS,
    imports: {
      env: {
        log() {},
        answer: hostFunction({ parameters: ["string", "i32"], result: "string" }, answer),
      },
    },
  });
  const error = assertThrows(() => guest.symbols.ask("x"), Error);
  assertMatch(error.message, /Maximum call stack size exceeded/);
  assert(guest.state !== "calling", guest.state);
  guest.reset();
  assertEquals(guest.state, "ready");
});

const STRINGS = { ask: { parameters: ["string"], result: "string" } } as const;

Deno.test("host functions of one guest can be another's symbols", async () => {
  using shout = await load(guestUrl("c/shout_length"));
  const env = { ...callbackImports({ answer: (text) => shout.passString(text) }) };
  using guest = await load(guestUrl("c/callbacks"), {
    convention: PACKED,
    imports: { env },
    symbols: SYMBOLS,
  });
  assertEquals(guest.symbols.ask("both"), "BOTH");
});

Deno.test("a host function has no instance yet when the start function calls it, but later", () => {
  const hostPlan = makeHostPlan({ parameters: ["i32"], result: "externref" }, "(i32) -> externref");
  const home: { instance: GuestInstance | undefined } = { instance: undefined };
  const busy: unknown[] = [];
  const callback = (number: unknown) => {
    busy.push(home.instance?.busy);
    return (number as number) > 5 ? Promise.resolve(number) : number;
  };
  const call = new HostForms(hostPlan, false).on(callback, home);
  assertEquals(call(5), 5);
  // A promise is a value like any other.
  assert(call(6) instanceof Promise);
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])),
  );
  home.instance = new GuestInstance({
    exports,
    compiled: { info: undefined },
    memory: undefined,
    address64: () => false,
    reported: () => reportCapacity(PACKED, undefined),
  });
  assertEquals(call(5), 5);
  assertEquals([busy, home.instance.busy], [[undefined, undefined, true], false]);
});
