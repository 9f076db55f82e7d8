import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type CustomConvention,
  GuestError,
  hostFunction,
  load,
  MemoryRangeError,
} from "../../mod.ts";
import { callbackImports, liveAllocations, loadCallbacks, PACKED, SYMBOLS } from "../_callbacks.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { undeclared } from "../../src/base/runtime.ts";

/** Returns whatever `call` throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}

const Tag = (WebAssembly as unknown as { Tag: new (type: unknown) => object }).Tag;
const Exception = undeclared.Exception as unknown as new (tag: object, values: unknown[]) => object;

/**
 * Values that a host function can throw: none of them may be mistaken for an error of the guest.
 */
const THROWN: readonly unknown[] = [
  new Error("an error"),
  new WebAssembly.RuntimeError("unreachable"),
  new RangeError("Maximum call stack size exceeded"),
  Object.assign(new Error("an error of that name"), { name: "SuspendError" }),
  new (undeclared.SuspendError as unknown as new (message: string) => Error)("the host's own"),
  new Exception(new Tag({ parameters: [] }), []),
  new GuestError("trap", "of another guest"),
  "a string",
  null,
  undefined,
  Object.freeze({}),
];

for (const kind of ["_stack_pointer", "_stack_functions"]) {
  for (const declared of ["as text", "as bytes"] as const) {
    Deno.test(`an error of a host function leaves c/callbacks${kind} unchanged and ready, ${declared}`, async () => {
      let thrown: unknown;
      using guest = await loadCallbacks(
        {
          log() {
            throw thrown;
          },
        },
        `c/callbacks${kind}`,
        declared,
      );
      for (thrown of THROWN) {
        assertStrictEquals(thrownBy(() => guest.symbols.announce("x")), thrown);
        assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
      }
    });
  }

  Deno.test(`100,000 throws through frames of 1,000 bytes leave the data of c/callbacks${kind} unchanged`, async () => {
    const failure = new Error("thrown");
    using guest = await loadCallbacks({
      log() {
        throw failure;
      },
    }, `c/callbacks${kind}`);
    const stackPointer = () => {
      const { __stack_pointer: global, stackSave } = guest.exports;
      return global instanceof WebAssembly.Global ? global.value : (stackSave as () => number)();
    };
    const top = stackPointer();
    // The stack of 8 KiB follows the data; the first call fills in the allocator's state there.
    const data = () => guest.memory.readBytes(0, top - 8192);
    assertStrictEquals(thrownBy(() => guest.symbols.announce("x")), failure);
    const before = data();
    for (let count = 1; count < 100_000; count++) {
      if (thrownBy(() => guest.symbols.announce("x")) !== failure) throw new Error("another");
    }
    assertEquals(data(), before);
    assertEquals([stackPointer(), guest.symbols.canary()], [top, 42]);
    assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  });
}

Deno.test("a throw poisons a guest whose stack pointer cannot be restored, with that reason, and frees nothing", async () => {
  const failure = new Error("thrown");
  let fails = true;
  using guest = await loadCallbacks({
    log() {
      if (fails) throw failure;
    },
  }, "c/callbacks");
  assertStrictEquals(thrownBy(() => guest.symbols.announce("x")), failure);
  assertEquals([guest.state, liveAllocations(guest)], ["poisoned", 1]);
  const error = assertThrows(() => guest.symbols.announce("x"), GuestError);
  assertEquals([error.code, error.message], [
    "poisoned",
    'Cannot call "announce": the guest is poisoned, expected reset() first; it was: Cannot call the ' +
    'guest any more: an error passed through "announce", and nothing puts the guest\'s stack pointer ' +
    'back, expected an export "__stack_pointer", or "stackSave" and "stackRestore"',
  ]);
  assertStrictEquals((error.cause as Error).cause, failure);
  fails = false;
  guest.reset();
  assertEquals(guest.symbols.announce("x"), "Hello, x!");
});

Deno.test("an error before the guest is called does not poison it", async () => {
  const failure = new WebAssembly.RuntimeError("of a custom convention");
  const thrown = new Error("thrown");
  const convention: CustomConvention = {
    name: "custom",
    lower(value) {
      if (value === "fail") throw failure;
      return { args: [0, 0] };
    },
    lift: () => "",
  };
  const { log } = callbackImports({
    log() {
      throw thrown;
    },
  });
  const { announce } = SYMBOLS;
  const options = { missing: "trap", imports: { env: { log } }, symbols: { announce } } as const;
  using guest = await load(guestUrl("c/callbacks_stack_pointer"), { ...options, convention });
  for (const _ of [1, 2]) {
    assertStrictEquals(thrownBy(() => guest.symbols.announce("fail")), failure);
    assertStrictEquals(thrownBy(() => guest.symbols.announce("pass")), thrown);
    assertEquals(guest.state, "ready");
  }
  using other = await load(guestUrl("c/callbacks"), { ...options, convention: PACKED });
  assertThrows(() => other.symbols.announce(5 as never), TypeError);
  assertEquals(other.state, "ready");
});

