import { GuestError, LoadError } from "../base/errors.ts";
import type { Thread } from "../base/runtime.ts";
import { isObject } from "../base/misnomers.ts";
import { quote, show } from "../base/show.ts";
import type { CompiledGuest } from "../source/source_types.ts";
import { type Reply, type Request, unpackError } from "./worker_messages.ts";

/** A call whose outcome is pending. */
interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  /** Makes the error for a worker that ends before it has answered. */
  fail(message: string): Error;
}

/** A worker with a guest, which answers one call at a time. */
export class GuestWorker {
  readonly #thread: Thread;
  #pending: Pending | undefined;
  /** Ends the worker if it is not ready in time. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Why the worker has ended. */
  #ended: string | undefined;

  /**
   * Listens to a worker that has just been started.
   *
   * @param thread The worker.
   * @param compiled The guest that it loads.
   * @param startTimeout The time in milliseconds within which it must be ready.
   */
  private constructor(thread: Thread, compiled: CompiledGuest, startTimeout: number) {
    this.#thread = thread;
    const giveUp = () =>
      this.#end(
        `it was silent for ${startTimeout} ms, expected a module that calls serveGuests(), or a ` +
          "higher option startTimeout",
      );
    if (startTimeout < Infinity) this.#timer = setTimeout(giveUp, startTimeout);
    const listen = (type: "message" | "error" | "exit", listener: (value: never) => void) => {
      if (thread.on !== undefined) thread.on(type, listener);
      else if (type !== "exit") thread.addEventListener!(type, listener);
    };
    listen(
      "message",
      (message: unknown) =>
        this.#receive(isObject(message) && "data" in message ? message.data : message, compiled),
    );
    listen("error", (error: Error | ErrorEvent) => {
      // Otherwise the error also ends the thread that has started the worker.
      if ("preventDefault" in error) error.preventDefault();
      this.#end(error.message);
    });
    listen("exit", (code: number) => this.#end(`it has exited with ${code}`));
  }

  /** Starts a worker, and resolves when its guest is ready. */
  static async start(
    begin: () => unknown,
    compiled: CompiledGuest,
    startTimeout: number,
  ): Promise<GuestWorker> {
    const thread: unknown = begin();
    if (!isThread(thread)) {
      throw new TypeError(`Cannot start a worker: it is ${show(thread)}, expected a Worker`);
    }
    const worker = new GuestWorker(thread, compiled, startTimeout);
    try {
      await worker.#ask((message) =>
        new LoadError("instantiation", `Cannot start a worker: ${message}`)
      );
    } catch (error) {
      worker.close();
      throw error;
    }
    return worker;
  }

  /** Whether the worker can be called. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Calls one of the worker's functions.
   *
   * @throws the reason of the signal if that is aborted, which ends the worker.
   */
  async call(
    name: string,
    args: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const fail = (message: string) =>
      new GuestError("exception", `Cannot call ${quote(name)}: its worker has ended: ${message}`);
    if (this.#ended !== undefined) throw fail(this.#ended);
    this.#send({ call: name, args });
    const abort = () => {
      this.#pending?.reject(signal!.reason);
      this.close();
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await this.#ask(fail);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends the worker, whatever it is doing. */
  close(): void {
    this.#ended ??= "it was closed";
    clearTimeout(this.#timer);
    this.#thread.terminate?.();
  }

  #send(request: Request): void {
    this.#thread.postMessage(request);
  }

  #ask(fail: Pending["fail"]): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pending = { resolve, reject, fail });
  }

  #receive(reply: unknown, compiled: CompiledGuest): void {
    if (!isReply(reply)) {
      return this.#end(`it has sent ${show(reply)}, expected messages of serveGuests() alone`);
    }
    if ("state" in reply) {
      if (reply.state === "listening") {
        clearTimeout(this.#timer);
        return this.#send({ compiled });
      }
      this.#pending?.resolve(undefined);
    } else if ("error" in reply) this.#pending?.reject(unpackError(reply));
    else this.#pending?.resolve(reply.value);
    this.#pending = undefined;
  }

  #end(message: string): void {
    this.#ended ??= message;
    this.close();
    this.#pending?.reject(this.#pending.fail(message));
    this.#pending = undefined;
  }
}

function isReply(value: unknown): value is Reply {
  return isObject(value) && ("state" in value || "value" in value || "error" in value);
}

function isThread(value: unknown): value is Thread {
  return isObject(value) && "postMessage" in value &&
    ("on" in value || "addEventListener" in value);
}
