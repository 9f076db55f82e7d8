import { assertEquals, assertRejects } from "@std/assert";
import { compile, GuestError, LoadError } from "../../mod.ts";
import { type WorkerPool, workerPool } from "../../src/pool/worker_pool.ts";
import type { calls } from "./_pool_worker.ts";
import { guestPath } from "../_guests.ts";

type Calls = typeof calls;

const module = new URL("./_pool_worker.ts", import.meta.url);

const start = () => new Worker(module, { type: "module" });

/** Far more than a worker takes to start, because `deno test` checks the types of its module. */
const startTimeout = 120_000;

/** Makes a pool of workers for a guest of C. */
function makePool(
  size: number,
  { guest = "c/traps", queue }: { guest?: string; queue?: number } = {},
): Promise<WorkerPool<Calls>> {
  return workerPool<Calls>(guestPath(guest), { size, queue, start, startTimeout });
}

Deno.test("a call runs in a worker, with copies of its arguments and its result", async () => {
  const compiled = await compile(guestPath("c/shout_length"));
  await using workers = await workerPool<Calls>(compiled, { size: 1, start, startTimeout });
  const text: string = await workers.call("pass", ["hello", "shout"]);
  assertEquals(text, "HELLO");
  const bytes = Uint8Array.of(1, 2);
  assertEquals(await workers.call("bytes", [bytes]), Uint8Array.of(2, 3));
  assertEquals(bytes, Uint8Array.of(1, 2));
  assertEquals(await workers.call("later", ["x"]), "x");
  // @ts-expect-error: a number is no text
  await workers.call("later", [1]);
  // @ts-expect-error: there is no such function
  await assertRejects(() => workers.call("latter", []), TypeError, 'did you mean "later"?');
});

Deno.test("a component runs in a worker, whose core modules were compiled here", async () => {
  await using workers = await makePool(1, { guest: "component_wasi/command" });
  // Without a known argument it fails.
  assertEquals(await workers.call("run", []), 1);
});

Deno.test("as many calls run at a time as there are workers, and the others wait in the queue", async () => {
  await using workers = await makePool(2, { queue: 3 });
  const running = Array.from({ length: 5 }, () => workers.call("count", []));
  assertEquals([workers.size, workers.inUse, workers.waiting], [2, 2, 3]);
  const refused = await assertRejects(() => workers.call("count", []), GuestError, "queue of 3");
  assertEquals(refused.code, "busy");
  const counts = await Promise.all(running);
  assertEquals(
    counts.reduce((sum, count) => sum + count, 0) < 15,
    true,
    "two threads have counted",
  );
  assertEquals([workers.inUse, workers.waiting], [0, 0]);
});

Deno.test("an error of a guest keeps its class, its code and its fields", async () => {
  await using workers = await makePool(1);
  const trap = await assertRejects(
    () => workers.call("pass", ["x", "trap_divide"]),
    GuestError,
    'Cannot complete "trap_divide": the guest trapped',
  );
  assertEquals([trap.name, trap.code, trap.export], ["GuestError", "trap", "trap_divide"]);
  assertEquals(trap.frames.length > 0, true);
  // The guest was replaced, and the worker was not.
  await assertRejects(() => workers.call("pass", ["x", "trap_divide"]), GuestError, "trapped");
  assertEquals(await workers.call("count", []), 1);
  const range = await assertRejects(() => workers.call("fail", [5n]), RangeError, "far");
  assertEquals(range, Object.assign(new RangeError("far"), { by: 5n }));
  assertEquals(await workers.call("fail", ["text"]).catch((thrown) => thrown), "text");
});

Deno.test("a signal ends the worker of a call that has begun, and the next call gets another", async () => {
  await using workers = await makePool(1);
  await workers.call("count", []);
  const signal = AbortSignal.timeout(50);
  const running = workers.call("wait", [], { signal });
  const waiting = workers.call("count", [], { signal: AbortSignal.timeout(1) });
  const errors = await Promise.all(
    [waiting, running].map((call) => assertRejects(() => call, DOMException)),
  );
  assertEquals(errors.map(({ name }) => name), ["TimeoutError", "TimeoutError"]);
  assertEquals(await workers.call("count", []), 1);
});

