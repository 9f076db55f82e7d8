// The component model's canonical ABI, "Alignment", "Element Size" and "Flattening".

import type { FunctionType, ValueType } from "../types.ts";
import { unnamed } from "../value_types.ts";

/** A core value in JavaScript: a bigint for `i64`. */
export type CoreValue = number | bigint;

/** The type of a core value. */
export type CoreType = "i32" | "i64" | "f32" | "f64";

/** The maximum number of core parameters and results; more values are passed through memory. */
export const MOST_FLAT_PARAMETERS = 16, MOST_FLAT_RESULTS = 1;

/** The layout of a type's values in memory, and their flattening to core values. */
export interface Layout {
  readonly byteLength: number;
  readonly alignment: number;
  /** The flattened core types, truncated if they are too many for parameters anyway. */
  readonly flat: readonly CoreType[];
  /** Whether values contain handles. */
  readonly hasHandles: boolean;
}

/** A part of a record or a tuple, with its offset. */
export interface Part extends Layout {
  /** Bytes before it in memory. */
  readonly offset: number;
  /** Core values before it. */
  readonly index: number;
}

/** The layout of a variant, all of whose payloads are at the same offset. */
export interface VariantLayout extends Layout {
  /** The size of the discriminant in bytes. */
  readonly discriminant: 1 | 2 | 4;
  /** Bytes before the payload. */
  readonly offset: number;
}

const PRIMITIVES: Readonly<Record<string, readonly [byteLength: number, flat: CoreType]>> = {
  bool: [1, "i32"],
  s8: [1, "i32"],
  u8: [1, "i32"],
  s16: [2, "i32"],
  u16: [2, "i32"],
  s32: [4, "i32"],
  u32: [4, "i32"],
  s64: [8, "i64"],
  u64: [8, "i64"],
  f32: [4, "f32"],
  f64: [8, "f64"],
  char: [4, "i32"],
};

/** The layout of a pointer and a length, or of a handle. */
const RANGE: Layout = { byteLength: 8, alignment: 4, flat: ["i32", "i32"], hasHandles: false };

const HANDLE: Layout = { byteLength: 4, alignment: 4, flat: ["i32"], hasHandles: true };

/** The layouts of the types in use: types do not change. */
const known = new WeakMap<ValueType, Layout>();

/** Returns the layout of a type, which is computed once. */
export function layoutOf(type: ValueType): Layout {
  let found = known.get(type);
  if (found === undefined) known.set(type, found = findLayout(type));
  return found;
}

function findLayout(type: ValueType): Layout {
  const bare = unnamed(type) as ValueType;
  switch (bare.kind) {
    case "primitive": {
      if (bare.name === "string") return RANGE;
      const [byteLength, flat] = PRIMITIVES[bare.name]!;
      return { byteLength, alignment: byteLength, flat: [flat], hasHandles: false };
    }
    case "list":
      return { ...RANGE, hasHandles: layoutOf(bare.type).hasHandles };
    case "map":
      return { ...RANGE, hasHandles: recordLayout([bare.key, bare.value]).hasHandles };
    case "record":
    case "tuple":
      return recordLayout(partTypes(bare));
    case "flags": {
      const byteLength = bare.names.length <= 8 ? 1 : bare.names.length <= 16 ? 2 : 4;
      return { byteLength, alignment: byteLength, flat: ["i32"], hasHandles: false };
    }
    case "variant":
    case "enum":
    case "option":
    case "result":
      return variantLayout(caseTypes(bare));
  }
  return HANDLE;
}

/** Returns the types of the parts of a record or of a tuple. */
export function partTypes(
  type: Extract<ValueType, { readonly kind: "record" | "tuple" }>,
): readonly ValueType[] {
  return type.kind === "tuple" ? type.types : type.fields.map((field) => field.type);
}

/**
 * Returns the payload types of the cases of a variant, or of a type that is a variant in memory.
 */
export function caseTypes(
  type: Extract<ValueType, { readonly kind: "variant" | "enum" | "option" | "result" }>,
): readonly (ValueType | undefined)[] {
  switch (type.kind) {
    case "variant":
      return type.cases.map((item) => item.type);
    case "enum":
      return type.names.map(() => undefined);
    case "option":
      return [undefined, type.type];
    case "result":
      return [type.ok, type.error];
  }
}

