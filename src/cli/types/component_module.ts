import { literal } from "../../base/show.ts";
import { parseInterface, parseName, shortNames } from "../../component/names.ts";
import type {
  ComponentType,
  Extern,
  FunctionType,
  InstanceType,
  Type,
} from "../../component/types.ts";
import { isValueType, unnamed } from "../../component/value_types.ts";
import { camelCase, pascalCase } from "../../component/values/js_shapes.ts";
import {
  formatConstructor,
  formatFunction,
  type LocalNames,
  typeNames,
} from "../../component/wit_types.ts";
import { printKey } from "../../presets/preset_options.ts";
import { isWasiInterface } from "../../wasi/modules.ts";
import { comment } from "./comments.ts";
import { indent, objectType, parameterName, signature, TypeNames } from "./typescript_types.ts";
import { writeHead, writeLoader } from "./write_loader.ts";
import type { WrittenFor } from "./write_module.ts";

/** Writes a TypeScript module that loads a component with the types of its interfaces. */
export function writeComponentModule(
  type: ComponentType,
  { name, from, source }: WrittenFor,
): string {
  const writer = new ComponentWriter(type);
  const imports = writer.write("import", type.imports);
  const exports = writer.write("export", type.exports);
  const hasImports = imports.length > 0;
  const sides = [
    ...(hasImports
      ? [
        ...comment(0, ["What the guest imports, by the names of interfaces."]),
        ...objectType("GuestImports", imports),
        "",
      ]
      : []),
    ...comment(0, ["What the guest exports, by the names of interfaces."]),
    ...objectType("GuestInterfaces", exports),
    "",
  ];
  return [
    writeHead(name),
    `import { type Guest, load, type LoadOptions } from ${literal(from)};`,
    "",
    ...writer.lines(sides),
    ...sides,
    ...comment(0, ["The guest, with what it exports in `interfaces`."]),
    "export type TypedGuest = Guest<Record<never, never>, GuestInterfaces>;",
    "",
    ...writeLoader({
      name,
      source,
      missing: hasImports ? ["`imports`"] : [],
      options: hasImports
        ? 'Omit<LoadOptions, "imports" | "symbols"> & {\n  readonly imports: GuestImports;\n}'
        : 'Omit<LoadOptions, "symbols">',
      given: "options",
    }),
  ].join("\n");
}

/** The names that the generated module uses itself. */
const TAKEN = [
  ..."Guest LoadOptions GuestImports GuestInterfaces GuestOptions TypedGuest".split(" "),
  ..."Array ArrayBuffer Disposable Map Omit Partial Promise Record URL".split(" "),
  ..."Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array BigInt64Array".split(" "),
  ..."BigUint64Array Float32Array Float64Array".split(" "),
];

type Way = "import" | "export";

/** An interface, or the world itself. */
interface Place {
  readonly way: Way;
  /** The name of the interface; empty for the world. */
  readonly owner: string;
  /** The prefix for the name of a type if another type has that name. */
  readonly qualifier: string;
  readonly items: readonly Extern[];
  /** Whether Passage provides it. */
  readonly isGiven: boolean;
  /** The names of the types that it defines. */
  readonly own: Set<string>;
}

class ComponentWriter {
  readonly #names = new TypeNames(TAKEN);
  /** The definitions of types, by their names. */
  readonly #definitions = new Map<string, () => readonly string[]>();
  /** The names of types that are always written, because no WASI interface defines them. */
  readonly #needed: string[] = [];
  readonly #interfaces: (readonly string[])[] = [];
  readonly #places = new Map<readonly Extern[], Place>();
  readonly #labels = new Map<string, number>();
  /** The names of types in WIT. */
  readonly #wit: LocalNames;

  constructor(component: ComponentType) {
    const { imports, exports } = component;
    this.#wit = typeNames(component);
    const all = [...imports, ...exports];
    for (const name of new Set(all.map(({ name }) => name))) {
      const label = labelOf(name);
      this.#labels.set(label, (this.#labels.get(label) ?? 0) + 1);
    }
    for (const [way, items] of [["import", imports], ["export", exports]] as const) {
      this.#declare(way, "", items);
      for (const { name, type } of items) {
        if (type.sort === "instance") this.#declare(way, name, type.type.exports);
      }
    }
  }