Deno.test("a worker that fails ends its call with an error, and is replaced", async () => {
  await using workers = await makePool(1);
  const wait = async () => {
    await workers.call("lose", []);
    await workers.call("wait", []);
  };
  const error = await assertRejects(wait, GuestError, "its worker has ended: ");
  assertEquals(error.code, "exception");
  assertEquals(await workers.call("count", []), 1);
});

Deno.test("values that cannot be copied are refused, and the worker can be used", async () => {
  await using workers = await makePool(1);
  const refused = await assertRejects(() => workers.call("fail", [() => {}]), DOMException);
  const left = await assertRejects(() => workers.call("leave", []), Error);
  assertEquals([refused.name, left.name], ["DataCloneError", "DataCloneError"]);
  assertEquals(await workers.call("count", []), 1);
});

Deno.test("a name, arguments and options of another type are refused before a worker is called", async () => {
  await using workers = await makePool(1);
  for (
    const [name, args, options, message] of [
      [
        5,
        "abc",
        {},
        "Cannot call a worker:\nthe name is 5, expected a string\n" +
        'the arguments are "abc", expected an array',
      ],
      [
        "count",
        undefined,
        {},
        "Cannot call a worker: the arguments are undefined, expected an array",
      ],
      ["count", [], 5, "Cannot use a guest: the options are 5, expected { signal }"],
    ]
  ) {
    const call = () => workers.call(name as "count", args as [], options as never);
    assertEquals((await assertRejects(call, TypeError)).message, message);
  }
  assertEquals(await workers.call("count", []), 1);
});

Deno.test("a worker that cannot start, or not load the guest, is an error of the pool", async () => {
  const none = () =>
    new Worker(new URL("./no_such_module.ts", import.meta.url), { type: "module" });
  await assertRejects(
    () => workerPool(guestPath("c/traps"), { size: 1, start: none, startTimeout }),
    LoadError,
    "Cannot start a worker: ",
  );
  const silent = () => new Worker("data:text/javascript,", { type: "module" });
  await assertRejects(
    () => workerPool(guestPath("c/traps"), { size: 1, start: silent, startTimeout: 1 }),
    LoadError,
    "Cannot start a worker: it was silent for 1 ms, expected a module that calls serveGuests(), or " +
      "a higher option startTimeout",
  );
  const chatty = () => new Worker("data:text/javascript,postMessage('hello')", { type: "module" });
  await assertRejects(
    () => workerPool(guestPath("c/traps"), { size: 1, start: chatty, startTimeout }),
    LoadError,
    'Cannot start a worker: it has sent "hello", expected messages of serveGuests() alone',
  );
  const missing = await assertRejects(() => makePool(1, { guest: "c/callbacks" }), LoadError);
  assertEquals(missing.code, "imports");
  assertEquals(missing.problems.length, 3);
  await assertRejects(
    () => workerPool(guestPath("c/traps"), { size: 1, start: () => 5 }),
    TypeError,
    "Cannot start a worker: it is 5, expected a Worker",
  );
});

Deno.test("the options of a pool of workers are checked", async () => {
  const refused: [options: unknown, message: string][] = [
    [undefined, "Cannot make a pool: the options are undefined, expected { size, start }"],
    [{ size: 0, start }, "Cannot make a pool: option size is 0, expected an integer, 1 or more"],
    [{ size: 1 }, "option start is undefined, expected a function that makes a Worker"],
    [
      { size: 1, start, startTimeout: -1 },
      "option startTimeout is -1, expected milliseconds, at most 2147483647, or Infinity",
    ],
    [{ size: 1, start, sise: 2 }, 'option sise is unknown, did you mean "size"?'],
  ];
  for (const [options, message] of refused) {
    await assertRejects(() => workerPool("x.wasm", options as never), TypeError, message);
  }
});

Deno.test("a closed pool completes its calls, and refuses others", async () => {
  const workers = await makePool(1);
  const calls = [workers.call("later", ["a"]), workers.call("later", ["b"])];
  const closed = workers.close();
  assertEquals(await Promise.all(calls), ["a", "b"]);
  await closed;
  const error = await assertRejects(() => workers.call("count", []), GuestError);
  assertEquals(error.code, "disposed");
});
