import { literal } from "../../base/show.ts";
import { printKey } from "../../presets/preset_options.ts";
import { fullName } from "../../component/link/interfaces.ts";
import { parseName, shortNames } from "../../component/names.ts";
import type { ComponentType, Extern, FunctionType, ValueType } from "../../component/types.ts";
import { unnamed } from "../../component/value_types.ts";
import { isNullable } from "../../component/values/codecs.ts";
import { camelCase, pascalCase } from "../../component/values/js_shapes.ts";
import { formatConstructor, formatFunction, typeNames } from "../../component/wit_types.ts";
import { typedArray } from "../types/typescript_types.ts";

/** A function that a component exports. */
export interface ComponentFunction {
  /** The interface that contains it; empty for the world. */
  readonly owner: string;
  /** The name in WIT, with that of its interface: `test:linked/texts@1.2.0#twice`. */
  readonly name: string;
  readonly type: FunctionType;
  /** The name in JavaScript; absent for a function of a resource. */
  readonly key: string | undefined;
  /** The type in WIT. */
  readonly wit: string;
  /** The line of TypeScript that calls it. */
  readonly line: string;
}

/** The WASI interface whose only function runs a command. */
const RUN = /^wasi:cli\/run@0\.2\./;

/** The line that runs a command. */
export const RUN_LINE = "guest.run()";

/** Returns the functions that a component exports, with the lines that call them. */
export function listCalls(component: ComponentType): ComponentFunction[] {
  const names = typeNames(component);
  const short = shortNames(component.exports.map(({ name }) => name));
  const describe = (
    owner: string,
    place: string,
    { name, type: { sort, type } }: Extern,
  ): ComponentFunction[] => {
    const parsed = parseName(name);
    if (sort === "instance") {
      const [inner, at] = owner === ""
        ? [name, place]
        : [`${owner}.${name}`, `${place}.${camelCase(name)}`];
      return type.exports.flatMap((item) => describe(inner, at, item));
    }
    if (sort !== "function" || parsed === undefined || parsed.kind === "interface") return [];
    const { kind } = parsed;
    const wit = kind === "constructor"
      ? formatConstructor(type, names)
      : `${kind === "static" ? "static " : ""}${formatFunction(type, names, kind === "method")}`;
    return [{
      owner,
      name: fullName({ owner, name }),
      type,
      key: kind === "plain" ? camelCase(parsed.label) : undefined,
      wit,
      line: RUN.test(owner) ? RUN_LINE : writeCall(place, parsed, type),
    }];
  };
  return component.exports.flatMap((item) => {
    const key = item.type.sort === "instance" ? short.get(item.name)! : "";
    return describe("", `guest.interfaces[${literal(key)}]`, item);
  });
}

type FunctionName = Exclude<ReturnType<typeof parseName>, undefined | { kind: "interface" }>;

function writeCall(owner: string, name: FunctionName, { parameters }: FunctionType): string {
  const isMethod = name.kind === "method";
  const args = parameters.slice(isMethod ? 1 : 0).map(({ type }) => sample(type)).join(", ");
  switch (name.kind) {
    case "plain":
      return `${owner}.${camelCase(name.label)}(${args})`;
    case "method":
      return `${camelCase(name.resource)}.${camelCase(name.label)}(${args})`;
    case "static":
      return `${owner}.${pascalCase(name.resource)}.${camelCase(name.label)}(${args})`;
    case "constructor":
      return `new ${owner}.${pascalCase(name.resource)}(${args})`;
  }
}

/** Writes a sample value of a type. */
function sample(type: ValueType): string {
  const bare = unnamed(type) as ValueType;
  switch (bare.kind) {
    case "primitive":
      if (bare.name === "string") return '"text"';
      if (bare.name === "char") return '"a"';
      if (bare.name === "bool") return "true";
      return bare.name.endsWith("64") && bare.name !== "f64" ? "0n" : "0";
    case "list": {
      const typed = typedArray(bare.type);
      return typed === undefined ? "[]" : `new ${typed}()`;
    }
    case "map":
      return "new Map()";
    case "option":
      return isNullable(bare) ? "undefined" : '{ tag: "none" }';
    case "tuple":
      return `[${bare.types.map(sample).join(", ")}]`;
    case "enum":
      return literal(bare.names[0]!);
    case "variant": {
      const [{ name, type }] = bare.cases as [typeof bare.cases[number]];
      return writeTagged(name, type);
    }
    case "result":
      return writeTagged("ok", bare.ok);
    case "record":
      return writeObject(bare.fields.map(({ name, type }) => [camelCase(name), sample(type)]));
    case "flags":
      return writeObject(bare.names.map((name) => [camelCase(name), "true"]));
    case "own":
    case "borrow": {
      const { resource } = bare;
      return resource.kind === "named" ? camelCase(resource.name) : "resource";
    }
  }
  return "undefined"; // of an asynchronous function, which cannot be called
}

function writeTagged(tag: string, type: ValueType | undefined): string {
  const val: [string, string][] = type === undefined ? [] : [["val", sample(type)]];
  return writeObject([["tag", literal(tag)], ...val]);
}

function writeObject(fields: readonly (readonly [key: string, value: string])[]): string {
  return `{ ${fields.map(([key, value]) => `${printKey(key)}: ${value}`).join(", ")} }`;
}
