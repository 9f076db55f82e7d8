// Replaces src/load.ts in a test run, and limits the fuel of every guest whose module can be
// rewritten. The behaviour of guests must not change:
//     deno test --import-map=tests/limited/import_map.json …

import type { SymbolDeclarations } from "../../src/abi/symbol_types.ts";
import type { LoadOptions } from "../../src/check/load_options.ts";
import type { Guest } from "../../src/guest.ts";
import type { Source, UnlessEmpty } from "../../src/source/source_types.ts";
import { adopt, compile, load as loadWhole } from "../../src/load.ts?whole";

export { adopt, compile };

/** More than any test uses. */
const FUEL = 2 ** 50;

export async function load<
  const S extends SymbolDeclarations = Record<never, never>,
  const From extends Source = Source,
>(source: From & UnlessEmpty<From>, options?: LoadOptions<S>): Promise<Guest<S>> {
  return await loadWhole(source, withFuel(source, options));
}

function withFuel<S extends SymbolDeclarations>(
  source: Source,
  options: LoadOptions<S> | undefined,
): LoadOptions<S> | undefined {
  if (source instanceof WebAssembly.Module) return options;
  if (options === undefined) return { limits: { fuel: FUEL } };
  // The check reports wrong options.
  if (options === null || Object.getPrototypeOf(options) !== Object.prototype) return options;
  if (Object.values(Object.getOwnPropertyDescriptors(options)).some(({ get }) => get)) {
    return options;
  }
  const { limits = {} } = options;
  if (Object.getPrototypeOf(limits) !== Object.prototype) return options;
  return { ...options, limits: { fuel: FUEL, ...limits } };
}
