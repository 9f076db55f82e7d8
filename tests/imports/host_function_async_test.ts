import { assertEquals, assertRejects } from "@std/assert";
import { allocator, type GuestError, hostFunction, load, type LoadOptions } from "../../mod.ts";
import { liveAllocations } from "../_callbacks.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { afterAWhile, loadLater, rejectionOf } from "./_async.ts";

for (const kind of ["", "_stack_pointer", "_stack_functions", "_64", "_shared"]) {
  Deno.test(`an asynchronous symbol of c/callbacks${kind} waits for its host function`, async () => {
    using guest = await loadLater(async (question) => {
      await afterAWhile();
      return `${question}, 世界 🌍`;
    }, { name: `c/callbacks${kind}` });
    const pending = guest.symbols.ask("Grüße");
    assertEquals([pending instanceof Promise, guest.state], [true, "calling"]);
    assertEquals(await pending, "Grüße, 世界 🌍");
    assertEquals(await guest.symbols.ask_twice("a"), "a, 世界 🌍, 世界 🌍");
    assertEquals(await guest.symbols.ask_times("a", 20), "a, 世界 🌍");
    assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  });
}

Deno.test("an asynchronous symbol returns a promise even if it need not wait", async () => {
  const lines: string[] = [];
  using guest = await loadLater((question) => Promise.resolve(question), {
    log: (line) => void lines.push(line),
  });
  const pending = guest.symbols.announce("x");
  assertEquals(pending instanceof Promise, true);
  assertEquals(await pending, "Hello, x!");
  assertEquals(lines, ["Hello, x!"]);
  using plain = await load(guestUrl("c/echo_length"), {
    symbols: { echo: { parameters: ["string"], result: "string", async: true } },
  });
  assertEquals(await plain.symbols.echo("nothing to wait for"), "nothing to wait for");
});

Deno.test("a host function that is declared asynchronous may return at once", async () => {
  using guest = await loadLater(((question: string) => `${question}!`) as never);
  assertEquals(await guest.symbols.ask("why"), "why!");
});