  /**
   * Writes the imported or exported interfaces, and returns the members of an object that contains
   * them.
   */
  write(way: Way, items: readonly Extern[]): string[] {
    const lines: string[] = [];
    const ofWorld = items.filter(({ type }) => type.sort !== "instance");
    const world = this.#members(this.#places.get(items)!, ofWorld);
    if (world.length > 0) {
      lines.push(
        ...comment(2, ["What belongs to no interface."]),
        ...indent([`"": {`, ...indent(world), "};"]),
      );
    }
    const shortened = shortNames(items.map(({ name }) => name));
    for (const { name, type } of items) {
      if (type.sort !== "instance" || this.#places.get(type.type.exports)!.isGiven) continue;
      const made = this.#writeInterface(way, name, type.type);
      const key = shortened.get(name)!;
      if (key !== name) lines.push(...comment(2, [`\`${name}\``]));
      lines.push(`  ${printKey(key)}: ${made};`);
    }
    return lines;
  }

  /** Returns the lines of the types and the interfaces; those from WASI only if others use them. */
  lines(others: readonly string[]): string[] {
    const used = new Set<string>();
    const use = (lines: readonly string[]): void => {
      for (const [name] of lines.join("\n").matchAll(/[\w$]+/g)) {
        if (used.has(name)) continue;
        used.add(name);
        use(this.#definitions.get(name)?.() ?? []);
      }
    };
    use([...this.#needed, ...others, ...this.#interfaces.flat()]);
    const types = [...this.#definitions].filter(([name]) => used.has(name));
    return [...types.map(([, define]) => define()), ...this.#interfaces].flatMap((
      block,
    ) => [...block, ""]);
  }

  /** Names the types of an interface. */
  #declare(way: Way, owner: string, items: readonly Extern[]): void {
    const qualifier = owner === "" ? "Own" : this.#qualifier(owner);
    const isGiven = way === "import" && isWasiInterface(owner);
    const place: Place = { way, owner, qualifier, items, isGiven, own: new Set() };
    this.#places.set(items, place);
    for (const { name, type: { sort, type } } of items) {
      if (sort === "type") this.#define(name, type, place);
      const isWithin = sort === "instance" && owner !== "";
      if (isWithin) this.#declare(way, `${owner}.${name}`, type.exports);
    }
  }

  /** Names a type, unless another interface defines it. */
  #define(label: string, type: Type, place: Place): void {
    const wanted = pascalCase(label);
    const known = this.#names.find(type);
    if (known !== undefined && !place.own.has(known)) return;
    const bare = unnamed(type);
    if (!isValueType(bare) && bare.kind !== "resource") return;
    const isResource = bare.kind === "resource";
    const write = (name: string) => [
      ...comment(0, [`\`${label}\`${place.owner === "" ? "" : ` of \`${place.owner}\``}`]),
      ...(known !== undefined
        ? [`export type ${name} = ${known};`]
        : isResource
        ? this.#defineResource(name, label, place)
        : this.#names.define(name, bare)),
    ];
    // A value type of an interface that is both imported and exported is written once.
    const other = isResource ? undefined : this.#definitions.get(wanted)?.();
    const isSame = other !== undefined && `${other}` === `${write(wanted)}`;
    const name = isSame ? wanted : this.#names.choose(wanted, place.qualifier);
    if (!isSame) this.#definitions.set(name, () => write(name));
    // All uses of a primitive type share one object.
    this.#names.set(known !== undefined || bare.kind === "primitive" ? type : bare, name);
    place.own.add(name);
    if (!place.isGiven) this.#needed.push(name);
  }

  /** Writes the type of a resource's objects. */
  #defineResource(name: string, resource: string, place: Place): string[] {
    const methods = this.#functionsOf(resource, place, "method");
    // The guest accepts any object for a resource without methods.
    if (methods.length === 0 && place.way === "import") return [`export type ${name} = object;`];
    const disposable = place.way === "import" ? "Partial<Disposable>" : "Disposable";
    if (methods.length === 0) return [`export type ${name} = ${disposable};`];
    return [`export interface ${name} extends ${disposable} {`, ...indent(methods), "}"];
  }

  /** Writes the type of an interface's object, and returns its name. */
  #writeInterface(way: Way, name: string, { exports }: InstanceType): string {
    const place = this.#places.get(exports)!;
    const label = this.#qualifier(name);
    const does = way === "import" ? "imports" : "exports";
    const body = this.#members(place, exports);
    const made = this.#names.choose(label, way === "import" ? "Imported" : "Exported");
    this.#interfaces.push([
      ...comment(0, [`\`${name}\`, which the guest ${does}.`]),
      ...objectType(made, indent(body)),
    ]);
    return made;
  }

  /** Writes the members of an object with the functions and the classes of an interface. */
  #members(place: Place, items: readonly Extern[]): string[] {
    const lines: string[] = [];
    for (const { name, type: { sort, type } } of items) {
      if (sort === "type" && unnamed(type).kind === "resource") {
        lines.push(...this.#writeClass(name, type, place));
      } else if (sort === "function" && parseName(name)?.kind === "plain") {
        lines.push(...this.#writeFunction(camelCase(name), type, place));
      } else if (sort === "module") {
        lines.push(`readonly ${camelCase(name)}: WebAssembly.Module;`);
      } else if (sort === "instance") {
        const inner = this.#members(this.#places.get(type.exports)!, type.exports);
        lines.push(`readonly ${camelCase(name)}: {`, ...indent(inner), "};");
      }
    }
    return lines;
  }

  /** Writes the class of a resource: its constructor and its static functions. */
  #writeClass(resource: string, type: Type, place: Place): string[] {
    const name = this.#names.find(type);
    if (name === undefined || !place.own.has(name)) return [];
    const lines = [
      ...this.#functionsOf(resource, place, "constructor"),
      ...this.#functionsOf(resource, place, "static"),
    ];
    const key = pascalCase(resource);
    if (lines.length > 0) return [`readonly ${key}: {`, ...indent(lines), "};"];
    const makes = `abstract new (...args: never[]) => ${name}`;
    return [`readonly ${key}${place.way === "import" ? "?" : ""}: ${makes};`];
  }

  #functionsOf(
    resource: string,
    place: Place,
    kind: "constructor" | "method" | "static",
  ): string[] {
    return place.items.flatMap(({ name, type: { sort, type } }) => {
      const parsed = parseName(name);
      if (sort !== "function" || parsed?.kind !== kind || parsed.resource !== resource) return [];
      const key = parsed.kind === "constructor" ? CONSTRUCTOR : camelCase(parsed.label);
      return this.#writeFunction(key, type, place, kind === "method");
    });
  }

