import type { Layout, NumberLayout, VariantLayout } from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import type { CallCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";

/** A number of a struct, in its local. */
export interface Leaf {
  readonly offset: number;
  readonly layout: NumberLayout;
  readonly local: string;
}

/** A variant of a struct: the index of its case is in a local. */
export interface VariantLeaf {
  readonly offset: number;
  readonly layout: VariantLayout;
  readonly local: string;
  /** The tag and the numbers of each case. */
  readonly cases: readonly (readonly Leaf[])[];
}

/** The writers that variants share with structs. */
interface Writers {
  /** Writes the check that a value is an object of so many fields. */
  writeShape(value: string, fields: number, code: CallCode, otherwise: Otherwise): void;
  /** Writes reading the value of a case, whose locals stay after the branch. */
  readFields(layout: Layout, offset: number, value: string, leaves: Leaf[]): void;
}

/** Writes finding the case of a variant, and reading and checking its value. */
export function readVariant(
  layout: VariantLayout,
  offset: number,
  value: string,
  { writeShape, readFields }: Writers,
  code: CallCode,
  otherwise: Otherwise,
): VariantLeaf {
  const tag = code.fresh("tag"), local = code.fresh("case");
  code.add(`if (typeof ${value} !== "object" || ${value} === null) ${otherwise()}
    const ${tag} = ${value}.tag; let ${local};`);
  const { byteLength: size } = NUMERIC_TYPES[layout.tag];
  const type: NumberLayout = {
    kind: "number",
    type: layout.tag,
    store: layout.tag,
    size,
    align: size,
  };
  const cases: Leaf[][] = [];
  for (const [index, { name, is, offset: from, layout: inner }] of layout.cases.entries()) {
    const leaves: Leaf[] = [{ offset, layout: type, local: String(is) }];
    const { lines } = code.capture(() => {
      writeShape(value, inner === undefined ? 1 : 2, code, otherwise);
      if (inner === undefined) return;
      const own = code.fresh("value");
      code.add(`var ${own} = ${value}.value;`);
      readFields(inner, offset + from, own, leaves);
    });
    const otherCase = index === 0 ? "" : "else ";
    code.add(
      `${otherCase}if (${tag} === ${code.constant(name)}) { ${local} = ${index}; ${lines} }`,
    );
    cases.push(leaves);
  }
  code.add(`else ${otherwise()}`);
  return { offset, layout, local, cases };
}

/** Writes the tag and the value of each variant, and zeros where that has none. */
export function writeVariants(
  variants: readonly VariantLeaf[],
  code: CallCode,
  writeLeaves: (leaves: readonly Leaf[], end: number, begin: number) => void,
): void {
  for (const { offset, layout, local, cases } of variants) {
    for (const [index, leaves] of cases.entries()) {
      code.add(`${index === 0 ? "" : "else "}if (${local} === ${index}) {`);
      writeLeaves(leaves, offset + layout.size, offset);
      code.add("}");
    }
  }
}