Deno.test("overlapping calls are refused, and the first call completes", async () => {
  using guest = await loadLater(async (question) => {
    await afterAWhile();
    return question;
  });
  const first = guest.symbols.ask("first");
  const waiting = (symbol: string) => [
    "busy",
    `Cannot call "${symbol}": "ask" is being waited for, expected one asynchronous call of an ` +
    "instance at a time",
  ];
  assertEquals(await rejectionOf(guest.symbols.ask("second")), waiting("ask"));
  assertEquals(await rejectionOf(guest.symbols.announce("third")), waiting("announce"));
  assertEquals(guestErrorOf(() => guest.symbols.announceNow("fourth")), waiting("announce"));
  assertEquals(guestErrorOf(() => guest.passString("fifth", "announce")), waiting("announce"));
  assertEquals(await first, "first");
  assertEquals(guest.symbols.announceNow("after it"), "Hello, after it!");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("reset() is refused while a call is waited for", async () => {
  const refusals: unknown[] = [];
  using guest = await loadLater(async (question) => {
    await afterAWhile();
    refusals.push(guestErrorOf(() => guest.reset()));
    return question;
  });
  const pending = guest.symbols.ask("x");
  const expected = ["busy", "Cannot reset the guest: a call is in progress"];
  assertEquals(guestErrorOf(() => guest.reset()), expected as never);
  assertEquals(await pending, "x");
  assertEquals(refusals, [expected]);
  const { ask } = guest.symbols;
  guest.reset();
  assertEquals(await ask("after the reset"), "after the reset");
  guest.close();
  assertEquals(await rejectionOf(ask("y")), [
    "disposed",
    'Cannot call "ask": the guest is disposed',
  ]);
});

Deno.test("a host function can call the guest again until it has to wait itself", async () => {
  const answers: string[] = [];
  using guest = await loadLater(async (question) => {
    // The guest is not suspended yet: this call is within the other one.
    answers.push(guest.symbols.announceNow(question));
    await afterAWhile();
    answers.push(guestErrorOf(() => guest.symbols.announceNow("late"))[0]);
    return question;
  }, {
    log(line) {
      // It is within a call that was waited for, and goes on.
      if (line === "Hello, nested!") answers.push(guest.symbols.announceNow("twice nested"));
    },
  });
  assertEquals(await guest.symbols.ask_twice("nested"), "nested");
  assertEquals(answers, [
    "Hello, twice nested!",
    "Hello, nested!",
    "busy",
    "Hello, twice nested!",
    "Hello, nested!",
    "busy",
  ]);
  assertEquals([guest.symbols.canary(), liveAllocations(guest)], [42, 0]);
});

Deno.test("an asynchronous symbol cannot be called by a host function of the same guest", async () => {
  const refusals: Promise<[string, string]>[] = [];
  using guest = await loadLater((question) => {
    refusals.push(rejectionOf(guest.symbols.ask("within")));
    return Promise.resolve(question);
  }, {
    log() {
      refusals.push(rejectionOf(guest.symbols.announce("within")));
    },
  });
  assertEquals(await guest.symbols.ask("x"), "x");
  assertEquals(guest.symbols.announceNow("x"), "Hello, x!");
  // The same happens if the guest was called through its raw export.
  (guest.exports.announce as (pointer: number, byteLength: number) => bigint)(0, 0);
  const within = (symbol: string): [string, string] => [
    "busy",
    `Cannot call "${symbol}": the host function that calls it is called by the guest itself, ` +
    "expected one asynchronous call of an instance at a time",
  ];
  assertEquals(await Promise.all(refusals), [
    within("ask"),
    within("announce"),
    within("announce"),
  ]);
  assertEquals(guest.state, "ready");
});

Deno.test("a result is lowered while the guest waits, into memory that grew in the meantime", async () => {
  using guest = await loadLater(async (question) => {
    await afterAWhile();
    guest.memory.grow(1);
    (guest.exports.grow_at as (nth: number) => void)(1);
    return question.repeat(100_000);
  });
  assertEquals(await guest.symbols.ask("ab"), "ab".repeat(100_000));
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("the error of a synchronous call that would have to wait shows the option to set", async () => {
  let calls = 0;
  using guest = await loadLater((question) => {
    calls++;
    return Promise.resolve(question);
  });
  const expected: [GuestError["code"], string] = [
    "asynchronous",
    'Cannot wait in "ask": it reaches an asynchronous import, expected a symbol that is declared ' +
    "with async: true in the option symbols",
  ];
  assertEquals(guestErrorOf(() => guest.passString("x", "ask")), expected);
  assertEquals(guestErrorOf(() => guest.passBytes(new Uint8Array(1), "ask")), expected);
  assertEquals(guestErrorOf(() => guest.symbols.askNow("x")), expected);
  assertEquals([calls, guest.state, liveAllocations(guest)], [0, "ready", 0]);
  // A symbol that does not reach an asynchronous import need not wait.
  assertEquals(guest.passString("x", "announce"), "Hello, x!");
});

Deno.test("a call within an asynchronous one cannot wait either", async () => {
  const refusals: unknown[] = [];
  using guest = await loadLater((question) => Promise.resolve(question), {
    log() {
      refusals.push(guestErrorOf(() => guest.symbols.askNow("x"))[0]);
    },
  });
  assertEquals(await guest.symbols.announce("y"), "Hello, y!");
  assertEquals(refusals, ["asynchronous"]);
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("a wrong number of arguments is a rejection without a call", async () => {
  using guest = await loadLater((question) => Promise.resolve(question));
  const ask = guest.symbols.ask as (...args: unknown[]) => Promise<string>;
  const error = await assertRejects(() => ask("x", "y"), TypeError);
  assertEquals(error.message, 'Cannot call "ask": it is given 2 arguments, expected 1');
  await assertRejects(() => ask(5), TypeError);
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("a call that needs several calls of the guest cannot be asynchronous", async () => {
  const refuse = async (name: string, options: LoadOptions) => {
    const { problems } = await loadErrorOf(() => load(guestUrl(name), options as never));
    return problems;
  };
  const convention = allocator({ allocate: "malloc", free: "free" });
  const several = 'it is called several times for one result, expected neither "chunked" nor the ' +
    'capacity "query" beside async: true';
  assertEquals(
    await refuse("c/result_output_needed", {
      convention,
      symbols: {
        echo: {
          parameters: ["string"],
          output: { capacity: "query" },
          arguments: ["output", "capacity", { text: 0, as: "pointer" }, {
            text: 0,
            as: "byteLength",
          }],
          result: { type: "string", pointer: "output", length: "result" },
          async: true,
        },
      },
    }),
    [`symbol "echo": Cannot wait in "echo": ${several}`],
  );
  assertEquals(
    await refuse("c/chunked_number", {
      symbols: {
        sum: {
          parameters: ["bytes"],
          result: "u32",
          chunked: { init: "init", update: "update", final: "final" },
          async: true,
        },
      },
    }),
    [`symbol "sum": Cannot wait in "final": ${several}`],
  );
});

Deno.test("an asynchronous symbol takes the same as others: an output buffer, numbers", async () => {
  using guest = await load(guestUrl("c/result_output_needed"), {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: {
      echo: {
        parameters: ["string"],
        output: { capacity: 64 },
        arguments: ["output", "capacity", { text: 0, as: "pointer" }, {
          text: 0,
          as: "byteLength",
        }],
        result: { type: "string", pointer: "output", length: "result" },
        async: true,
      },
    },
  });
  assertEquals(await guest.symbols.echo("filled"), "filled");
});

Deno.test("JavaScript strings wait as well", async () => {
  using guest = await load(guestUrl("wat/js_string_imports"), {
    symbols: { ask: { parameters: ["string"], result: "string", async: true } },
    imports: {
      env: {
        log() {},
        answer: hostFunction(
          { parameters: ["string", "u32"], result: "string", async: true },
          async (question, units) => {
            await afterAWhile();
            return `${question}${units}`;
          },
        ),
      },
    },
  });
  assertEquals(await guest.symbols.ask("\ud800"), "\ud8001");
});

Deno.test("a function that the engine suspends can be imported directly", async () => {
  const { Suspending } = WebAssembly as unknown as {
    Suspending: new (fn: (value: number) => Promise<number>) => unknown;
  };
  const answer = new Suspending(async (number) => {
    await afterAWhile();
    return number;
  });
  using guest = await load(guestUrl("wat/js_string_imports"), {
    symbols: { ask: { parameters: ["string"], result: "externref", async: true } },
    imports: { env: { log() {}, answer } },
  });
  assertEquals(await guest.symbols.ask("as it is"), "as it is");
});

Deno.test("a plain async function is refused if the guest expects a number", async () => {
  const answer = async () => await Promise.resolve(5n);
  const imports = { env: { log: async () => {}, answer } };
  const { problems } = await loadErrorOf(() =>
    load(guestUrl("c/callbacks"), { imports, missing: "trap" })
  );
  assertEquals(problems, [
    'import[1] "env.answer" (i32, i32) -> i64: it is an async function, expected hostFunction() with ' +
    "async: true in its declaration",
  ]);
  // A promise is a reference like any other.
  using guest = await load(guestUrl("wat/js_string_imports"), {
    symbols: { ask: { parameters: ["string"], result: "externref" } },
    imports: { env: { log() {}, answer } },
  });
  assertEquals(await guest.symbols.ask("x"), 5n);
});
