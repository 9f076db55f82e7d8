/**
 * Loads a WebAssembly guest and passes data to it and back through linear memory.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/passing_data.wasm");
 * assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
 * ```
 *
 * @module
 */
export { load } from "./src/load.ts";
export type { LoadOptions } from "./src/load_options.ts";
export type { GuestLimits } from "./src/limits.ts";
export type { Imports, WiringOptions } from "./src/imports.ts";
export type { MemoryLimits } from "./src/imports.ts";
export type { CompiledModule, Source, UnlessEmpty } from "./src/source.ts";
export {
  type HostAnswer,
  type HostArgument,
  type HostArguments,
  type HostCallback,
  HostFunction,
  hostFunction,
  type HostFunctionDeclaration,
  type HostParameter,
  type HostResult,
  type HostTextParameter,
} from "./src/host.ts";
export { Guest } from "./src/guest.ts";
export { GuestBlock } from "./src/block.ts";
export type { GuestState } from "./src/guest_realm.ts";
export { ConventionReport } from "./src/conventions/report.ts";
export { GuestMemory } from "./src/memory.ts";
export type { Pointer } from "./src/pointer.ts";
export type { ReadCStringOptions, TextOptions, WriteTextOptions } from "./src/memory_text.ts";
export type { NumericType, NumericValue, TypedArray } from "./src/numbers.ts";
export type { Encoding } from "./src/text/codec.ts";
export type {
  Nullable,
  ParameterValue,
  ParameterValues,
  PointerValue,
  ResultValue,
  SymbolDeclarations,
  SymbolFunction,
  SymbolFunctions,
} from "./src/symbols.ts";
export type { WasiOptions, WasiSink } from "./src/wasi/options.ts";
export type { WasiOutput } from "./src/wasi/output.ts";
export {
  GuestError,
  type GuestErrorCode,
  type GuestErrorOptions,
  LoadError,
  type LoadErrorCode,
  type LoadErrorOptions,
  MemoryRangeError,
  WasmFormatError,
} from "./src/errors.ts";
export {
  allocator,
  type AllocatorOptions,
  cString,
  type CStringOptions,
} from "./src/conventions/presets/allocator.ts";
export {
  assemblyScript,
  type AssemblyScriptOptions,
} from "./src/conventions/presets/toolchains.ts";
export {
  inPlace,
  type InPlaceOptions,
  staticBuffer,
  type StaticBufferOptions,
} from "./src/conventions/presets/buffer.ts";
export { canonicalAbi } from "./src/conventions/presets/toolchains.ts";
export { jsStrings } from "./src/conventions/presets/toolchains.ts";
export type { ConventionOptions } from "./src/conventions/presets/options.ts";
export { wasmBindgen, type WasmBindgenOptions } from "./src/conventions/presets/allocator.ts";
export { RESULT_FORMS } from "./src/conventions/presets/options.ts";
export type * from "./src/conventions/convention.ts";
export type * from "./src/conventions/declaration.ts";
export type * from "./src/conventions/list.ts";
export type { StringsParameter } from "./src/conventions/compound.ts";
export type { CoreValue } from "./src/engine/realm.ts";
export type { Lowered, OwnContext, OwnConvention } from "./src/conventions/own.ts";
export type * from "./src/binary/types.ts";
export type { CapacityReport } from "./src/conventions/capacity.ts";
