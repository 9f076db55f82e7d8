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
 * Begin with these names. All others are the types of their options, parameters and results.
 *
 * - {@linkcode load} loads a guest; {@linkcode compile} compiles a module for several guests.
 * - {@linkcode Guest} has the methods that call it, and {@linkcode GuestMemory} is its checked
 *   memory.
 * - {@linkcode hostFunction} makes a function that a guest calls.
 * - {@linkcode staticBuffer}, {@linkcode allocator}, {@linkcode cString} and {@linkcode inPlace}
 *   set how text is passed if the binary does not show it.
 * - {@linkcode GuestError}, {@linkcode LoadError} and {@linkcode MemoryRangeError} are thrown.
 *
 * @module
 */
export { adopt, compile, load } from "./src/load.ts";
export type { AdoptOptions, LoadOptions } from "./src/check/load_options.ts";
export type { CallLimits, FuelReport, GuestLimits } from "./src/base/limits.ts";
export type { MemoryLimits, WiringOptions } from "./src/imports/wire.ts";
export type { Imports, ImportsFunction, ImportType } from "./src/imports/take_imports.ts";
export type { SourceOptions, SourceProgress } from "./src/source/source_options.ts";
export type {
  BinaryContents,
  BinarySource,
  CompiledGuest,
  CompiledModule,
  Source,
  UnlessEmpty,
} from "./src/source/source_types.ts";
export type {
  Counted,
  HostOut,
  InOutParameter,
  OutParameter,
  Returning,
} from "./src/abi/out_parameter.ts";
export type {
  HostInOut,
  HostListParameter,
  HostListResult,
  HostStruct,
  HostVariant,
} from "./src/abi/host_struct.ts";
export type {
  ChunkDeclaration,
  Chunked,
  CParameter,
  FunctionDeclaration,
  FunctionParameter,
  FunctionResult,
  HostFunctionDeclaration,
  HostFunctionParameter,
  HostFunctionResult,
  HostParameter,
  HostResult,
  HostTextParameter,
  Output,
  Parameter,
  Result,
  SymbolDeclaration,
} from "./src/abi/declaration.ts";
export { HostFunction, hostFunction } from "./src/imports/host_function.ts";
export { Guest } from "./src/guest.ts";
export type { LimitedGuest } from "./src/guest/limited_guest.ts";
export type {
  AsyncInterfaces,
  ComponentInterfaces,
  ComponentShapes,
  CoreInstance,
} from "./src/component/component_interfaces.ts";
export type { LinkedGuest } from "./src/instance/guest_instance.ts";
export type { GuestStruct } from "./src/guest/guest_struct.ts";
export type { GuestSnapshot } from "./src/guest/snapshot.ts";
export type { GuestFunctions } from "./src/guest/function_types.ts";
export type { GuestBlock } from "./src/call/block.ts";
export type { GuestCallback } from "./src/call/pointers/callback.ts";
export type { GuestState } from "./src/instance/refusal.ts";
export type { PlanReport } from "./src/call/plan_report.ts";
export type { PlanStep, PlanStepName } from "./src/abi/plan_step.ts";
export { ConventionReport } from "./src/detect/detect.ts";
export { GuestMemory } from "./src/memory/guest_memory.ts";
export type { MemoryView } from "./src/memory/memory_view.ts";
export type { Pointer } from "./src/memory/pointer.ts";
export type { MemoryOptions, ReadCStringOptions, TextOptions } from "./src/memory/text_options.ts";
export type { NumericType, NumericValue } from "./src/base/numeric_types.ts";
export type { BytesInput, ElementsInput, TypedArray } from "./src/base/typed_arrays.ts";
export type { Encoding, OnInvalid } from "./src/memory/text/codec.ts";
export type {
  AccessorValues,
  AnySymbolDeclaration,
  ClassValue,
  MethodFunctions,
  MutableNames,
  PartOf,
  SymbolDeclarations,
  SymbolFunctions,
  SymbolValue,
} from "./src/abi/symbol_types.ts";
export type {
  BytesValue,
  ClassOf,
  Enclosing,
  FieldArgument,
  FieldValue,
  HasParameter,
  HostAnswer,
  HostArgument,
  HostArguments,
  HostCallback,
  HostReturn,
  InOutArgument,
  Inside,
  OutValue,
  ParameterValue,
  ParameterValues,
  PointerValue,
  PresentValue,
  ResultValue,
  ReturnedValues,
  StructArgument,
  StructValue,
  SymbolArguments,
  SymbolFunction,
  SymbolResult,
  VariantValue,
} from "./src/abi/value_types.ts";
export type {
  WasiFetch,
  WasiFolder,
  WasiInput,
  WasiInputSource,
  WasiOptions,
  WasiPreopen,
  WasiSink,
} from "./src/wasi/wasi_options.ts";
export type { WasiOutput } from "./src/wasi/output.ts";
export {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
} from "./src/base/errors.ts";
export type {
  GuestErrorCode,
  GuestErrorOptions,
  LoadErrorCode,
  LoadErrorOptions,
} from "./src/base/error_types.ts";
export {
  allocator,
  type AllocatorOptions,
  cString,
  type CStringOptions,
} from "./src/presets/allocator.ts";
export { assemblyScript, type AssemblyScriptOptions } from "./src/presets/assembly_script.ts";
export { canonicalAbi } from "./src/presets/canonical_abi.ts";
export { jsStrings } from "./src/presets/js_strings.ts";
export type { ConventionOptions, ResultOption } from "./src/presets/preset.ts";
export {
  inPlace,
  type InPlaceOptions,
  staticBuffer,
  type StaticBufferOptions,
} from "./src/presets/static_buffer.ts";
export { wasmBindgen, type WasmBindgenOptions } from "./src/presets/wasm_bindgen.ts";
export { RESULT_FORMS } from "./src/abi/result_forms.ts";
export type {
  ArgumentsFunction,
  Condition,
  ConventionEncoding,
  Length,
  NumberTest,
  Value,
} from "./src/abi/value.ts";
export type {
  BlockCall,
  BlockSource,
  BlockValue,
  Capacity,
  CoreArgument,
  DataArgument,
  FreedBy,
  LengthUnit,
  Pass,
  ResultFreedBy,
  Room,
} from "./src/abi/block_source.ts";
export type { AddedPlace, FixedPlace, MemoryLayout, PlacedRange } from "./src/abi/layout.ts";
export type { Convention } from "./src/abi/convention.ts";
export type {
  ArrayParameter,
  ParameterName,
  ResultName,
  StringsParameter,
  TextParameter,
} from "./src/abi/parameter.ts";
export type {
  ArrayResultDeclaration,
  CursorDeclaration,
  ElementsDeclaration,
  FieldDeclaration,
  ListResultDeclaration,
  NumberForm,
  NumberResultDeclaration,
  RecordResultDeclaration,
  ResultForm,
  SliceDeclaration,
  Status,
  StringsResultDeclaration,
  TextResultDeclaration,
  VariantCase,
  VariantDeclaration,
} from "./src/abi/result.ts";
export type {
  DescribeFailure,
  ResultFormName,
  TextResult,
  ThrownValue,
} from "./src/abi/text_result.ts";
export type {
  ArrayField,
  BytesField,
  FieldLength,
  FunctionField,
  FunctionPart,
  ItemsDeclaration,
  LengthFields,
  ListField,
  ListParameter,
  Nullable,
  StructField,
  StructFields,
  StructParameter,
  StructResultDeclaration,
  StructType,
  TextField,
  VariantField,
  VariantFieldCase,
  VariantParameter,
  VariantResultDeclaration,
} from "./src/abi/struct.ts";
export type {
  GuestObject,
  ObjectBytes,
  ObjectField,
  ObjectFields,
  ObjectNumbers,
  ObjectStrings,
  ObjectsType,
  ObjectText,
  ObjectType,
  ObjectValue,
  ReferenceType,
} from "./src/abi/managed.ts";
export type {
  AccessorDeclaration,
  ClassDeclaration,
  EnumDeclaration,
  EnumValue,
  GlobalDeclaration,
  MethodDeclaration,
} from "./src/abi/property_declaration.ts";
export type { CoreValue } from "./src/abi/core_value.ts";
export type { CustomContext, CustomConvention, Lowered } from "./src/abi/custom_convention.ts";
export type {
  ConstantValue,
  CustomSection,
  DataSegment,
  DefinedType,
  ExportInfo,
  ExternalKind,
  FieldType,
  FunctionEffects,
  FunctionType,
  GlobalInfo,
  GlobalType,
  ImportInfo,
  Limits,
  MemoryType,
  ModuleInfo,
  NumberType,
  OfKind,
  Producer,
  TableType,
  TagType,
  TypeOfKind,
  UnsupportedFeature,
  ValueType,
} from "./src/binary/types.ts";
export type { CapacityReport } from "./src/detect/capacity_types.ts";
export type { BytesClass, NumberName } from "./src/abi/number.ts";
