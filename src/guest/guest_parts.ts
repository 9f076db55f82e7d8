import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { Problem } from "../base/errors.ts";
import type { DeclarationCheck } from "../check/checked_options.ts";
import type { HostImports } from "../imports/host_imports.ts";
import type { Rival } from "../presets/preset.ts";
import type { Compiled } from "../source/source_types.ts";

/** One instance and what belongs to it. */
export interface Instantiated {
  readonly instance: WebAssembly.Instance;
  readonly memory: WebAssembly.Memory | undefined;
  /** Tells whether its addresses are 64 bits wide. */
  readonly address64: () => boolean;
  /** The host functions that wait for it, if it imports any function. */
  readonly host: HostImports | undefined;
}

/** How data is passed. */
export interface ChosenConvention {
  /** The convention, or why there is none. */
  readonly convention: Convention | CustomConvention | Problem;
  /** Why it was chosen. */
  readonly reason: string;
  /** What else may name the same buffer, with what was chosen: asked at the first pass. */
  readonly rivals?: readonly Rival[] | undefined;
}

/** What a guest is made of. */
export interface GuestParts<S extends SymbolDeclarations> {
  readonly compiled: Compiled;
  /** Makes an instance of the module, with fresh memory. */
  readonly instantiate: () => Instantiated;
  /** What runs a command; absent if the guest exports no `_start`. */
  readonly command: typeof import("../wasi/run_command.ts") | undefined;
  /** Why no fresh instance can be made, where that is so. */
  readonly whyNoReset: string | undefined;
  readonly chosen: () => ChosenConvention;
  /** The convention that the caller said, where one was said. */
  readonly said: Convention | CustomConvention | undefined;
  readonly symbols: S;
  /** What makes functions of them; absent if none are declared. */
  readonly binder: typeof import("./symbols.ts") | undefined;
  /** What the caller has set for the values of one call, in bytes of the host's memory. */
  readonly resultLimit: number | undefined;
  /** What checks them, and the convention that the caller said; absent where there is neither. */
  readonly check: DeclarationCheck | undefined;
}
