// The host functions of an instance, without a guest.
import { Problem } from "../../src/base/errors.ts";
import { type HostContext, HostImports } from "../../src/imports/host_imports.ts";

const NONE = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot pass anything",
  found: "there is no guest",
});

/** Makes the host functions of an instance, of a guest about which nothing else is known. */
export function makeHost(known: Partial<HostContext> = {}): HostImports {
  return new HostImports({
    compiled: { info: undefined },
    exports: () => new Set(),
    convention: () => NONE,
    address64: () => false,
    isTimed: false,
    forms: new Map(),
    ...known,
  });
}
