// The cost of one use of a pool, by how its guests are renewed, beside a call of a guest that is
// kept, which is the baseline:
//     deno task bench tests/pool_bench.ts
import { compile, load } from "../mod.ts";
import { pool } from "../src/pool/pool.ts";

const compiled = await compile(new URL("../testdata/c/shout_length.wasm", import.meta.url));
const guest = await load(compiled);

Deno.bench({ name: "a call of a kept guest", baseline: true }, () => {
  guest.passString("hello", "shout");
});

Deno.bench("a fresh instance, and a call of its raw export", () => {
  const { exports } = new WebAssembly.Instance(compiled.module);
  (exports.shout as (length: number) => number)(0);
});

for (const renew of ["never", "reset", "restore", "fresh"] as const) {
  const guests = await pool(compiled, { size: 1, renew });
  Deno.bench(`a use with renew: "${renew}"`, async () => {
    await guests.use((guest) => guest.passString("hello", "shout"));
  });
}
