import type {
  DataLayout,
  ItemsLayout,
  Layout,
  LengthPlace,
  ListLayout,
  NumberLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { classOf } from "../../base/typed_arrays.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import type { CallCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { classNameOf, compileAccept, compileContent } from "../content.ts";
import { testOf } from "../number.ts";
import {
  foundOf,
  type Leaf,
  type ListLeaf,
  type NumberLeaf,
  readOf,
  type VariantLeaf,
} from "./leaves.ts";

// Reading and checking a value, before anything of it is written.

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

/** Writes reading and checking each part of a value. */
export function readLeaves(
  layout: Layout,
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): readonly Leaf[] {
  const { size } = layout;
  const address = code.fresh("address");
  switch (layout.kind) {
    case "number": {
      // A pointer of 64 bits becomes a bigint; the run form takes those above 4 GiB.
      const isWide = layout.type === "pointer" && layout.size === 8;
      code.add(`if (!(${testOf(layout.type, value)})) ${otherwise()}`);
      const local = isWide ? code.fresh("wide") : value;
      if (isWide) code.add(`var ${local} = BigInt(${value});`);
      return [{ kind: "number", offset, size, layout, local }];
    }
    case "function":
      // A callback has its pointer already, which the run form finds.
      code.add(`if (typeof ${value} !== "function") ${otherwise()}`);
      return [{ kind: "function", offset, size, layout, local: value, pointer: address }];
    case "data": {
      const byteLength = code.fresh("length");
      writeMeasure(layout, value, byteLength, code, otherwise);
      const all = { kind: "content", offset, layout, local: value, byteLength, address } as const;
      const { length, inline, unit } = layout;
      if (inline !== undefined || length === "nul") return [{ ...all, size }];
      const count = `${byteLength} / ${unit}`;
      return [{ ...all, size: code.layout.word }, countOf(length, offset, count, code)];
    }
    case "variant":
      return [readVariant(layout, offset, value, code, otherwise)];
    case "struct":
      writeShape(value, layout.fields.length, code, otherwise);
      return readFields(layout.fields, offset, value, code, otherwise);
    case "pointed": {
      const { lines, value: parts } = code.capture(() =>
        readLeaves(layout.to, 0, value, code, otherwise)
      );
      code.add(layout.nullable ? `if (${value} !== null) { ${lines} }` : lines);
      return [{ kind: "pointed", offset, size, layout, local: value, address, parts }];
    }
    case "items": {
      const isUnfit = (count: string) => `${count} !== ${layout.count}`;
      return [readItems(layout, [offset, size], value, isUnfit, code, otherwise)];
    }
    case "list": {
      const { length } = layout;
      const isUnfit = (count: string) => `${count} > ${mostOf(length)}`;
      const { word } = code.layout;
      const list = readItems(layout, [offset, word], value, isUnfit, code, otherwise);
      return [list, countOf(length, offset, `${list.local}.length`, code)];
    }
  }
}

/** Writes reading and checking the fields of an object. */
export function readFields(
  fields: readonly { readonly name: string; readonly offset: number; readonly layout: Layout }[],
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): readonly Leaf[] {
  return fields.flatMap(({ name, offset: at, layout }) => {
    const local = code.fresh("field");
    code.add(`var ${local} = ${value}[${code.constant(name)}];`);
    return readLeaves(layout, offset + at, local, code, otherwise);
  });
}

/** Writes measuring text, bytes or numbers; the run form refuses what cannot be any. */
function writeMeasure(
  { content: kind, encoding, unit, inline, length, nullable }: DataLayout,
  value: string,
  byteLength: string,
  code: CallCode,
  otherwise: Otherwise,
): void {
  const isTerminated = kind === "string" && length === "nul";
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
    : unit * mostOf(length);
  const isOther = inline !== undefined && kind !== "string" ? "!==" : ">";
  if (kind !== "string") writeConvert(kind, value, code);
  code.add(`var ${byteLength} = ${isNull}${measure}(${value});
    if (${byteLength} < 0 || ${byteLength} ${isOther} ${most}) ${otherwise()}`);
}

/** Writes making a typed array of anything else that has its bytes or its elements. */
function writeConvert(
  kind: Exclude<DataLayout["content"], "string">,
  value: string,
  code: CallCode,
): void {
  const convert = code.of(`convert ${typeof kind === "object" ? kind.element : kind}`, () => {
    const accept = compileAccept(kind, "");
    return (value: unknown): unknown => {
      try {
        return accept(value);
      } catch {
        return undefined;
      }
    };
  });
  const isOther = `${code.constant(classOf)}(${value}) !== "${classNameOf(kind)}"`;
  code.add(`if (${value} !== null && ${isOther}) ${value} = ${convert}(${value});`);
}

/** Returns the most that a length can count. */
function mostOf({ store }: LengthPlace): number {
  return Number(NUMERIC_TYPES[store].range![1]);
}

/** Returns the layout of a number that is stored unchanged. */
export function numberOf(type: NumberLayout["store"]): NumberLayout {
  const { byteLength: size } = NUMERIC_TYPES[type];
  return { kind: "number", type, store: type, size, align: size };
}

/** Writes the length of a part, which has a place of its own. */
function countOf(
  { offset: behind, store }: LengthPlace,
  offset: number,
  count: string,
  code: CallCode,
): NumberLeaf {
  const layout = numberOf(store), { size } = layout;
  const local = code.fresh("count");
  code.add(`var ${local} = ${size === 8 ? `BigInt(${count})` : count};`);
  return { kind: "number", offset: offset + behind, size, layout, local };
}

/** Writes finding the case of a variant, and reading and checking its value. */
function readVariant(
  layout: VariantLayout,
  offset: number,
  value: string,
  code: CallCode,
  otherwise: Otherwise,
): VariantLeaf {
  const name = code.fresh("tag"), local = code.fresh("case");
  code.add(`if (typeof ${value} !== "object" || ${value} === null) ${otherwise()}
    var ${name} = ${value}.tag, ${local};`);
  const cases = layout.cases.map(({ name: known, offset: from, layout: inner }, index) => {
    const { lines, value: leaves } = code.capture(() => {
      code.add(`${local} = ${index};`);
      writeShape(value, inner === undefined ? 1 : 2, code, otherwise);
      const fields = inner === undefined ? [] : [{ name: "value", offset: from, layout: inner }];
      return readFields(fields, offset, value, code, otherwise);
    });
    code.add(`if (${name} === ${code.constant(known)}) { ${lines} } else`);
    return leaves;
  });
  code.add(otherwise());
  return { kind: "variant", offset, size: layout.size, layout, local, cases };
}

/** Writes reading and checking each item of an array; `isUnfit` tests how many there are. */
export function readItems(
  layout: ListLayout | ItemsLayout,
  [offset, size]: readonly [offset: number, size: number],
  value: string,
  isUnfit: ((count: string) => string) | undefined,
  code: CallCode,
  otherwise: Otherwise,
): ListLeaf {
  const local = code.fresh("items"), item = code.fresh("item"), count = code.fresh("count");
  const { lines, value: parts } = code.capture(() =>
    readLeaves(layout.item, 0, item, code, otherwise)
  );
  const found = parts.flatMap(foundOf).map((name) => `${name}: 0`);
  code.add(`if (!Array.isArray(${value})) ${otherwise()}
    const ${count} = ${value}.length; var ${local} = [];
    ${isUnfit === undefined ? "" : `if (${isUnfit(count)}) ${otherwise()}`}
    for (let index = 0; index < ${count}; index++) {
      var ${item} = ${value}[index];
      ${lines}
      ${local}.push({ ${[...parts.flatMap(readOf), ...found].join(", ")} });
    }`);
  return { kind: "list", offset, size, layout, local, address: code.fresh("address"), parts };
}
