import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { compile, type Guest, GuestError, hostFunction, load, LoadError } from "../../mod.ts";
import { type GuestPool, pool, type PoolOptions } from "../../src/pool/pool.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** A guest that counts the calls of its instance, and traps on demand. */
const COUNTER = await compile(assemble(`(module
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "trap") unreachable))`));

const symbols = {
  count: { parameters: [], result: "u32" },
  trap: { parameters: [], result: "void" },
} as const;

const OPTIONS = { size: 2, load: { symbols } } as const;

const count = (guest: Guest<typeof symbols>) => guest.symbols.count();

/** A promise that is resolved from outside. */
const gate = () => Promise.withResolvers<void>();

/** Waits until everything that can continue has done so. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 1));

const isDisposed = (error: unknown) => error instanceof GuestError && error.code === "disposed";

for (
  const [renew, counts, instances] of [
    [undefined, [1, 1, 1], 3],
    ["reset", [1, 1, 1], 3],
    ["fresh", [1, 1, 1], 3],
    ["never", [1, 2, 3], 1],
  ] as [renew: PoolOptions["renew"], counts: number[], instances: number][]
) {
  Deno.test(`uses in turn with renew: ${renew} count ${counts} in ${instances} instances`, async () => {
    await using guests = await pool(COUNTER, { ...OPTIONS, renew });
    const seen = new Set<WebAssembly.Instance>();
    const guestsSeen = new Set<unknown>();
    for (const expected of counts) {
      const found = await guests.use((guest) => {
        seen.add(guest.instance);
        guestsSeen.add(guest);
        return guest.symbols.count();
      });
      assertEquals(found, expected);
    }
    assertEquals([seen.size, guestsSeen.size], [instances, renew === "fresh" ? 3 : 1]);
    assertEquals([guests.inUse, guests.waiting], [0, 0]);
  });

  Deno.test(`a guest that traps is replaced with renew: ${renew}, and its place is free`, async () => {
    await using guests = await pool(COUNTER, { ...OPTIONS, size: 1, renew });
    const error = await assertRejects(
      () => guests.use((guest) => guest.symbols.trap()),
      GuestError,
    );
    assertEquals(error.code, "trap");
    assertEquals(await guests.use((guest) => [guest.state, count(guest)]), ["ready", 1]);
    // So is one that the use has closed.
    await guests.use((guest) => guest.close());
    assertEquals(await guests.use((guest) => [guest.state, count(guest)]), ["ready", 1]);
  });
}

Deno.test("a pool has at most as many guests as its size, and further uses wait in their order", async () => {
  const made: unknown[] = [];
  await using guests = await pool(COUNTER, {
    ...OPTIONS,
    prepare: (guest) => void made.push(guest),
  });
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, gate);
  const uses = gates.map(({ promise }, index) =>
    guests.use(async (guest) => {
      begun.push(index);
      await promise;
      return count(guest);
    })
  );
  await settle();
  assertEquals([begun, guests.inUse, guests.waiting], [[0, 1], 2, 3]);
  gates[1]!.resolve();
  await settle();
  assertEquals([begun, guests.inUse, guests.waiting], [[0, 1, 2], 2, 2]);
  gates[0]!.resolve();
  gates[2]!.resolve();
  await settle();
  assertEquals([begun, guests.waiting], [[0, 1, 2, 3, 4], 0]);
  for (const { resolve } of gates) resolve();
  assertEquals(await Promise.all(uses), [1, 1, 1, 1, 1]);
  assertEquals(new Set(made).size, 2);
  assertEquals(guests.inUse, 0);
});

Deno.test("a use beyond the queue is refused at once, and occupies no guest", async () => {
  await using guests = await pool(COUNTER, { ...OPTIONS, size: 1, queue: 1 });
  const uses = [guests.use(count), guests.use(count)];
  const refused = assertRejects(() => guests.use(count), GuestError);
  assertEquals([guests.inUse, guests.waiting], [1, 1]);
  const error = await refused;
  assertEquals([error.code, error.message], [
    "busy",
    "Cannot use a guest: the pool's queue of 1 is full, expected a later use or a higher option queue",
  ]);
  assertEquals(await Promise.all(uses), [1, 1]);
  assertEquals(await guests.use(count), 1);
});

Deno.test("an error of a use frees its place, and reaches its caller unchanged", async () => {
  await using guests = await pool(COUNTER, { ...OPTIONS, size: 1 });
  const failure = new Error("mine");
  const uses = [
    guests.use(() => {
      throw failure;
    }),
    guests.use(() => Promise.reject(failure)),
  ];
  for (const use of uses) assertStrictEquals(await use.catch((error) => error), failure);
  assertEquals(await guests.use(count), 1);
});

Deno.test("a signal gives up waiting, and no use that has begun", async () => {
  await using guests = await pool(COUNTER, { ...OPTIONS, size: 1 });
  const first = gate();
  const controller = new AbortController();
  const { signal } = controller;
  const running = guests.use(async (guest) => {
    await first.promise;
    return count(guest);
  }, { signal });
  await settle();
  let isCalled = false;
  const waiting = guests.use(() => isCalled = true, { signal });
  const last = guests.use(count);
  await settle();
  assertEquals(guests.waiting, 2);
  controller.abort(new Error("enough"));
  assertEquals(`${await waiting.catch((error) => error)}`, "Error: enough");
  assertEquals([isCalled, guests.waiting], [false, 1]);
  const late = guests.use(() => isCalled = true, { signal });
  assertEquals(`${await late.catch((error) => error)}`, "Error: enough");
  assertEquals(guests.waiting, 1);
  first.resolve();
  assertEquals([await running, await last, isCalled], [1, 1, false]);
});

Deno.test("close() completes the uses that have begun or wait, closes all guests and refuses others", async () => {
  const guests = await pool(COUNTER, { ...OPTIONS, size: 1 });
  const first = gate();
  const used: Guest[] = [];
  const use = async (guest: Guest<typeof symbols>) => {
    used.push(guest);
    await first.promise;
    return count(guest);
  };
  const uses = [guests.use(use), guests.use(use)];
  await settle();
  let isClosed = false;
  const closing = guests.close().then(() => isClosed = true);
  const refused = await assertRejects(() => guests.use(count), GuestError);
  assertEquals([refused.code, refused.message], [
    "disposed",
    "Cannot use a guest: the pool is closed",
  ]);
  await settle();
  assertEquals(isClosed, false);
  first.resolve();
  assertEquals(await Promise.all(uses), [1, 1]);
  await closing;
  assertEquals(used.map(({ state }) => state), ["disposed", "disposed"]);
  await guests.close();
  await guests[Symbol.asyncDispose]();
});

Deno.test("a fresh guest is closed after its use, so that nobody can use it later", async () => {
  await using guests = await pool(COUNTER, { ...OPTIONS, renew: "fresh" });
  const kept = await guests.use((guest) => guest);
  assert(isDisposed(await assertRejects(() => Promise.try(() => count(kept)))));
});

Deno.test("each guest is prepared once, and again after each reset", async () => {
  for (const [renew, prepared] of [["reset", 4], ["fresh", 3], ["never", 1]] as const) {
    let times = 0;
    await using guests = await pool(COUNTER, {
      ...OPTIONS,
      size: 1,
      renew,
      async prepare(guest) {
        await Promise.resolve();
        times++;
        guest.symbols.count();
      },
    });
    const found = [await guests.use(count), await guests.use(count), await guests.use(count)];
    await settle();
    assertEquals([found, times], [renew === "never" ? [2, 3, 4] : [2, 2, 2], prepared]);
  }
});

Deno.test("a guest whose renewal fails is replaced, and a guest that cannot be made fails only its own use", async () => {
  let fails = false;
  await using guests = await pool(COUNTER, {
    ...OPTIONS,
    size: 1,
    prepare() {
      if (fails) throw new Error("not now");
    },
  });
  fails = true;
  assertEquals(await guests.use(count), 1);
  const uses = [guests.use(count), guests.use(count)];
  for (const use of uses) assertEquals(`${await use.catch((error) => error)}`, "Error: not now");
  fails = false;
  assertEquals(await guests.use(count), 1);
  await settle();
  assertEquals([guests.inUse, guests.waiting], [0, 0]);
});

Deno.test("the guest of a use that leaves a call unfinished is closed, and the call is given up", async () => {
  const never = gate();
  const bytes = assemble(`(module
    (import "env" "wait" (func $wait))
    (memory (export "memory") 1)
    (func (export "go") (call $wait)))`);
  await using guests = await pool(bytes, {
    size: 1,
    load: {
      imports: {
        env: {
          wait: hostFunction({ parameters: [], result: "void", async: true }, () => never.promise),
        },
      },
      symbols: { go: { parameters: [], result: "void", async: true } },
    },
  });
  let left: Promise<unknown> | undefined;
  const first = await guests.use((guest) => {
    left = guest.symbols.go().catch((error) => error);
    return guest.instance;
  });
  assert(isDisposed(await left));
  assert(await guests.use((guest) => guest.instance) !== first);
});

Deno.test("a clone of a compiled guest makes a pool, as in a worker", async () => {
  await using guests = await pool(structuredClone(COUNTER), OPTIONS);
  assertEquals(await guests.use(count), 1);
});

Deno.test("a pool is made of a path, and its first guest shows errors at once", async () => {
  await using guests = await pool(guestPath("c/shout_length"), { size: 1 });
  assertEquals(await guests.use((guest) => guest.passString("a", "shout")), "A");
  await assertRejects(() => pool("no/such.wasm", { size: 1 }), LoadError);
  const imports = await guestBytes("c/imports_twenty");
  const error = await assertRejects(() => pool(imports, { size: 1 }), LoadError);
  assertEquals(error.code, "imports");
});

const memory = new WebAssembly.Memory({ initial: 256, maximum: 256 });

/** Wrong options, and the errors. */
const REFUSED: [options: unknown, message: string][] = [
  [undefined, "Cannot make a pool: the options are undefined, expected { size }"],
  [{}, "Cannot make a pool: option size is undefined, expected an integer, 1 or more"],
  [{ size: 0 }, "Cannot make a pool: option size is 0, expected an integer, 1 or more"],
  [
    { size: 1, queue: -1, renew: "restart", prepare: 1, load: 2, sise: 3 },
    `Cannot make a pool:
option sise is unknown, did you mean "size"?
option queue is -1, expected an integer, 0 or more
option renew is "restart", expected "reset", "restore", "fresh" or "never"
option prepare is 1, expected a function
option load is 2, expected the options of load()`,
  ],
  ...[{ memory }, { imports: { env: { memory } } }].map((load): [unknown, string] => [
    { size: 1, load },
    "Cannot make a pool: option load has a WebAssembly.Memory, which all guests would share, " +
    'expected memory: { initial, maximum }, or a pool of size 1 with renew: "never"',
  ]),
];

