import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";

/** A command that asks the host for its exit code, or traps if that is 99. */
const COMMAND = assemble(`(module
  (import "env" "ask" (func $ask (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $code i32)
    (local.set $code (call $ask))
    (if (i32.eq (local.get $code) (i32.const 99)) (then (unreachable)))
    (if (local.get $code) (then (call $exit (local.get $code))))))`);

/** Loads it with an asynchronous host function. */
function loadAsking(ask: () => Promise<number>) {
  const declaration = { parameters: [], result: "i32", async: true } as const;
  return load(COMMAND, { imports: { env: { ask: hostFunction(declaration, ask) } } });
}

for (const code of [0, 7]) {
  Deno.test(`run({ async: true }) waits for host functions, and its value is the exit code ${code}`, async () => {
    const asked = Promise.withResolvers<number>();
    using guest = await loadAsking(() => asked.promise);
    const running = guest.run({ async: true });
    await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(guest.state, "calling");
    asked.resolve(code);
    assertEquals([await running, guest.state], [code, code === 0 ? "ready" : "exited"]);
    assertEquals(
      (await assertRejects(() => guest.run({ async: true }), GuestError)).code,
      "exited",
    );
    guest.reset();
    assertEquals(await guest.run({ async: true }), code);
  });
}

Deno.test("run({ async: true }) rejects if the command traps, or its host function fails", async () => {
  using trapping = await loadAsking(() => Promise.resolve(99));
  const error = await assertRejects(() => trapping.run({ async: true }), GuestError);
  assertEquals([error.code, error.export, trapping.state], ["trap", "_start", "poisoned"]);
  using failing = await loadAsking(() => Promise.reject(new Error("mine")));
  await assertRejects(() => failing.run({ async: true }), Error, "mine");
});

Deno.test("closing the guest ends a command that waits", async () => {
  const guest = await loadAsking(() => new Promise(() => {}));
  const running = guest.run({ async: true });
  await new Promise((resolve) => setTimeout(resolve, 1));
  guest.close();
  assertEquals((await assertRejects(() => running, GuestError)).code, "disposed");
});

Deno.test("the error of run() for a command that has to wait says how to wait", async () => {
  using guest = await loadAsking(() => Promise.resolve(0));
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.message], [
    "asynchronous",
    'Cannot wait in "_start": it reaches an asynchronous import, expected guest.run({ async: true })',
  ]);
});

Deno.test("run() takes no other options", async () => {
  using guest = await loadAsking(() => Promise.resolve(0));
  for (
    const [options, shown] of [[{ async: false }, "false"], [{}, "undefined"], [
      null,
      "undefined",
    ]] as const
  ) {
    const error = assertThrows(() => guest.run(options as never), TypeError);
    assertEquals(
      error.message,
      `Cannot run the guest: option async is ${shown}, expected true or no options`,
    );
  }
});
