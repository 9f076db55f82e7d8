import { TYPED_ARRAYS } from "../../base/typed_arrays.ts";
import { literal } from "../../base/show.ts";
import { isNumeric, NUMBER_FORMS } from "../../component/values/number_values.ts";
import { isNullable } from "../../component/values/codecs.ts";
import { camelCase } from "../../component/values/js_shapes.ts";
import type { Labeled, Primitive, ResourceUse, Type, ValueType } from "../../component/types.ts";
import { unnamed } from "../../component/value_types.ts";
import { WIDTH } from "./comments.ts";

/** The TypeScript names of a component's types. */
export class TypeNames {
  readonly #names = new Map<Type, string>();
  readonly #taken: Set<string>;

  /** @param taken The names that have another meaning. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Returns an unused name: the wanted one, or one with the qualifier. */
  choose(wanted: string, qualifier: string): string {
    let name = wanted;
    for (let count = 1; this.#taken.has(name); count++) {
      name = qualifier + wanted + (count === 1 ? "" : count);
    }
    this.#taken.add(name);
    return name;
  }

  set(type: Type, name: string): void {
    this.#names.set(type, name);
  }

  /** Returns the name of a type, or of the nearest type for which it is an alias. */
  find(type: Type): string | undefined {
    for (let target = type;; target = target.type) {
      const name = this.#names.get(target);
      if (name !== undefined || target.kind !== "named") return name;
    }
  }

  /**
   * Formats a type.
   *
   * @param isFresh Whether the values are new for the caller, so a typed array has its own buffer.
   */
  format(type: ValueType | ResourceUse, isFresh = false): string {
    return this.find(type) ?? this.formatBare(type, isFresh);
  }

  /** Formats a type, ignoring its name. */
  formatBare(type: ValueType | ResourceUse, isFresh = false): string {
    const bare = unnamed(type) as ValueType;
    const of = (part: ValueType) => this.format(part, isFresh);
    switch (bare.kind) {
      case "primitive":
        return PRIMITIVES[bare.name];
      case "list":
        return this.#formatList(bare.type, isFresh);
      case "option":
        return isNullable(bare)
          ? `${of(bare.type)} | undefined`
          : `${tagged("some", of(bare.type))} | ${tagged("none")}`;
      case "tuple":
        return `[${bare.types.map(of).join(", ")}]`;
      case "map":
        return `Map<${of(bare.key)}, ${of(bare.value)}>`;
      case "result": {
        const { ok, error } = bare;
        const cases = [["ok", ok], ["err", error]] as const;
        return cases.map(([tag, part]) => tagged(tag, part && of(part), true)).join(" | ");
      }
      case "variant":
      case "enum":
        return this.cases(bare, isFresh).join(" | ");
      case "record":
      case "flags":
        return `{ ${this.fields(bare, isFresh).join("; ")} }`;
      case "own":
      case "borrow":
        return this.format(bare.resource);
    }
    return "object"; // a resource that nothing names
  }

  /** Formats the fields of a record, or the flags, as those of an object. */
  fields(type: Extract<ValueType, { kind: "record" | "flags" }>, isFresh = false): string[] {
    return type.kind === "flags"
      ? type.names.map((name) => `${camelCase(name)}?: boolean`)
      : type.fields.map((field) => this.#formatField(field, isFresh));
  }

  /** Formats the cases of a variant or an enumeration. */
  cases(type: Extract<ValueType, { kind: "variant" | "enum" }>, isFresh = false): string[] {
    return type.kind === "enum"
      ? type.names.map((name) => literal(name))
      : type.cases.map(({ name, type }) => tagged(name, type && this.format(type, isFresh)));
  }

  /** Writes the definition of a type under a name. */
  define(name: string, type: ValueType): string[] {
    switch (type.kind) {
      case "record":
      case "flags":
        return [
          `export interface ${name} {`,
          ...this.fields(type).map((field) => `  ${field};`),
          "}",
        ];
      case "variant":
      case "enum": {
        const cases = this.cases(type);
        const line = `export type ${name} = ${cases.join(" | ")};`;
        if (line.length <= WIDTH && type.kind === "enum") return [line];
        const last = cases.length - 1;
        return [
          `export type ${name} =`,
          ...cases.map((item, index) => `  | ${item}${index === last ? ";" : ""}`),
        ];
      }
    }
    return [`export type ${name} = ${this.formatBare(type)};`];
  }

  #formatField({ name, type }: Labeled, isFresh: boolean): string {
    const key = camelCase(name);
    const bare = unnamed(type);
    return bare.kind === "option" && isNullable(bare)
      ? `${key}?: ${this.format(bare.type, isFresh)}`
      : `${key}: ${this.format(type, isFresh)}`;
  }

  #formatList(element: ValueType, isFresh: boolean): string {
    const typed = typedArray(element);
    if (typed !== undefined) return `${typed}${isFresh ? "<ArrayBuffer>" : ""}`;
    const shown = this.format(element, isFresh);
    return shown.includes(" | ") ? `(${shown})[]` : `${shown}[]`;
  }
}

/** @param isOpen Whether a payload that is absent may be written as `undefined`. */
function tagged(tag: string, payload?: string, isOpen = false): string {
  const val = payload !== undefined ? `; val: ${payload}` : isOpen ? "; val?: undefined" : "";
  return `{ tag: ${literal(tag)}${val} }`;
}

const PRIMITIVES: Readonly<Record<Primitive, string>> = {
  bool: "boolean",
  s8: "number",
  u8: "number",
  s16: "number",
  u16: "number",
  s32: "number",
  u32: "number",
  s64: "bigint",
  u64: "bigint",
  f32: "number",
  f64: "number",
  char: "string",
  string: "string",
};

/** Returns the typed array that a list of such elements is, if it is one. */
export function typedArray(element: ValueType): string | undefined {
  const bare = unnamed(element);
  return bare.kind === "primitive" && isNumeric(bare.name)
    ? TYPED_ARRAYS[NUMBER_FORMS[bare.name].type].name
    : undefined;
}

/** The reserved and global names in a module. */
const RESERVED: ReadonlySet<string> = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true " +
    "try typeof var void while with yield").split(" "),
);

/** Returns the name of a parameter. */
export function parameterName(label: string): string {
  const name = camelCase(label);
  return RESERVED.has(name) ? `${name}_` : name;
}

/**
 * Writes an object type as an alias, because an interface is not assignable to an index signature.
 */
export function objectType(name: string, members: readonly string[]): string[] {
  if (members.length === 0) return [`export type ${name} = Record<never, never>;`];
  return [`export type ${name} = {`, ...members, "};"];
}

/** The indentation of nested members. */
const DEEPEST = 4;

/** Writes a signature: on one line, or with a line for each parameter. */
export function signature(name: string, parameters: readonly string[], result: string): string[] {
  const line = `${name}(${parameters.join(", ")}): ${result};`;
  if (line.length <= WIDTH - DEEPEST) return [line];
  return [`${name}(`, ...parameters.map((one) => `  ${one},`), `): ${result};`];
}

/** Indents lines. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
