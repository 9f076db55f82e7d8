// The module of the workers in `examples/workers.ts`.
import { serveGuests } from "../../src/pool/worker_pool.ts";

// The deadline ends a guest that loops, which not every runtime can end from another thread.
export const calls = serveGuests({ load: { limits: { deadline: 1000 } } }, {
  shout: (guest, text: string) => guest.passString(text, "shout"),
  wait: (): Promise<never> => new Promise<never>(() => {}),
});