Deno.test("a trap during clean-up poisons the guest, and the first error is reported", async () => {
  const failure = new Error("thrown");
  using guest = await load(guestUrl("c/host_forms"), {
    convention: PACKED,
    missing: "trap",
    symbols: { take_length: { parameters: ["string"], result: "void" } },
    imports: {
      env: {
        take_length(pointer: number) {
          // The call frees the argument: the guest traps if it is freed twice.
          (guest.exports.free as (pointer: number) => void)(pointer);
          throw failure;
        },
      },
    },
  });
  assertStrictEquals(thrownBy(() => guest.symbols.take_length("x")), failure);
  const { cause } = assertThrows(() => guest.symbols.take_length("x"), GuestError);
  assertEquals(
    (cause as GuestError).message,
    'Cannot free a block of "take_length": the guest trapped in "free": unreachable, expected ' +
      'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
  );
});

for (const declared of ["as text", "as bytes"] as const) {
  Deno.test(`an allocator that traps or lies during a host call is the guest's fault, ${declared}`, async () => {
    let answer = "x".repeat(16);
    const { answer: host } = callbackImports({ answer: () => answer }, declared);
    using guest = await load(guestUrl("wat/traps_in_malloc"), {
      convention: PACKED,
      imports: { env: { answer: host } },
      symbols: { ask: SYMBOLS.ask },
    });
    assertEquals(guest.symbols.ask("y"), answer);
    answer = "x".repeat(13);
    assertThrows(() => guest.symbols.ask("y"), MemoryRangeError, "Cannot write 13 bytes");
    assertEquals(guest.state, "ready");
    answer = "x".repeat(17);
    assertEquals(guestErrorOf(() => guest.symbols.ask("y")), [
      "trap",
      'Cannot complete "ask": the guest trapped: unreachable',
    ]);
    assertEquals(guest.state, "poisoned");
  });
}

Deno.test("a thrown value is released after the call has failed", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  using guest = await loadCallbacks({
    log() {
      throw { size: "1 GiB" };
    },
  });
  const thrown = new WeakRef(thrownBy(() => guest.symbols.announce("x")) as object);
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  assertEquals(thrown.deref(), undefined);
});

Deno.test("a guest without a stack in memory is ready after a throw", async () => {
  const failure = new Error("thrown");
  using guest = await load(guestUrl("wat/js_string_imports"), {
    symbols: { announce: { parameters: ["string"], result: "void" } },
    imports: {
      env: {
        log: hostFunction({ parameters: ["string"], result: "void" }, () => {
          throw failure;
        }),
        answer: () => null,
      },
    },
  });
  assertStrictEquals(thrownBy(() => guest.symbols.announce("x")), failure);
  assertEquals(guest.state, "ready");
});

Deno.test("a plain imported function can throw as well", async () => {
  const failure = new Error("thrown");
  const log = () => {
    throw failure;
  };
  for (const [kind, state] of [["_stack_pointer", "ready"], ["", "poisoned"]]) {
    using guest = await load(guestUrl(`c/callbacks${kind}`), {
      convention: PACKED,
      imports: { env: { ...callbackImports({}), log } },
      symbols: SYMBOLS,
    });
    for (let count = 0; count < 100 && guest.state === "ready"; count++) {
      assertStrictEquals(thrownBy(() => guest.symbols.announce("x")), failure);
    }
    assertEquals([guest.state, guest.exports.canary instanceof Function], [state, true]);
    assertEquals((guest.exports.canary as () => number)(), 42);
    assertEquals(liveAllocations(guest), state === "ready" ? 0 : 1);
  }
});

Deno.test("the call's blocks are freed if memory runs out in a host call", async () => {
  using guest = await loadCallbacks({});
  const failAfter = guest.exports.fail_after as (nth: number) => void;
  failAfter(2);
  assertEquals(guestErrorOf(() => guest.symbols.ask("question")), [
    "out-of-memory",
    'Cannot allocate 8 bytes for "env.answer": "malloc" returned 0, expected a pointer',
  ]);
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  assertEquals(guest.symbols.ask("question"), "question");
});

