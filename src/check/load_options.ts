import type { Convention } from "../abi/convention.ts";
import type { OwnConvention } from "../abi/custom.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { GuestLimits } from "../base/limits.ts";
import type { WiringOptions } from "../imports/wire.ts";
import type { WasiOptions } from "../wasi/options.ts";

/** How a guest is loaded. Nothing is needed where the binary tells it. */
export interface LoadOptions<S extends SymbolDeclarations = SymbolDeclarations>
  extends WiringOptions {
  /** How data is passed; recognised from the binary unless said. */
  readonly convention?: Convention | OwnConvention | undefined;
  /** Exported functions with their parameters and results, as in `Deno.dlopen`. */
  readonly symbols?: S | undefined;
  /** Which memory is the guest's, where it has several: an export, or an import such as `env.memory`. */
  readonly memoryName?: string | undefined;
  /** What a guest that imports WASI is granted: nothing unless said. */
  readonly wasi?: WasiOptions | undefined;
  /** How much of the host's memory a guest can make it hold: bounded unless set otherwise. */
  readonly limits?: GuestLimits | undefined;
}