for (const [options, message] of REFUSED) {
  Deno.test(`pool() refuses ${Deno.inspect(options)}`, async () => {
    const error = await assertRejects(() => pool(COUNTER, options as never), TypeError);
    assertEquals(error.message, message);
  });
}

Deno.test("a pool of one guest that is never renewed takes a memory of the caller", async () => {
  const bytes = await guestBytes("c/passing_data");
  await using guests = await pool(bytes, { size: 1, renew: "never", load: { memory } });
  assertEquals(
    await guests.use((guest) => guest.passString("Hello there, ")),
    "Hello there, WASM is cool!",
  );
});

Deno.test("use() refuses values that are not a function or a signal, and occupies no guest", async () => {
  await using guests: GuestPool = await pool(guestPath("c/shout_length"), { size: 1 });
  assertEquals(
    (await assertRejects(() => guests.use(1 as never), TypeError)).message,
    "Cannot use a guest: it is 1, expected a function",
  );
  for (
    const [options, problem] of [
      [{ signal: 1 }, "option signal is 1, expected an AbortSignal"],
      [{ singal: undefined }, 'option singal is unknown, did you mean "signal"?'],
      [null, "the options are null, expected { signal }"],
    ]
  ) {
    const refused = await assertRejects(() => guests.use(() => {}, options as never), TypeError);
    assertEquals(refused.message, `Cannot use a guest: ${problem}`);
  }
  assertEquals(guests.inUse, 0);
});

