import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, load } from "../../mod.ts";
import { callbackImports, liveAllocations, loadCallbacks, PACKED } from "../_callbacks.ts";
import { guestUrl } from "../_guests.ts";

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
    [join!, "join", ["a", 0x2d], 2, 3],
    [join!, "join", ["a", 0x2d, "b", "c"], 4, 3],
    [version!, "version", ["a"], 1, 0],
  ] as const;
  for (const [symbol, name, args, given, expected] of rows) {
    const { message } = assertThrows(() => symbol(...args), TypeError);
    assertEquals(
      message,
      `Cannot call "${name}": it is given ${given} arguments, expected ${expected}`,
    );
  }
  const { message } = await assertRejects(() => joinLater!("a") as Promise<unknown>, TypeError);
  assertEquals(message, 'Cannot call "join": it is given 1 arguments, expected 3');
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

Deno.test("nor is it between calls of one symbol within each other", async () => {
  using guest = await loadCallbacks({
    answer(question) {
      return question.length > 5 ? question : guest.symbols.ask_times(`${question}+`, 1);
    },
  });
  assertEquals(guest.symbols.ask_times("a", 1), "a+++++");
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("a failed call leaves nothing for the next", async () => {
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
