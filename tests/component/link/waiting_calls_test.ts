import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Guest, GuestError, load, type WasiInput } from "../../../mod.ts";
import { guestPath, guestUrl } from "../../_guests.ts";

async function* pieces(...all: string[]): AsyncGenerator<string> {
  for (const piece of all) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield piece;
  }
}

/** Loads a guest whose calls can wait, because it has an input that has to be waited for. */
function loadWaits(limits = {}): Promise<Guest> {
  return load(guestPath("component/waits"), { wasi: { stdin: pieces() }, limits });
}

/** Loads a command that writes its input in capitals. */
function loadShout(stdin: WasiInput): Promise<Guest> {
  return load(guestUrl("component_wasi/command"), {
    wasi: { args: ["command", "shout"], stdin, stdout: "capture" },
  });
}

/** Returns the result of an act, and whether a timer ran before it ended. */
async function withTimer(act: () => unknown): Promise<[result: unknown, hasRun: boolean]> {
  let hasRun = false;
  const timer = setTimeout(() => hasRun = true, 1);
  const result = await act();
  clearTimeout(timer);
  return [result, hasRun];
}

Deno.test("a component waits in calls that return promises, and blocks in others", async () => {
  using guest = await loadWaits();
  const { [""]: atOnce } = guest.interfaces, { [""]: waiting } = guest.asyncInterfaces;
  const time = 50_000_000;
  assertEquals(await withTimer(() => waiting.pause(BigInt(time))), [BigInt(time), true]);
  assertEquals(await withTimer(() => atOnce.pause(BigInt(time))), [BigInt(time), false]);
  // A call between components, and what ends a resource, which no engine can suspend.
  assertEquals(await withTimer(() => waiting.twice(BigInt(time))), [BigInt(2 * time), true]);
  assertEquals(await withTimer(() => atOnce.twice(BigInt(time))), [BigInt(2 * time), false]);
  assertEquals(await withTimer(() => waiting.end(time)), [undefined, false]);
  guest.reset();
  assertEquals([await waiting.twice(1n), atOnce.twice(1n)], [2n, 2n]);
});

Deno.test("asynchronous interfaces have the names of the others, and their classes", async () => {
  using guest = await load(guestPath("component/greeter"), {
    imports: { "": { log: () => {} } },
  });
  const { interfaces, asyncInterfaces } = guest;
  assertEquals(Object.keys(asyncInterfaces), Object.keys(interfaces));
  assertEquals(await asyncInterfaces[""].greet("Ada"), interfaces[""].greet("Ada"));
  assertEquals(asyncInterfaces["counters"].Counter, interfaces["counters"].Counter);
});

Deno.test({
  name: "a component that waits is not called, and its wait ends when it is closed",
  sanitizeOps: true,
}, async () => {
  const guest = await loadWaits();
  const { [""]: waiting } = guest.asyncInterfaces;
  const ended = assertRejects(() => waiting.pause(60_000_000_000n), GuestError);
  assertEquals(guest.state, "calling");
  const busy = await assertRejects(() => waiting.pause(0n), GuestError);
  assertEquals([busy.code, busy.message], [
    "busy",
    'Cannot call "pause": "pause" is being waited for, expected one asynchronous call of an ' +
    "instance at a time",
  ]);
  assertEquals(assertThrows(() => guest.interfaces[""].pause(0n), GuestError).code, "busy");
  guest.close(); // a timer that went on would be a leak of this test
  assertEquals((await ended).code, "disposed");
});

Deno.test("a component that waits for too long ends at its deadline", async () => {
  using guest = await loadWaits({ deadline: 20 });
  const error = await assertRejects(
    () => guest.asyncInterfaces[""].pause(60_000_000_000n),
    GuestError,
  );
  assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
});

Deno.test("a command waits for a stream, and reads on after a reset", async () => {
  using guest = await loadShout(pieces("a", "", "b\nc"));
  assertEquals([await guest.run({ async: true }), guest.wasi?.stdout], [0, "AB\nC"]);
  guest.reset();
  assertEquals([await guest.run({ async: true }), guest.wasi?.stdout], [0, ""]);
});

Deno.test("a command that does not wait cannot read a stream", async () => {
  using guest = await loadShout(new Response("a").body!);
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.message], [
    "asynchronous",
    'Cannot wait for import "wasi:io/streams@0.2.12#[method]input-stream.blocking-read": the call ' +
    "that the guest is in returns at once, expected one of guest.asyncInterfaces, or guest.run({ " +
    "async: true })",
  ]);
});

Deno.test("an error that a source throws later reaches the caller", async () => {
  const mine = new Error("mine");
  using guest = await loadShout((async function* () {
    yield* pieces("a");
    throw mine;
  })());
  assertEquals(await assertRejects(() => guest.run({ async: true })), mine);
  assertEquals(guest.state, "poisoned");
});
