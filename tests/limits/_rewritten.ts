import { readModule } from "../../src/binary/module.ts";
import { asTyped } from "../../src/binary/function_module.ts";
import { ASK, EXHAUSTED } from "../../src/limits/helpers.ts";
import { rewrite } from "../../src/limits/rewrite.ts";

/** An instance of a rewritten module. */
export interface Metered {
  readonly exports: Record<string, (...args: unknown[]) => unknown>;
  /** Returns the units that a call of an export takes. */
  burn(name: string, ...args: unknown[]): number;
  readonly counter: WebAssembly.Global;
}

const BUDGET = 2n ** 60n;

/**
 * Rewrites and instantiates a module.
 *
 * @param asks Whether it asks the host for more units.
 * @param give Returns more units; the host has none unless it is set.
 */
export function meter(
  bytes: Uint8Array,
  { asks = false, give = () => EXHAUSTED, imports = {} }: {
    asks?: boolean;
    give?: () => bigint;
    imports?: WebAssembly.Imports;
  } = {},
): Metered {
  const { bytes: rewritten, fuel, table } = rewrite(bytes, readModule(bytes), asks);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten), imports);
  const counter = exports[fuel] as WebAssembly.Global;
  if (table !== undefined) {
    (exports[table] as WebAssembly.Table).set(0, asTyped(ASK, give) as () => bigint);
  }
  const functions = exports as Metered["exports"];
  return {
    exports: functions,
    burn(name, ...args) {
      counter.value = BUDGET;
      functions[name]!(...args);
      return Number(BUDGET - (counter.value as bigint));
    },
    counter,
  };
}