Deno.test("a trap in the guest's allocator during a host call poisons the guest", async () => {
  using guest = await load(guestUrl("c/host_forms"), {
    convention: PACKED,
    missing: "trap",
    symbols: { take_owned: { parameters: ["string"], result: "void" } },
    imports: {
      env: {
        take_owned: hostFunction({
          // It is not a block of the allocator.
          parameters: [{ type: "string", freedBy: { call: { export: "free", pass: [1024] } } }],
          result: "void",
        }, () => {}),
      },
    },
  });
  const error = assertThrows(() => guest.symbols.take_owned("x"), GuestError);
  assertEquals([error.code, error.message], [
    "trap",
    'Cannot complete "take_owned": the guest trapped: unreachable',
  ]);
  assertEquals(guest.state, "poisoned");
});

/** Loads the guest that catches host errors. */
async function loadCatches(work: () => void) {
  return await load(guestUrl("wat/catches"), {
    imports: { env: { work: hostFunction({ parameters: [], result: "void" }, work) } },
    symbols: {
      swallow: { parameters: [], result: "i32" },
      swallow_and_trap: { parameters: [], result: "void" },
      rethrow: { parameters: [], result: "void" },
      throw: { parameters: [], result: "void" },
      trap: { parameters: [], result: "void" },
      caught: { parameters: [], result: "i32" },
    },
  });
}

Deno.test("a guest that catches a host error has handled it", async () => {
  using guest = await loadCatches(() => {
    throw new WebAssembly.RuntimeError("the host's");
  });
  assertEquals([guest.symbols.swallow(), guest.state], [7, "ready"]);
});

Deno.test("an error that a guest catches and rethrows reaches the caller unchanged", async () => {
  const failure = new WebAssembly.RuntimeError("the host's");
  using guest = await loadCatches(() => {
    throw failure;
  });
  assertStrictEquals(thrownBy(() => guest.symbols.rethrow()), failure);
  assertEquals((guest.exports.caught as () => number)(), 1);
});

Deno.test("a guest that traps after catching an error has trapped", async () => {
  using guest = await loadCatches(() => {
    throw new Error("the host's");
  });
  assertEquals(guestErrorOf(() => guest.symbols.swallow_and_trap()), [
    "trap",
    'Cannot complete "swallow_and_trap": the guest trapped: unreachable',
  ]);
  assertEquals(guest.state, "poisoned");
});

Deno.test("a guest that broke in a call within this one cannot hide that by catching it", async () => {
  using guest = await loadCatches((): void => assertTraps(() => guest.symbols.trap()));
  const refused: ReturnType<typeof guestErrorOf> = [
    "poisoned",
    'Cannot return from import "env.work": the guest is poisoned, expected reset() first; it ' +
    'was: Cannot complete "trap": the guest trapped: unreachable',
  ];
  assertEquals(guestErrorOf(() => guest.symbols.swallow()), refused);
  guest.reset();
  // It would trap if it caught the error.
  assertEquals(guestErrorOf(() => guest.symbols.swallow_and_trap()), refused);
  assertEquals(guestErrorOf(() => guest.symbols.caught()), [
    "poisoned",
    'Cannot call "caught": the guest is poisoned, expected reset() first; it was: ' +
    'Cannot complete "trap": the guest trapped: unreachable',
  ]);
});

function assertTraps(call: () => void): void {
  assertEquals(guestErrorOf(call)[0], "trap");
}

Deno.test("the guest's own exception is reported as such", async () => {
  using guest = await loadCatches(() => {});
  const error = assertThrows(() => guest.symbols.throw(), GuestError);
  assertEquals([error.code, error.message, error.export], [
    "exception",
    'Cannot complete "throw": the guest threw an exception and did not catch it',
    "throw",
  ]);
  assertStrictEquals(error.cause instanceof undeclared.Exception, true);
});

Deno.test("a trap is reported with the guest's frames", async () => {
  using guest = await loadCallbacks({});
  const error = assertThrows(() => guest.symbols.ask_and_trap("x"), GuestError);
  assertEquals([error.code, error.export, error.cause instanceof WebAssembly.RuntimeError], [
    "trap",
    "ask_and_trap",
    true,
  ]);
  assertEquals(error.frames.length, 1);
  assertEquals(error.frames[0]!.startsWith("ask_and_trap (wasm://wasm/"), true);
});
