import type {
  DataLayout,
  FunctionLayout,
  ItemsLayout,
  Layout,
  ListLayout,
  NumberLayout,
  PointedLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import type { CallCode } from "../code/call_code.ts";

// The parts of a struct in a compiled call. Each is read once, into a local that stays after the
// branch that reads it.

interface Part<L extends Layout> {
  /** Its offset from the beginning of the whole. */
  readonly offset: number;
  /** The bytes that it takes there. */
  readonly size: number;
  readonly layout: L;
  readonly local: string;
}

/** A number of a struct, or the length of another part. */
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

/** A variant: the index of its case is in the local, and each case has the parts of its value. */
export interface VariantLeaf extends Part<VariantLayout> {
  readonly kind: "variant";
  readonly cases: readonly (readonly Leaf[])[];
}

/** A pointer to a struct, whose parts have their offsets from the beginning of it. */
export interface PointedLeaf extends Part<PointedLayout> {
  readonly kind: "pointed";
  readonly address: string;
  readonly parts: readonly Leaf[];
}

/** Any number of values: the local has an object with the locals of each. */
export interface ListLeaf extends Part<ListLayout | ItemsLayout> {
  readonly kind: "list";
  readonly address: string;
  readonly parts: readonly Leaf[];
}

/** A part of a struct. */
export type Leaf =
  | NumberLeaf
  | ContentLeaf
  | FunctionLeaf
  | VariantLeaf
  | PointedLeaf
  | ListLeaf;

/** Lists the locals that a part was read into. */
export function readOf(leaf: Leaf): readonly string[] {
  const { kind, local } = leaf;
  switch (kind) {
    case "content":
      return [local, leaf.byteLength];
    case "variant":
      return [local, ...leaf.cases.flat().flatMap(readOf)];
    case "pointed":
      return [local, ...leaf.parts.flatMap(readOf)];
    default:
      return [local];
  }
}

/** Lists the locals of a part for what is found in the guest. */
export function foundOf(leaf: Leaf): readonly string[] {
  switch (leaf.kind) {
    case "number":
      return [];
    case "function":
      return [leaf.pointer];
    case "variant":
      return leaf.cases.flat().flatMap(foundOf);
    case "pointed":
      return [leaf.address, ...leaf.parts.flatMap(foundOf)];
    default:
      return [leaf.address];
  }
}

/** Writes something for each part of a value, and then for the data to which it points. */
export function forEachLeaf(
  leaves: readonly Leaf[],
  code: CallCode,
  write: (leaf: Leaf) => void,
): void {
  const within = (parts: readonly Leaf[]) =>
    code.capture(() => forEachLeaf(parts, code, write)).lines;
  for (const leaf of leaves) {
    write(leaf);
    switch (leaf.kind) {
      case "variant":
        for (const [index, parts] of leaf.cases.entries()) {
          const lines = within(parts);
          if (lines !== "") code.add(`if (${leaf.local} === ${index}) { ${lines} }`);
        }
        break;
      case "pointed": {
        const lines = within(leaf.parts);
        if (lines !== "") code.add(unlessNull(leaf, lines));
        break;
      }
      case "list": {
        const lines = within(leaf.parts);
        if (lines !== "") writeLoop(leaf, lines, code);
      }
    }
  }
}

/** Returns source that is skipped if a part is null. */
export function unlessNull(
  { layout, local }: ContentLeaf | PointedLeaf,
  lines: string,
): string {
  return layout.nullable ? `if (${local} !== null) { ${lines} }` : lines;
}

/** Writes a loop over the items of a list, each of whose locals are set; `index` is its index. */
export function writeLoop({ local, parts }: ListLeaf, lines: string, code: CallCode): void {
  const item = code.fresh("item");
  const found = parts.flatMap(foundOf);
  const all = [...parts.flatMap(readOf), ...found].map((name) => `${name} = ${item}.${name}`);
  code.add(`for (let index = 0; index < ${local}.length; index++) {
    const ${item} = ${local}[index];
    var ${all.join(", ")};
    ${lines}
    ${found.map((name) => `${item}.${name} = ${name};`).join(" ")}
  }`);
}
