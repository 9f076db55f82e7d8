// The module of the workers in tests of pools of workers.
import { serveGuests } from "../../src/pool/worker_pool.ts";

let uses = 0;

export const calls = serveGuests({}, {
  pass: (guest, text: string, name: string) => guest.passString(text, name),
  run: (guest) => guest.run(),
  /** The number of calls in this thread, which shows which worker answers. */
  count: () => ++uses,
  bytes: (_guest, bytes: Uint8Array) => bytes.map((byte) => byte + 1),
  wait: (): Promise<never> => new Promise<never>(() => {}),
  later: async (_guest, text: string) => await Promise.resolve(text),
  leave: () => (): void => {},
  fail(_guest, value: unknown): never {
    throw typeof value === "bigint" ? Object.assign(new RangeError("far"), { by: value }) : value;
  },
  lose: () =>
    void queueMicrotask(() => {
      throw new Error("lost");
    }),
});