Deno.test("the types of a pool's guests and results follow from its options", async () => {
  await using guests = await pool(COUNTER, OPTIONS);
  const found: number = await guests.use((guest) => guest.symbols.count());
  assertEquals(found, 1);
  // @ts-expect-error: it is not declared
  await assertRejects(() => guests.use((guest) => guest.symbols.other()), TypeError);
  using guest = await load(COUNTER, OPTIONS.load);
  assertEquals(count(guest), 1);
});

Deno.test("renew: restore goes back to the prepared guest, and is refused for hidden state", async () => {
  let times = 0;
  const load = {
    symbols: {
      count: { parameters: [], result: "u32" },
      fail: { parameters: [], result: "void" },
    },
  } as const;
  await using guests = await pool(guestPath("c/slow_start"), {
    size: 1,
    renew: "restore",
    load,
    prepare(guest) {
      times++;
      guest.symbols.count();
    },
  });
  const seen = new Set<unknown>();
  const use = () =>
    guests.use((guest) => {
      seen.add(guest.instance);
      return guest.symbols.count();
    });
  assertEquals([await use(), await use(), times, seen.size], [21, 21, 1, 1]);
  await assertRejects(() => guests.use((guest) => guest.symbols.fail()), GuestError);
  assertEquals([await use(), times, seen.size], [21, 1, 2]);
  const error = await assertRejects(() => pool(COUNTER, { size: 1, renew: "restore" }), GuestError);
  assertEquals(error.code, "hidden-state");
});
