// The cost of going back to a snapshot, beside that of a reset, which is the baseline:
//     deno task bench tests/snapshot_bench.ts
import { compile, load } from "../mod.ts";

const GUESTS = new URL("../testdata/", import.meta.url);

const INPUTS = [
  ["slow to start, 1.1 MB of memory", "c/slow_start"],
  ["quick to start, 128 KiB of memory", "c/shout_length"],
  ["quick to start, 16 MiB of memory", "c/passing_data"],
] as const;

for (const [group, name] of INPUTS) {
  const guest = await load(await compile(new URL(`${name}.wasm`, GUESTS)));
  const snapshot = await guest.snapshot();
  Deno.bench({ group, name: `reset, ${group}`, baseline: true }, () => guest.reset());
  const other = await load(guest.module);
  const own = await other.snapshot();
  Deno.bench({ group, name: `restore, ${group}` }, () => other.restore(own));
  const fresh = await load(guest.module);
  Deno.bench({ group, name: `restore in a fresh instance, ${group}` }, () => {
    fresh.restore(snapshot);
  });
}
