import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { GuestError, Problem } from "../base/errors.ts";
import type { GuestLimits } from "../base/limits.ts";
import type { GuestErrorCode } from "../base/error_types.ts";
import type { DeclarationCheck } from "../check/checked_options.ts";
import type { LoadOptions } from "../check/load_options.ts";
import type { GivenImports } from "../imports/prepare_imports.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { Instance } from "../instance/instance.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { Rival } from "../presets/preset.ts";
import type { WasiState } from "../wasi/state.ts";
import type { Properties } from "./properties.ts";
import type { Compiled, LimitedInstance } from "../source/source_types.ts";
import type { GuestLayout } from "./layout.ts";

/** The host's imports and state for an instance. */
export interface GuestHost {
  /** Notes the instance, as soon as it exists. */
  attach(instance: Instance): void;
  /** WASI, if the guest imports it. */
  readonly wasi: WasiState | undefined;
  /**
   * Explains an error that ended the start of the guest, if an import caused it.
   *
   * @param exports The exports of the guest, if the error came from an export that initialises it.
   */
  explainStart(error: unknown, exports?: WebAssembly.Exports): Error | undefined;
}

/** One instance and its parts. */
export interface Instantiated extends LimitedInstance {
  readonly imports?: WebAssembly.Imports | undefined;
  readonly memory: WebAssembly.Memory | undefined;
  /** Returns whether its addresses are 64 bits wide. */
  readonly address64: () => boolean;
  /** The host's imports and state, if it imports any function. */
  readonly host: GuestHost | undefined;
}

/** One instance of a guest: the engine's instance, the state that calls need, and its imports. */
export interface Instantiation {
  readonly wasmInstance: WebAssembly.Instance;
  readonly instance: GuestInstance;
  /** The host's imports and state, if it imports any function. */
  readonly host: GuestHost | undefined;
}

/** The convention of a guest. */
export interface ChosenConvention {
  /** The convention, or why there is none. */
  readonly convention: Convention | CustomConvention | Problem;
  /** The reason why it was chosen. */
  readonly reason: string;
  /** The possible names of the buffer, to be compared at the first pass. */
  readonly rivals?: readonly Rival[] | undefined;
}

/** The parts of a guest. */
export interface GuestParts {
  readonly compiled: Compiled;
  /** Makes an instance of the module, with fresh memory. */
  readonly instantiate: () => Instantiated;
  /** The code that runs a command; absent if the guest exports no `_start`. */
  readonly command: typeof import("../wasi/modules.ts") | undefined;
  /**
   * Makes the frames of an error readable; absent if the module has no more names or lines than the
   * engine shows.
   */
  readonly describe: ((error: GuestError) => void) | undefined;
  /** The code and the reason of the error, if no fresh instance can be made. */
  readonly whyNoReset: readonly [code: GuestErrorCode, reason: string] | undefined;
  /**
   * Whether `load` initialises the guest or the caller does; `undefined` for an instance that was
   * made elsewhere.
   */
  readonly initializes: boolean | undefined;
  readonly chosen: () => ChosenConvention;
  /** The convention that the caller set, if there is one. */
  readonly given: Convention | CustomConvention | undefined;
  readonly symbols: Readonly<Record<string, SymbolDeclaration>>;
  /** The declared symbols that are properties; absent if there are none. */
  readonly properties: Properties | undefined;
  /** The code that makes functions of the symbols; absent if none are declared. */
  readonly binder: typeof import("./symbols.ts") | undefined;
  /** The code for function pointers; absent unless a declaration has some. */
  readonly functions: typeof import("./guest_functions.ts") | undefined;
  /** The limits that the caller set. */
  readonly limits: GuestLimits;
  /** The layout of guest memory, if the caller set it. */
  readonly layout: GuestLayout | undefined;
  /** How invalid text is handled, if the caller set it. */
  readonly onInvalid: OnInvalid | undefined;
  /**
   * The check of the symbols and of the convention that the caller set; absent if there is neither.
   */
  readonly check: DeclarationCheck | undefined;
}

/** Where the instances of a guest come from. */
export interface Origin {
  /** Prepares the function that makes them. */
  prepare(
    compiled: Compiled,
    options: LoadOptions<SymbolDeclarations>,
    given: GivenImports,
  ): Promise<Pick<GuestParts, "instantiate" | "whyNoReset">>;
  /** Makes the frames of their errors readable, if the module has more than the engine shows. */
  readonly describe: Promise<GuestParts["describe"]> | undefined;
  readonly initializes: GuestParts["initializes"];
}
