import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { MemoryLayout } from "../abi/layout.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { GuestLimits } from "../base/limits.ts";
import type { ComponentShapes } from "../component/component_interfaces.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { WiringOptions } from "../imports/wire.ts";
import type { SourceOptions } from "../source/source_options.ts";
import type { Source } from "../source/source_types.ts";
import type { WasiOptions } from "../wasi/wasi_options.ts";

/** How to adopt an instance. Every option is optional. */
export interface AdoptOptions<S extends SymbolDeclarations = SymbolDeclarations> extends
  Pick<
    LoadOptions<S>,
    "convention" | "symbols" | "memoryName" | "limits" | "onInvalid" | "layout"
  > {
  /**
   * What the instance was made of: its binary, a value of `compile`, or a module that Passage has
   * compiled. Without it types are unknown, so that no convention can be recognised, and options
   * have to state what depends on types.
   */
  readonly source?: Source | undefined;
  /** The guest's memory, if the instance imports it: an instance does not show its imports. */
  readonly memory?: WebAssembly.Memory | undefined;
}

/** How to load a guest. Every option is optional. */
export interface LoadOptions<S extends SymbolDeclarations = SymbolDeclarations>
  extends WiringOptions, SourceOptions {
  /** How data is passed; detected from the binary unless set. */
  readonly convention?: Convention | CustomConvention | undefined;
  /** Exported functions with their parameters and results, as in `Deno.dlopen`. */
  readonly symbols?: S | undefined;
  /**
   * What becomes of text that its encoding does not allow, where neither a declaration nor the
   * convention sets it: an error (the default), or U+FFFD in its place. It also holds for
   * `guest.memory`.
   */
  readonly onInvalid?: OnInvalid | undefined;
  /** The guest's memory, if it has several: an export, or an import such as `env.memory`. */
  readonly memoryName?: string | undefined;
  /**
   * What the values of a component are for its caller and the interfaces that it is given, where
   * JavaScript has no type for them: `"jco"` unless set. Modules have no such values.
   */
  readonly componentShapes?: ComponentShapes | undefined;
  /** Grants for a guest that imports WASI: nothing unless set. */
  readonly wasi?: WasiOptions | undefined;
  /**
   * Ranges in guest memory by name, for a guest whose layout is the host's: at fixed addresses,
   * or added to memory. They are placed before the guest is called, and memory grows to have them.
   * In declarations and conventions `{ layout: "name" }` is the address of a range, and `guest.place`
   * returns where it is. Guests that share a memory may share a name; any other overlap is refused.
   */
  readonly layout?: MemoryLayout | undefined;
  /**
   * How much host memory a guest can use, which is bounded unless set otherwise, how much it can
   * execute, and how large its own memories and tables can become.
   */
  readonly limits?: GuestLimits | undefined;
  /**
   * Whether `load` and `reset` run what initialises the guest (`_initialize`, or C++ constructors):
   * true unless set. If it is false, that is up to the caller, by `guest.initialize()`.
   */
  readonly initialize?: boolean | undefined;
}
