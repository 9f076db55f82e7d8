// The component model's WIT, "WIT Worlds", "Item: interface" and "Item: use".

import { type ExternName, parseInterface, parseName } from "./names.ts";
import type { Component, Extern, FunctionType, InstanceType, Type } from "./types.ts";
import { article } from "./value_types.ts";
import { defineType, formatConstructor, formatFunction, identifier } from "./wit_types.ts";

/** The WIT text of a component: its world, and the packages of its interfaces. */
export interface Wit {
  readonly world: string;
  readonly packages: readonly string[];
}

/** Writes what a component imports and exports as WIT. */
export function writeWit({ type }: Pick<Component, "type">): Wit {
  const { imports, exports } = type;
  const names = new Map<Type, string>();
  const imported = writeWorldItems(inGroups(imports), "import", names);
  const exported = writeWorldItems(exports, "export", names);
  const gap = imported.length > 0 && exported.length > 0 ? [""] : [];
  const lines = [...imported, ...gap, ...exported];
  const world = ["world root {", ...indent(lines), "}"].join("\n");
  return { world, packages: writePackages([...imports, ...exports]) };
}

/** The order of a world's imports, as in other tools. */
const GROUPS: readonly Extern["type"]["sort"][] = [
  "component",
  "module",
  "instance",
  "type",
  "function",
];

function inGroups(items: readonly Extern[]): Extern[] {
  return GROUPS.flatMap((sort) => items.filter(({ type }) => type.sort === sort));
}

function writeWorldItems(
  items: readonly Extern[],
  way: "import" | "export",
  names: Map<Type, string>,
): string[] {
  const lines: string[] = [];
  const written = declareTypes(items, names, undefined);
  for (const { name, type } of items) {
    const parsed = parseName(name);
    switch (type.sort) {
      case "instance":
        if (parsed?.kind === "interface") lines.push(`${way} ${name};`);
        else {lines.push(
            ...writeInterface(`${way} ${identifier(name)}: interface`, type.type, name),
          );}
        break;
      case "function":
        if (parsed?.kind === "plain") {
          lines.push(`${way} ${identifier(name)}: ${formatFunction(type.type, names)};`);
        }
        break;
      case "type":
        lines.push(...written.get(name)!());
        break;
      default:
        lines.push(`// ${way} of a ${type.sort} "${name}"`);
    }
  }
  return lines;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => line === "" ? "" : `  ${line}`);
}

/** Writes an interface: its types, then its functions. */
function writeInterface(head: string, { exports }: InstanceType, owner: string): string[] {
  const names = new Map<Type, string>();
  const uses = new Map<string, string[]>();
  const blocks: string[][] = [];
  for (const write of declareTypes(exports, names, owner).values()) {
    const block = write();
    const [, from, what] = /^use (.*)\.\{(.*)\};$/.exec(block[0]!) ?? [];
    if (from === undefined) blocks.push(block);
    else uses.set(from, [...uses.get(from) ?? [], what!]);
  }
  if (uses.size > 0) {
    blocks.unshift([...uses].map(([from, types]) => `use ${from}.{${types.join(", ")}};`));
  }
  for (const { name, type } of exports) {
    if (type.sort === "module" || type.sort === "instance") {
      blocks.push([`// ${article(type.sort)} "${name}"`]);
    }
    if (type.sort !== "function" || parseName(name)?.kind !== "plain") continue;
    blocks.push([`${identifier(name)}: ${formatFunction(type.type, names)};`]);
  }
  if (blocks.length === 0) return [`${head} {`, "}"];
  const lines = blocks.flatMap((block, index) => index === 0 ? block : ["", ...block]);
  return [`${head} {`, ...indent(lines), "}"];
}

/** A function that belongs to a resource. */
interface Method {
  readonly parsed: Exclude<ExternName, { readonly kind: "plain" | "interface" }>;
  readonly type: FunctionType;
}