/** Rounds an offset up to a multiple of a power of 2. */
export function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Returns the layout of consecutive values, such as parameters. */
export function recordLayout(
  types: readonly ValueType[],
): Layout & { readonly parts: readonly Part[] } {
  let offset = 0;
  let alignment = 1;
  const flat: CoreType[] = [];
  const parts = types.map((type): Part => {
    const layout = layoutOf(type);
    alignment = Math.max(alignment, layout.alignment);
    offset = alignTo(offset, layout.alignment);
    const part = { ...layout, offset, index: flat.length };
    offset += layout.byteLength;
    flat.push(...layout.flat.slice(0, MOST_FLAT_PARAMETERS + 1 - flat.length));
    return part;
  });
  const hasHandles = parts.some((part) => part.hasHandles);
  return { byteLength: alignTo(offset, alignment), alignment, flat, hasHandles, parts };
}

/** The type of a core function. */
export interface CoreSignature {
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
}

/**
 * Returns the type of the core function from which a function is lifted, or to which it is lowered.
 */
export function signatureOf(
  { parameters, result }: FunctionType,
  way: "lift" | "lower",
): CoreSignature {
  const { flat } = recordLayout(parameters.map(({ type }) => type));
  const taken: readonly CoreType[] = flat.length > MOST_FLAT_PARAMETERS ? ["i32"] : flat;
  const results = result === undefined ? [] : layoutOf(result).flat;
  if (results.length <= MOST_FLAT_RESULTS) return { parameters: taken, results };
  // The result is in memory: a lifted callee chooses the address, a lowering caller passes it.
  return way === "lift"
    ? { parameters: taken, results: ["i32"] }
    : { parameters: [...taken, "i32"], results: [] };
}

/** Returns the layout of a variant by the payloads of its cases. */
export function variantLayout(cases: readonly (ValueType | undefined)[]): VariantLayout {
  const discriminant = cases.length <= 0x100 ? 1 : cases.length <= 0x10000 ? 2 : 4;
  let byteLength = 0;
  let alignment = 1;
  let hasHandles = false;
  const flat: CoreType[] = [];
  for (const type of cases) {
    if (type === undefined) continue;
    const payload = layoutOf(type);
    byteLength = Math.max(byteLength, payload.byteLength);
    alignment = Math.max(alignment, payload.alignment);
    hasHandles ||= payload.hasHandles;
    payload.flat.forEach((core, index) => {
      flat[index] = index < flat.length ? join(flat[index]!, core) : core;
    });
  }
  const offset = alignTo(discriminant, alignment);
  alignment = Math.max(alignment, discriminant);
  return {
    byteLength: alignTo(offset + byteLength, alignment),
    alignment,
    flat: ["i32", ...flat].slice(0, MOST_FLAT_PARAMETERS + 1) as CoreType[],
    hasHandles,
    discriminant,
    offset,
  };
}

/** Returns the core type that can represent values of two types. */
function join(left: CoreType, right: CoreType): CoreType {
  if (left === right) return left;
  const has32 = [left, right].every((type) => type === "i32" || type === "f32");
  return has32 ? "i32" : "i64";
}

/** The bits of a core value. */
const bits = new DataView(new ArrayBuffer(8));

/** Converts a core value of the type that all cases share to the narrower type of a case. */
export function narrowed(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  if (from === "i64") bits.setBigInt64(0, value as bigint, true);
  else bits.setInt32(0, value as number, true);
  switch (to) {
    case "i32":
      return bits.getInt32(0, true);
    case "f32":
      return bits.getFloat32(0, true);
    case "f64":
      return bits.getFloat64(0, true);
  }
  return value;
}

/** Converts a core value of a case to the type that all cases share. */
export function widened(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  bits.setBigInt64(0, 0n, true);
  if (from === "i32") bits.setInt32(0, value as number, true);
  else if (from === "f32") bits.setFloat32(0, value as number, true);
  else bits.setFloat64(0, value as number, true);
  return to === "i64" ? bits.getBigInt64(0, true) : bits.getInt32(0, true);
}
