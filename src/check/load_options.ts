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

/** The options of `adopt`, all of them optional. */
export interface AdoptOptions<S extends SymbolDeclarations = SymbolDeclarations> extends
  Pick<
    LoadOptions<S>,
    "convention" | "symbols" | "memoryName" | "limits" | "onInvalid" | "layout"
  > {
  /**
   * The source of the instance: its binary, a value of `compile`, or a module that Passage has
   * compiled. Without it types are unknown, so no convention can be detected, and options have to
   * state what depends on types.
   */
  readonly source?: Source | undefined;
  /** The guest's memory, if the instance imports it: an instance does not show its imports. */
  readonly memory?: WebAssembly.Memory | undefined;
}

/** The options of `load`, all of them optional. */
export interface LoadOptions<S extends SymbolDeclarations = SymbolDeclarations>
  extends WiringOptions, SourceOptions {
  /** How data is passed; detected from the binary unless set. */
  readonly convention?: Convention | CustomConvention | undefined;
  /** Exported functions with their parameters and results, as in `Deno.dlopen`. */
  readonly symbols?: S | undefined;
  /**
   * How invalid text is handled, unless a declaration or the convention sets it: as an error (the
   * default), or replaced with U+FFFD. It also applies to `guest.memory`.
   */
  readonly onInvalid?: OnInvalid | undefined;
  /** The guest's memory, if it has several: an export, or an import such as `env.memory`. */
  readonly memoryName?: string | undefined;
  /**
   * The JavaScript shapes of a component's values, for its caller and for imported interfaces, if
   * JavaScript has no type for them: `"jco"` unless set. It has no effect on modules.
   */
  readonly componentShapes?: ComponentShapes | undefined;
  /** Grants for a guest that imports WASI: nothing unless set. */
  readonly wasi?: WasiOptions | undefined;
  /**
   * Ranges in guest memory by name, for a guest that leaves its memory layout to the host: at fixed
   * addresses, or added to memory. They are placed before the guest is called, and memory grows to
   * hold them. In declarations and conventions `{ layout: "name" }` is the address of a range, and
   * `guest.place` returns where it is. Guests that share a memory may share a name; any other
   * overlap is refused.
   */
  readonly layout?: MemoryLayout | undefined;
  /**
   * How much host memory a guest can use, which has default limits, how much it can execute, and
   * how large its own memories and tables can become.
   */
  readonly limits?: GuestLimits | undefined;
  /**
   * Whether `load` and `reset` initialise the guest (`_initialize`, or C++ constructors): true
   * unless set. If false, call `guest.initialize()` yourself.
   */
  readonly initialize?: boolean | undefined;
}
