import { assertEquals, assertRejects } from "@std/assert";
import { compile, GuestError, LoadError } from "../../mod.ts";
import { GuestWorker } from "../../src/pool/guest_worker.ts";
import { guestPath } from "../_guests.ts";

const compiled = await compile(guestPath("c/traps"));

type Listener = (value: unknown) => void;

/** A thread as Node has it, which answers by a function. */
function thread(
  answer: (message: Record<string, unknown>, emit: (...of: [string, unknown]) => void) => void,
) {
  const listeners = new Map<string, Listener>();
  let ends = 0;
  const emit = (event: string, value: unknown) => listeners.get(event)?.(value);
  return {
    on(event: string, listener: Listener) {
      listeners.set(event, listener);
      if (event === "message") queueMicrotask(() => emit("message", { state: "listening" }));
    },
    postMessage: (message: Record<string, unknown>) =>
      queueMicrotask(() => "compiled" in message ? ready(message) : answer(message, emit)),
    terminate: () => ends++,
    get ends() {
      return ends;
    },
    emit,
  };
  function ready({ compiled: given }: Record<string, unknown>) {
    emit("message", given === compiled ? { state: "ready" } : { error: "another guest" });
  }
}

Deno.test("a thread of Node is called like a worker, and ended once it is closed", async () => {
  const made = thread(({ call, args }, emit) => emit("message", { value: [call, args] }));
  const worker = await GuestWorker.start(() => made, compiled, 10_000);
  assertEquals(await worker.call("f", [1], undefined), ["f", [1]]);
  assertEquals([worker.isAlive, made.ends], [true, 0]);
  worker.close();
  assertEquals([worker.isAlive, made.ends], [false, 1]);
});

Deno.test("a thread that exits fails its call, and every later one", async () => {
  const made = thread((_message, emit) => emit("exit", 3));
  const worker = await GuestWorker.start(() => made, compiled, 10_000);
  const message = 'Cannot call "f": its worker has ended: it has exited with 3';
  for (let call = 0; call < 2; call++) {
    const error = await assertRejects(() => worker.call("f", [], undefined), GuestError);
    assertEquals([error.code, error.message, worker.isAlive], ["exception", message, false]);
  }
});

Deno.test("a thread that fails before its guest is ready is an error of loading", async () => {
  const made = thread(() => {});
  const starting = GuestWorker.start(() => made, compiled, 10_000);
  made.emit("error", new Error("no module"));
  const error = await assertRejects(() => starting, LoadError);
  assertEquals([error.code, error.message, made.ends > 0], [
    "instantiation",
    "Cannot start a worker: no module",
    true,
  ]);
});