/** Returns the functions of each resource, by its name. */
function methodsOf(items: readonly Extern[]): ReadonlyMap<string, readonly Method[]> {
  const found = new Map<string, Method[]>();
  for (const { name, type } of items) {
    const parsed = parseName(name);
    if (type.sort !== "function" || parsed === undefined) continue;
    if (parsed.kind === "plain" || parsed.kind === "interface") continue;
    const methods = found.get(parsed.resource) ?? [];
    found.set(parsed.resource, methods);
    methods.push({ parsed, type: type.type });
  }
  return found;
}

/**
 * Names the types of a scope, which its functions and types refer to in any order.
 *
 * @returns The writers of the type definitions, by name: a definition, or a `use`.
 */
function declareTypes(
  items: readonly Extern[],
  names: Map<Type, string>,
  owner: string | undefined,
): ReadonlyMap<string, () => string[]> {
  const methods = methodsOf(items);
  const written = new Map<string, () => string[]>();
  for (const { name, type } of items) {
    if (type.sort !== "type") continue;
    const own = type.type;
    written.set(
      name,
      declareType(name, own.kind === "named" ? own.type : own, names, methods.get(name), owner),
    );
    names.set(own, name);
  }
  return written;
}

function declareType(
  name: string,
  type: Type,
  names: Map<Type, string>,
  methods: readonly Method[] = [],
  owner: string | undefined,
): () => string[] {
  const shown = identifier(name);
  let target = type;
  for (;;) {
    const local = names.get(target);
    if (local !== undefined) return () => [`type ${shown} = ${identifier(local)};`];
    if (target.kind !== "named") break;
    if (target.owner !== undefined && target.owner !== owner) {
      const { name: other } = target;
      const as = other === name ? "" : ` as ${shown}`;
      const line = `use ${shorten(target.owner, owner)}.{${identifier(other)}${as}};`;
      return () => [line];
    }
    target = target.type;
  }
  // All uses of a primitive type share one object.
  if (target.kind !== "primitive") names.set(target, name);
  if (target.kind !== "resource") {
    const bare = target;
    return () => defineType(name, bare, names);
  }
  if (methods.length === 0) return () => [`resource ${shown};`];
  return () => [
    `resource ${shown} {`,
    ...methods.map(({ parsed, type }) => `  ${writeMethod(parsed, type, names)};`),
    "}",
  ];
}

function writeMethod(
  parsed: Method["parsed"],
  type: FunctionType,
  names: ReadonlyMap<Type, string>,
): string {
  if (parsed.kind === "constructor") return formatConstructor(type, names);
  const isMethod = parsed.kind === "method";
  const text = formatFunction(type, names, isMethod);
  return `${identifier(parsed.label)}: ${isMethod ? "" : "static "}${text}`;
}

/** Returns the name of an interface relative to `from`: without the package if it is the same. */
function shorten(name: string, from: string | undefined): string {
  const parsed = parseInterface(name);
  const other = from === undefined ? undefined : parseInterface(from);
  const isSame = parsed !== undefined && parsed.package === other?.package &&
    parsed.version === other.version;
  return isSame ? identifier(parsed.label) : name;
}

/** Writes the named interfaces by package, each of them once. */
function writePackages(items: readonly Extern[]): string[] {
  const packages = new Map<string, string[][]>();
  const done = new Set<string>();
  for (const { name, type } of items) {
    const parsed = parseInterface(name);
    if (parsed === undefined || type.sort !== "instance" || done.has(name)) continue;
    done.add(name);
    const version = parsed.version === undefined ? "" : `@${parsed.version}`;
    const key = `package ${parsed.package}${version}`;
    const blocks = packages.get(key) ?? [];
    packages.set(key, blocks);
    blocks.push(writeInterface(`interface ${identifier(parsed.label)}`, type.type, name));
  }
  return [...packages].map(([key, blocks]) => {
    const lines = blocks.flatMap((block, index) => index === 0 ? block : ["", ...block]);
    return [`${key} {`, ...indent(lines), "}"].join("\n");
  });
}
