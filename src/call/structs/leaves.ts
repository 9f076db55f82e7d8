import type {
  DataLayout,
  FunctionLayout,
  Layout,
  NumberLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import type { CallCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { compileContent, unitOf } from "../content.ts";
import { testOf } from "../number.ts";

// The parts of a struct in a compiled call. Each is read once, into a local that stays after the
// branch that reads it.

interface Part<L extends Layout> {
  /** Its offset from the beginning of the whole. */
  readonly offset: number;
  readonly layout: L;
  readonly local: string;
}

/** A number of a struct. */
export interface NumberLeaf extends Part<NumberLayout> {
  readonly kind: "number";
}

/** Text, bytes or numbers: the locals of their number of bytes, and of their address. */
export interface ContentLeaf extends Part<DataLayout> {
  readonly kind: "content";
  readonly byteLength: string;
  readonly address: string;
}

/** A function, and the local of the pointer that it gets. */
export interface FunctionLeaf extends Part<FunctionLayout> {
  readonly kind: "function";
  readonly pointer: string;
}

/** A variant: the index of its case is in the local, and each case has its tag and its value. */
interface VariantLeaf extends Part<VariantLayout> {
  readonly kind: "variant";
  readonly cases: readonly (readonly Leaf[])[];
}

/** A part of a struct. */
export type Leaf = NumberLeaf | ContentLeaf | FunctionLeaf | VariantLeaf;

/**
 * Writes the check that a value is an object of so many fields. The run form names the field that
 * there should not be; an inherited one is left to it too.
 */
export function writeShape(
  value: string,
  fields: number,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const count = code.fresh("count");
  code.add(`if (typeof ${value} !== "object" || ${value} === null) ${otherwise()}
    let ${count} = 0; for (const key in ${value}) ${count}++;
    if (${count} !== ${fields}) ${otherwise()}`);
}

/**
 * Writes reading and checking each part of a value.
 *
 * @returns `undefined` if a part has no fast form.
 */
export function readLeaves(
  layout: Layout,
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): readonly Leaf[] | undefined {
  switch (layout.kind) {
    case "number": {
      // A pointer of 64 bits becomes a bigint; the run form takes those above 4 GiB.
      const isWide = layout.type === "pointer" && layout.size === 8;
      code.add(`if (!(${testOf(layout.type, value)})) ${otherwise()}`);
      return [{ kind: "number", offset, layout, local: isWide ? `BigInt(${value})` : value }];
    }
    case "function":
      // A callback has its pointer already, which the run form finds.
      code.add(`if (typeof ${value} !== "function") ${otherwise()}`);
      return [{ kind: "function", offset, layout, local: value, pointer: code.fresh("pointer") }];
    case "data": {
      const byteLength = code.fresh("length"), address = code.fresh("address");
      writeMeasure(layout, value, byteLength, code, otherwise);
      return [{ kind: "content", offset, layout, local: value, byteLength, address }];
    }
    case "variant":
      return readVariant(layout, offset, value, code, otherwise);
    case "struct":
      writeShape(value, layout.fields.length, code, otherwise);
      return readFields(layout.fields, offset, value, code, otherwise);
    default:
      return undefined;
  }
}

/** Writes reading and checking the fields of an object. */
export function readFields(
  fields: readonly { readonly name: string; readonly offset: number; readonly layout: Layout }[],
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): readonly Leaf[] | undefined {
  const all: Leaf[] = [];
  for (const { name, offset: at, layout } of fields) {
    const local = code.fresh("field");
    code.add(`var ${local} = ${value}[${code.constant(name)}];`);
    const leaves = readLeaves(layout, offset + at, local, code, otherwise);
    if (leaves === undefined) return undefined;
    all.push(...leaves);
  }
  return all;
}

/** Writes measuring text, bytes or numbers; the run form refuses or converts what is no content. */
function writeMeasure(
  { content: kind, encoding, inline, length, nullable }: DataLayout,
  value: string,
  byteLength: string,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const isTerminated = kind === "string" && length === "nul";
  const unit = unitOf(kind, encoding);
  const key = typeof kind === "object" ? kind.element : `${kind} ${encoding} ${isTerminated}`;
  const measure = code.of(`measure ${key}`, ({ instance }) => {
    const content = compileContent(instance.memory, kind, encoding);
    return (value: unknown): number => {
      try {
        if (isTerminated) content.refuseNul(value);
        return content.measure(value);
      } catch {
        return -1;
      }
    };
  });
  const isNull = nullable ? `${value} === null ? 0 : ` : "";
  const most = inline !== undefined
    ? inline - (kind === "string" ? unit : 0)
    : length === "nul"
    ? FARTHEST
    : unit * Number(NUMERIC_TYPES[length.store].range![1]);
  const isOther = inline !== undefined && kind !== "string" ? "!==" : ">";
  code.add(`var ${byteLength} = ${isNull}${measure}(${value});
    if (${byteLength} < 0 || ${byteLength} ${isOther} ${most}) ${otherwise()}`);
}

/** Writes finding the case of a variant, and reading and checking its value. */
function readVariant(
  layout: VariantLayout,
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): readonly Leaf[] | undefined {
  const name = code.fresh("tag"), local = code.fresh("case");
  code.add(`if (typeof ${value} !== "object" || ${value} === null) ${otherwise()}
    var ${name} = ${value}.tag, ${local};`);
  const cases: Leaf[][] = [];
  for (const [index, { name: known, is, offset: from, layout: inner }] of layout.cases.entries()) {
    const { lines, value: leaves } = code.capture(() => {
      code.add(`${local} = ${index};`);
      writeShape(value, inner === undefined ? 1 : 2, code, otherwise);
      const fields = inner === undefined ? [] : [{ name: "value", offset: from, layout: inner }];
      return readFields(fields, offset, value, code, otherwise);
    });
    if (leaves === undefined) return undefined;
    code.add(`if (${name} === ${code.constant(known)}) { ${lines} } else`);
    cases.push([{ kind: "number", offset, layout: tagOf(layout), local: String(is) }, ...leaves]);
  }
  code.add(otherwise());
  return [{ kind: "variant", offset, layout, local, cases }];
}

function tagOf({ tag }: VariantLayout): NumberLayout {
  const { byteLength: size } = NUMERIC_TYPES[tag];
  return { kind: "number", type: tag, store: tag, size, align: size };
}

/** Writes something for each part of a kind that a value has, in the order of their places. */
export function forEachLeaf<K extends "content" | "function">(
  leaves: readonly Leaf[],
  kind: K,
  code: CallCode,
  write: (leaf: Leaf & { readonly kind: K }) => void,
): void {
  for (const leaf of leaves) {
    if (leaf.kind === kind) write(leaf as Leaf & { readonly kind: K });
    if (leaf.kind !== "variant") continue;
    for (const [index, inner] of leaf.cases.entries()) {
      const { lines } = code.capture(() => forEachLeaf(inner, kind, code, write));
      if (lines !== "") code.add(`if (${leaf.local} === ${index}) { ${lines} }`);
    }
  }
}
