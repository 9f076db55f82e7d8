// The time that calls take with limits. `deno task bench tests/limits_bench.ts --filter zstd` runs
// one kernel.

import { readModule } from "../src/binary/module.ts";
import { limitsOf } from "../src/limits/fuel.ts";
import { rewrite } from "../src/limits/rewrite.ts";
import { instantiate, KERNELS } from "./_kernels.ts";

for (const { name: group, bytes, start } of KERNELS) {
  const bench = (name: string, { exports }: WebAssembly.Instance, baseline = false) => {
    const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    const call = start(exports as Parameters<typeof start>[0], memory as WebAssembly.Memory);
    Deno.bench({ name: `${group}: ${name}`, group, baseline, fn: () => void call() });
  };
  bench("no limits", instantiate(bytes), true);
  for (const limits of [{ fuel: 2 ** 60 }, { deadline: 1e9 }]) {
    const { bytes: code, ...appended } = rewrite(bytes, readModule(bytes), "deadline" in limits);
    bench(
      Object.keys(limits)[0]!,
      limitsOf(appended, group, limits).limit(instantiate(code)).instance,
    );
  }
}
