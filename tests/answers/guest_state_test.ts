import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Guest, GuestError, hostFunction, load, LoadError } from "../../mod.ts";
import { callbackImports, liveAllocations, PACKED, SYMBOLS } from "../_callbacks.ts";
import { guestBytes, guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// The host's own stack ends within a call.

const FREE = { parameters: ["pointer"], result: "void" } as const;
const TEXT = "Hello there, Grüße";

/** A guest, how it is called, and the number of its blocks that are never freed. */
interface Kind {
  readonly name: string;
  readonly make: () => Promise<Guest>;
  // deno-lint-ignore no-explicit-any
  readonly call: (guest: any) => unknown;
  readonly live?: (guest: Guest) => number;
}

const later = hostFunction(
  { parameters: ["string"], result: "string", async: true },
  (question) => Promise.resolve(question),
);

const KINDS: readonly Kind[] = [
  {
    name: "a text in a static buffer",
    make: () => load(guestUrl("c/echo_length")),
    call: (guest) => guest.passString(TEXT, "echo"),
  },
  {
    name: "a number",
    make: () =>
      load(guestUrl("c/echo_length"), {
        symbols: { echo: { parameters: ["u32"], result: "u32" } },
      }) as unknown as Promise<Guest>,
    call: (guest) => guest.symbols.echo(3),
  },
  {
    name: "a pass that reaches a host function",
    make: () =>
      load(guestUrl("c/callbacks_stack_pointer"), {
        convention: PACKED,
        imports: { env: callbackImports({}) },
      }),
    call: (guest) => guest.passString(TEXT, "ask"),
    live: liveAllocations,
  },
  {
    name: "a symbol that reaches a host function",
    make: () =>
      load(guestUrl("c/callbacks_stack_pointer"), {
        convention: PACKED,
        symbols: { ask_times: SYMBOLS.ask_times, free: FREE },
        imports: { env: callbackImports({}) },
      }) as unknown as Promise<Guest>,
    call: (guest) => guest.symbols.ask_times(TEXT, 2),
    live: liveAllocations,
  },
  {
    name: "an asynchronous symbol",
    make: () =>
      load(guestUrl("c/callbacks_stack_pointer"), {
        convention: PACKED,
        symbols: { ask: { ...SYMBOLS.ask, async: true }, free: FREE },
        imports: { env: { ...callbackImports({}), answer: later } },
      }) as unknown as Promise<Guest>,
    call: (guest) => guest.symbols.ask(TEXT),
    live: liveAllocations,
  },
  {
    name: "a block",
    make: () =>
      load(guestUrl("c/callbacks_stack_pointer"), {
        convention: PACKED,
        imports: { env: callbackImports({}) },
      }),
    call: (guest) => guest.allocate(100).free(),
    live: liveAllocations,
  },
];

/**
 * Calls at the end of the stack: at each frame on the way back, until a call works or the guest can
 * no longer be called. Frames with `padding` more numbers make the stack end at other places.
 */
async function callAtTheEnd(call: () => unknown, padding: number, state: () => string) {
  let isDone = false;
  const pending: unknown[] = [];
  function descend(depth: number, ...rest: number[]): unknown {
    try {
      return descend(depth + 1, ...rest);
    } catch (error) {
      if (isDone) throw error;
      try {
        pending.push(call());
        isDone = true;
      } catch {
        isDone = state() !== "ready";
      }
      throw error;
    }
  }
  try {
    descend(0, ...new Array<number>(padding).fill(1));
  } catch { /* The stack has ended, as it should. */ }
  for (const promise of pending) await outcome(() => promise);
}

for (const { name, make, call, live } of KINDS) {
  Deno.test(`the guest is ready or poisoned if the host's stack ends within ${name}`, async () => {
    for (let turn = 0; turn < 40; turn++) {
      using guest = await make();
      const warmUp = [0, 3, 150][turn % 3]!;
      for (let times = 0; times < warmUp; times++) await call(guest);
      const before = live?.(guest);
      await callAtTheEnd(() => call(guest), turn * 7 % 41, () => guest.state);
      const { state } = guest;
      if (state === "ready") {
        await call(guest);
        assertEquals(live?.(guest), before);
      } else {
        assertEquals(state, "poisoned");
        const { code, message } = await outcome(() => call(guest)) as Thrown;
        assertEquals(code, "poisoned");
        assertEquals(/: Maximum call stack size exceeded$/.test(message), true, message);
      }
      guest.reset();
      await call(guest);
      assertEquals([guest.state, live?.(guest)], ["ready", before]);
    }
  });
}

// A reset that fails.

/** Counts its calls; when it starts, it traps if the host asks for that. */
const COUNTER = assemble(`(module
  (import "env" "broken" (func $broken (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "_initialize") (if (call $broken) (then unreachable)))
  (func (export "close") (param i32) (result i32) (call $fd_close (local.get 0)))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))`);

/** The same, if the start function traps. */
const STARTS = assemble(`(module
  (import "env" "broken" (func $broken (result i32)))
  (global $count (mut i32) (i32.const 0))
  (func $start (if (call $broken) (then unreachable)))
  (start $start)
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))`);

const COUNT = { count: { parameters: [], result: "i32" } } as const;

for (
  const [when, bytes, expected] of [
    [
      "its _initialize traps",
      COUNTER,
      new Thrown(
        "GuestError",
        "trap",
        'Cannot complete "_initialize": the guest trapped: unreachable',
      ),
    ],
    [
      "its start function traps",
      STARTS,
      new Thrown("LoadError", "instantiation", "Cannot instantiate bytes: unreachable"),
    ],
  ] as const
) {
  Deno.test(`a reset that fails because ${when} leaves the guest as it was`, async () => {
    let isBroken = 0;
    const imports = { env: { broken: () => isBroken } };
    using guest = await load(bytes, { symbols: COUNT, imports });
    const { exports, instance } = guest;
    assertEquals([guest.symbols.count(), guest.symbols.count()], [1, 2]);
    isBroken = 1;
    assertEquals(await outcome(() => guest.reset()), expected);
    assertEquals([guest.state, guest.symbols.count()], ["ready", 3]);
    assertEquals([guest.exports === exports, guest.instance === instance], [true, true]);
    if (bytes === COUNTER) {
      // Standard output is still open.
      assertEquals((guest.exports.close as (fd: number) => number)(1), 0);
    }
    isBroken = 0;
    guest.reset();
    assertEquals([guest.state, guest.symbols.count()], ["ready", 1]);
  });
}

Deno.test("the guest's open files stay open if its reset fails", async () => {
  const folder = await Deno.makeTempDir();
  let isBroken = false;
  try {
    await Deno.writeTextFile(`${folder}/text`, "still here");
    using guest = await load(guestUrl("wat/wasi_functions"), {
      wasi: { preopens: { "/": folder } },
    });
    const call = guest.exports as unknown as Record<string, (...args: unknown[]) => number>;
    const { memory } = guest;
    memory.writeString(1024, "text");
    assertEquals(call.path_open!(3, 1, 1024, 4, 0, 1n << 1n, 0n, 0, 16), 0);
    const fd = memory.read("u32", 16);
    // A fresh instance needs the directory.
    await Deno.rename(folder, `${folder}-moved`);
    isBroken = true;
    const error = assertThrows(() => guest.reset(), LoadError);
    assertEquals([error.code, guest.state], ["wasi", "ready"]);
    memory.write("u32", 32, 1024);
    memory.write("u32", 36, 100);
    assertEquals(call.fd_read!(fd, 32, 1, 16), 0);
    assertEquals(memory.readString(1024, memory.read("u32", 16)), "still here");
    assertEquals(call.fd_close!(fd), 0);
  } finally {
    await Deno.remove(isBroken ? `${folder}-moved` : folder, { recursive: true });
  }
});

Deno.test("a start function neither resets nor closes the guest that is being reset", async () => {
  const refusals: unknown[] = [];
  // deno-lint-ignore prefer-const
  let guest: Guest | undefined;
  const broken = () => {
    if (guest !== undefined) {
      for (const act of [() => guest!.reset(), () => guest!.close()]) {
        refusals.push(assertThrows(act, GuestError).message);
      }
    }
    return 0;
  };
  guest = await load(STARTS, { imports: { env: { broken } } });
  guest.reset();
  assertEquals([refusals, guest.state], [
    [
      "Cannot reset the guest: a call is in progress",
      "Cannot close the guest: a call is in progress",
    ],
    "ready",
  ]);
  guest.close();
});

// A promise that never settles.

/** A guest whose host answers when `settle` is called, which may be never. */
async function loadWaiting() {
  const settled = Promise.withResolvers<string>();
  const lines: string[] = [];
  const guest = await load(await guestBytes("c/callbacks_stack_pointer"), {
    convention: PACKED,
    symbols: {
      ask_twice: { ...SYMBOLS.ask_twice, async: true },
      canary: SYMBOLS.canary,
    },
    imports: {
      env: {
        ...callbackImports({ log: (line) => lines.push(line) }),
        answer: hostFunction(
          { parameters: ["string"], result: "string", async: true },
          (question) => {
            lines.push(question);
            return settled.promise;
          },
        ),
      },
    },
  });
  return { guest, lines, ...settled };
}

for (const settles of ["never", "by an answer", "by a rejection"]) {
  Deno.test(`close() gives up a call whose promise settles ${settles}`, async () => {
    const { guest, lines, resolve, reject } = await loadWaiting();
    const pending = guest.symbols.ask_twice("question");
    assertEquals(
      await outcome(() => guest.reset()),
      new Thrown("GuestError", "busy", "Cannot reset the guest: a call is in progress"),
    );
    assertEquals(guest.state, "calling");
    guest.close();
    assertEquals(guest.state, "disposed");
    guest.close();
    assertEquals(
      await outcome(() => pending),
      new Thrown("GuestError", "disposed", 'Cannot complete "ask_twice": the guest is disposed'),
    );
    if (settles === "by an answer") resolve("answer");
    if (settles === "by a rejection") reject(new Error("no answer"));
    if (settles === "never") return;
    await new Promise((wait) => setTimeout(wait, 5));
    // The guest does not go on: it would have asked again.
    assertEquals([lines, guest.state], [["question"], "disposed"]);
  });
}

Deno.test("using gives up a call that waits, and a host function that is running does not", async () => {
  const { guest } = await loadWaiting();
  {
    using waiting = guest;
    const pending = waiting.symbols.ask_twice("question");
    pending.catch(() => {});
  }
  assertEquals(guest.state, "disposed");

  const refusals: string[] = [];
  using other = await load(guestUrl("c/callbacks_stack_pointer"), {
    convention: PACKED,
    symbols: { ask: { ...SYMBOLS.ask, async: true } },
    imports: {
      env: {
        ...callbackImports({}),
        answer: hostFunction(
          { parameters: ["string"], result: "string", async: true },
          (question) => {
            refusals.push(assertThrows(() => other.close(), GuestError).message);
            return Promise.resolve(question);
          },
        ),
      },
    },
  });
  assertEquals(await other.symbols.ask("question"), "question");
  assertEquals(refusals, ["Cannot close the guest: a call is in progress"]);
  await assertRejects(() => other.symbols.ask(5 as never), TypeError);
  assertEquals(other.state, "ready");
});