  #writeFunction(name: string, type: FunctionType, place: Place, isMethod = false): string[] {
    const isHosts = place.way === "import";
    const { parameters, result } = type;
    const bare = result === undefined ? undefined : unnamed(result);
    const [returned, error] = bare?.kind === "result" ? [bare.ok, bare] : [result, undefined];
    const wit = name === CONSTRUCTOR
      ? formatConstructor(type, this.#wit)
      : formatFunction(type, this.#wit, isMethod);
    const words = [`\`${wit}\``];
    if (error !== undefined) {
      const payload = error.error === undefined
        ? "has no payload"
        : `has a payload of type \`${this.#names.format(error.error, !isHosts)}\``;
      words.push(`The error case is a \`ComponentError\`, which ${payload}.`);
    }
    const made = returned === undefined ? "void" : this.#names.format(returned, !isHosts);
    const shown = parameters.slice(isMethod ? 1 : 0).map(({ name, type }) =>
      `${parameterName(name)}: ${this.#names.format(type, isHosts)}`
    );
    return [...comment(0, words), ...signature(name, shown, made)];
  }

  /** Returns a name for an interface: its label, with that of its package if several have it. */
  #qualifier(name: string): string {
    const label = labelOf(name);
    const parsed = parseInterface(name);
    const isClear = this.#labels.get(label) === 1 || parsed === undefined;
    return isClear ? pascalCase(label) : pascalCase(`${parsed.package.split(":")[1]}-${label}`);
  }
}

/** The prefix that marks a constructor. */
const CONSTRUCTOR = "new ";

function labelOf(name: string): string {
  return parseInterface(name)?.label ?? name;
}
