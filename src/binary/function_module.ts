// WebAssembly 3.0, section 5.5 "Modules". WebAssembly JavaScript Interface, section 5.6: only an
// exported function can be put into a table, and V8 has no `WebAssembly.Function`.

import type { FunctionType, ValueType } from "./types.ts";

/** The encodings of the value types that JavaScript can pass. */
const TYPES: Readonly<Partial<Record<ValueType, number>>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  funcref: 0x70,
  externref: 0x6f,
};

/** The compiled modules by function type, shared by all guests. */
const modules = new Map<string, WebAssembly.Module>();

/**
 * The maximum number of cached modules: a program has few types, but untrusted guests could add
 * more.
 */
const MOST = 256;

/**
 * Makes a function of exactly one type, which can be put into a guest's table.
 *
 * @param type The type; JavaScript can pass each of its values.
 * @param fn A function of the host, or a guest's function of that type.
 * @returns An exported function; a guest's function is returned unchanged.
 * @throws {WebAssembly.LinkError} if `fn` is a guest's function of another type.
 */
export function asTyped(type: FunctionType, fn: unknown): WebAssembly.ExportValue {
  const module = keptModule(typeKey(type), () => encodeFunctionModule(type));
  const imports = { "": { f: fn as WebAssembly.ImportValue } };
  return new WebAssembly.Instance(module, imports).exports.f!;
}

/**
 * Makes a function that calls the functions of one type in a table: it takes the index and the
 * arguments. V8 inlines calls of it, unlike calls of the method `get`, so a call takes a third less
 * time.
 *
 * @returns The function; it traps if the table has no function of that type at the index.
 */
export function tableCaller(type: FunctionType, table: WebAssembly.Table): WebAssembly.ExportValue {
  const module = keptModule(`table ${typeKey(type)}`, () => encodeTableModule(type));
  return new WebAssembly.Instance(module, { "": { t: table } }).exports.f!;
}

/** Returns the compiled module for a key from the cache that all guests share. */
export function keptModule(
  key: string,
  encode: () => Uint8Array<ArrayBuffer>,
): WebAssembly.Module {
  let module = modules.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(encode());
    if (modules.size >= MOST) modules.clear();
    modules.set(key, module);
  }
  return module;
}

/** Returns whether a guest's function has exactly this type, as the engine compares types. */
export function isOfType(type: FunctionType, fn: unknown): boolean {
  if (!canCross(type)) return false;
  try {
    asTyped(type, fn);
    return true;
  } catch (error) {
    if (error instanceof WebAssembly.LinkError) return false;
    throw error;
  }
}

/** Returns a text that is unique to the type. */
export function typeKey({ parameters, results }: FunctionType): string {
  return `${parameters.join()}>${results.join()}`;
}

/** Returns whether JavaScript can pass all parameters and results of a function. */
export function canCross({ parameters, results }: FunctionType): boolean {
  return [...parameters, ...results].every((type) => TYPES[type] !== undefined);
}

/** Encodes a module that imports one function of a type and exports it again. */
export function encodeFunctionModule(type: FunctionType): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, ...functionType(type)]),
    ...section(2, [1, 0, 1, F, 0, 0]), // import "" "f", a function of type 0
    ...section(7, [1, 1, F, 0, 0]), // export "f", function 0
  ]);
}

/**
 * Encodes a module that imports a table and exports a function that calls those of a type in it.
 */
function encodeTableModule(type: FunctionType): Uint8Array<ArrayBuffer> {
  const { parameters, results } = type;
  const get = (index: number) => [0x20, ...u32(index)];
  const body = [
    0, // no locals
    ...parameters.flatMap((_, index) => get(index + 1)),
    ...get(0),
    ...[0x11, 1, 0, 0x0b], // call_indirect of type 1 in table 0
  ];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [
      2,
      ...functionType({ parameters: ["i32", ...parameters], results }),
      ...functionType(type),
    ]),
    ...section(2, [1, 0, 1, T, 1, 0x70, 0, 0]), // import "" "t", a table of functions
    ...section(3, [1, 0]),
    ...section(7, [1, 1, F, 0, 0]), // export "f", function 0
    ...section(10, [1, ...u32(body.length), ...body]),
  ]);
}

/** The magic and the version of a module. */
export const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const F = "f".charCodeAt(0), T = "t".charCodeAt(0);

/** Encodes a section. */
export function section(id: number, contents: readonly number[]): number[] {
  return [id, ...u32(contents.length), ...contents];
}

/** Encodes a function type. */
export function functionType({ parameters, results }: FunctionType): number[] {
  const types = (list: readonly ValueType[]) => [
    ...u32(list.length),
    ...list.map((type) => TYPES[type]!),
  ];
  return [0x60, ...types(parameters), ...types(results)];
}

/** Encodes an unsigned number as LEB128. */
export function u32(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(value >>> 7)];
}
