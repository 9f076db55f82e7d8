import type {
  DataLayout,
  FunctionLayout,
  Layout,
  NumberLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { isWide } from "../../memory/text/common.ts";
import type { CallCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { compileContent } from "../content.ts";
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

/** A text behind a pointer: the locals of its number of bytes, and of the address that it gets. */
export interface TextLeaf extends Part<DataLayout> {
  readonly kind: "text";
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
export type Leaf = NumberLeaf | TextLeaf | FunctionLeaf | VariantLeaf;

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
      if (!isPlainText(layout)) return undefined;
      const byteLength = code.fresh("length"), address = code.fresh("address");
      writeMeasure(layout, value, byteLength, code, otherwise);
      return [{ kind: "text", offset, layout, local: value, byteLength, address }];
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

/** Returns whether a part is a text of one byte for each unit behind a pointer. */
function isPlainText({ content, encoding, inline, length }: DataLayout): boolean {
  return content === "string" && inline === undefined && !isWide(encoding) &&
    (length === "nul" || NUMERIC_TYPES[length.store].byteLength <= 4);
}

/** Writes measuring a text, which the run form refuses if it cannot be encoded. */
function writeMeasure(
  { encoding, length, nullable }: DataLayout,
  value: string,
  byteLength: string,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const isTerminated = length === "nul";
  const measure = code.of(`measure ${encoding} ${isTerminated}`, ({ instance }) => {
    const content = compileContent(instance.memory, "string", encoding);
    return (text: string): number => {
      try {
        if (isTerminated) content.refuseNul(text);
        return content.measure(text);
      } catch {
        return -1;
      }
    };
  });
  const measured = nullable
    ? `${value} === null ? 0 : ${measure}(${value})`
    : `${measure}(${value})`;
  const isText = `typeof ${value} !== "string"${nullable ? ` && ${value} !== null` : ""}`;
  code.add(`if (${isText}) ${otherwise()}
    var ${byteLength} = ${measured};`);
  const most = length === "nul" ? FARTHEST : Number(NUMERIC_TYPES[length.store].range![1]);
  code.add(`if (${byteLength} < 0 || ${byteLength} > ${most}) ${otherwise()}`);
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
export function forEachLeaf<K extends "text" | "function">(
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
