// Calls that wait and fail: by a rejection, a trap or a value that does not fit.
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { hostFunction, load } from "../../mod.ts";
import { liveAllocations, PACKED } from "../_callbacks.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { afterAWhile, LATER, loadLater, rejectionOf } from "./_async.ts";

Deno.test("a rejection reaches the caller unchanged, and the call's blocks are freed", async () => {
  const failures = [
    new Error("rejected"),
    new WebAssembly.RuntimeError("the host's own"),
    "a string",
    undefined,
  ];
  let failure: unknown;
  using guest = await loadLater(async () => {
    await afterAWhile();
    throw failure;
  });
  const top = (guest.exports.__stack_pointer as WebAssembly.Global).value;
  for (failure of failures) {
    const caught = await guest.symbols.ask("x").then(() => "nothing", (error) => ({ error }));
    assertEquals(Object.keys(caught as object), ["error"]);
    assertStrictEquals((caught as { error: unknown }).error, failure);
    assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  }
  // A callback that throws before there is a promise behaves the same.
  using other = await loadLater(() => {
    throw failure;
  });
  for (failure of failures) {
    const settled = other.symbols.ask("x").then(() => "nothing", (error) => ({ error }));
    assertStrictEquals((await settled as { error: unknown }).error, failure);
    assertEquals([other.state, liveAllocations(other)], ["ready", 0]);
  }
  assertEquals((guest.exports.__stack_pointer as WebAssembly.Global).value, top);
  assertEquals(guest.symbols.canary(), 42);
});

Deno.test("10,000 rejections through frames of 1,000 bytes leave the guest's data as it was", async () => {
  const failure = new Error("rejected");
  using guest = await loadLater(() => Promise.reject(failure));
  const stack = guest.exports.__stack_pointer as WebAssembly.Global;
  const top = stack.value;
  await guest.symbols.ask("x").catch(() => {});
  const before = guest.memory.readBytes(0, top - 8192);
  for (let count = 0; count < 10_000; count++) {
    if (await guest.symbols.ask("x").catch((error) => error) !== failure) {
      throw new Error("another");
    }
  }
  assertEquals(guest.memory.readBytes(0, top - 8192), before);
  assertEquals([stack.value, guest.symbols.canary(), liveAllocations(guest)], [top, 42, 0]);
});

Deno.test("a rejection poisons the guest if nothing can restore the stack pointer", async () => {
  const failure = new Error("rejected");
  using guest = await loadLater(() => Promise.reject(failure), { name: "c/callbacks" });
  assertStrictEquals(await guest.symbols.ask("x").catch((error) => error), failure);
  assertEquals(guest.state, "poisoned");
  assertEquals((await rejectionOf(guest.symbols.ask("x")))[0], "poisoned");
});

Deno.test("a trap after the wait poisons the guest", async () => {
  using guest = await loadLater(async (question) => {
    await afterAWhile();
    return question;
  });
  assertEquals(await rejectionOf(guest.symbols.ask_and_trap("x")), [
    "trap",
    'Cannot complete "ask_and_trap": the guest trapped: unreachable',
  ]);
  assertEquals(guest.state, "poisoned");
  guest.reset();
  assertEquals(await guest.symbols.ask("x"), "x");
});

Deno.test("a trap in a call within, before the wait, ends the call", async () => {
  using guest = await loadLater(async (question) => {
    // It is not a block of the allocator.
    assertEquals(guestErrorOf(() => guest.symbols.free(1024))[0], "trap");
    await afterAWhile();
    return question;
  });
  assertEquals(await rejectionOf(guest.symbols.ask("x")), [
    "poisoned",
    'Cannot return from import "env.answer": the guest is poisoned, expected reset() first; it was: ' +
    'Cannot complete "free": the guest trapped: unreachable',
  ]);
});

Deno.test("a trap of the allocator while the guest waits is reported as such", async () => {
  using guest = await load(guestUrl("wat/traps_in_malloc"), {
    convention: PACKED,
    imports: {
      env: {
        answer: hostFunction(
          { parameters: ["string"], result: "string", async: true },
          () => Promise.resolve("x".repeat(17)),
        ),
      },
    },
    symbols: { ask: LATER.ask },
  });
  assertEquals(await rejectionOf(guest.symbols.ask("y")), [
    "trap",
    'Cannot complete "ask": the guest trapped: unreachable',
  ]);
  assertEquals(guest.state, "poisoned");
});

Deno.test("a result that cannot be lowered is a rejection", async () => {
  let answer: unknown;
  using guest = await loadLater(() => Promise.resolve(answer as string));
  answer = "\ud800";
  await assertRejects(() => guest.symbols.ask("x"), TypeError, "lone surrogate");
  answer = 5;
  await assertRejects(
    () => guest.symbols.ask("x"),
    TypeError,
    'Cannot return a value from import "env.answer": it is 5, expected a string',
  );
  answer = "text";
  (guest.exports.fail_after as (nth: number) => void)(2);
  assertEquals((await rejectionOf(guest.symbols.ask("x")))[0], "out-of-memory");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
  assertEquals(await guest.symbols.ask("x"), "text");
});

Deno.test("a result that cannot be lifted does not poison a guest, even one whose types are unknown", async () => {
  using guest = await load(guestUrl("c/callbacks"), {
    convention: PACKED,
    missing: "trap",
    symbols: { ask: LATER.ask },
    imports: {
      env: {
        answer: hostFunction(
          { parameters: ["string"], result: "bytes", async: true },
          () => Promise.resolve(new Uint8Array([0xff])),
        ),
      },
    },
  });
  assertEquals((await rejectionOf(guest.symbols.ask("x")))[0], "invalid-text");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("a guest that catches the rejection has handled it", async () => {
  using guest = await load(guestUrl("wat/catches"), {
    symbols: {
      swallow: { parameters: [], result: "i32", async: true },
      rethrow: { parameters: [], result: "void", async: true },
    },
    imports: {
      env: {
        work: hostFunction({ parameters: [], result: "void", async: true }, async () => {
          await afterAWhile();
          throw failure;
        }),
      },
    },
  });
  const failure = new Error("rejected");
  assertEquals(await guest.symbols.swallow(), 7);
  assertStrictEquals(await guest.symbols.rethrow().catch((error) => error), failure);
});
