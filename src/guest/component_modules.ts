import { LoadError } from "../base/errors.ts";
import { findRewriting, type GuestLimits } from "../base/limits.ts";
import { hex } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import { readComponent } from "../component/component.ts";
import { MadeCount } from "../component/link/component_store.ts";
import type { CoreModule, Modules, Of } from "../component/link/linker.ts";
import type { Component, Extern, NamedIndex, Sort, SortIndex } from "../component/types.ts";
import { compileError } from "../source/engine_refusals.ts";
import { compileModule, compileSource, isBuiltinModule, remember } from "../source/source.ts";
import type { Compiled, CompiledGuest, SourceBytes } from "../source/source_types.ts";

/**
 * Compiles the core modules of a component, which share the limits of a call.
 *
 * @throws {LoadError} if a module cannot be compiled, or is a host module, which cannot be limited.
 * @throws {WasmFormatError} if a module is malformed.
 */
export async function compileCoreModules(
  component: Component,
  compiled: Compiled,
  limits: GuestLimits,
): Promise<Modules> {
  const isLimited = findRewriting(limits) !== undefined;
  if (isLimited && takesModule(component.type.imports)) {
    const { name, source } = compiled;
    const problem = "it imports a core module, which cannot be rewritten";
    throw new LoadError(
      "unsupported",
      `Cannot limit ${name}: ${problem}, expected a component that has its modules itself`,
      { source },
    );
  }
  const { modules } = compiled;
  const compile = isLimited
    ? await rewriterFor(component, compiled, limits)
    : modules === undefined
    ? compilerFor(compiled)
    : takerOf(modules);
  return await compileModules(component, compiled.component!, compile, modules?.length);
}

/** Compiles the core modules of a component that is a value of `compile`. */
export async function compileComponent(value: CompiledGuest): Promise<CompiledGuest> {
  const compiled = await compileSource(value);
  const component = readComponent(compiled.component!);
  const made = await compileModules(component, compiled.component!, compilerFor(compiled));
  const modules = [...made.values()].map(({ module }) => module);
  remember({ ...compiled, modules });
  return { ...value, modules };
}

/** Returns the core modules of a component that were compiled before, one by one. */
function takerOf(modules: readonly WebAssembly.Module[]): CompileModule {
  return async (_part, { type }, index) => {
    const module = modules[index]!;
    (await import("../source/compiled_guest.ts")).refuseOther(module, type, isBuiltinModule);
    return { module };
  };
}

/** Returns whether a core module is imported, as an item of an instance or not. */
function takesModule(imports: readonly Extern[]): boolean {
  return imports.some(({ type: { sort, type } }) =>
    sort === "module" || sort === "instance" && takesModule(type.exports)
  );
}

async function rewriterFor(
  component: Component,
  compiled: Compiled,
  limits: GuestLimits,
): Promise<CompileModule> {
  const { name, source, component: bytes } = compiled;
  const { compilePart, shareCaps } = await import("../limits/compile_limited.ts");
  const counts = countInstances(component, name);
  const capped = await shareCaps(counts, { name, source, bytes: bytes! }, limits);
  return (part, definition) =>
    compilePart(
      describePart(compiled, part, definition.contents),
      limits,
      capped.get(definition),
    );
}

function compilerFor(compiled: Compiled): CompileModule {
  return async (part, { contents }) => {
    try {
      return { module: await compileModule(part) };
    } catch (cause) {
      throw compileError(cause, readModule(part), describePart(compiled, part, contents));
    }
  };
}

function describePart(
  { name, source }: Compiled,
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
): SourceBytes {
  return { name: `the core module at offset ${hex(offset)} of ${name}`, source, bytes };
}

/** Compiles a core module of a binary. */
export type CompileModule = (
  bytes: Uint8Array<ArrayBuffer>,
  definition: Of<"core module">,
  index: number,
) => Promise<CoreModule>;

/**
 * Compiles the core modules of a component and of nested ones, concurrently.
 *
 * @param count Their number, if they were compiled before.
 * @returns them in the order of the binary.
 */
export async function compileModules(
  component: Component,
  bytes: Uint8Array<ArrayBuffer>,
  compile: CompileModule,
  count?: number,
): Promise<Modules> {
  const found = modulesIn(component);
  if (count !== undefined && count !== found.length) {
    throw new TypeError(
      `Cannot load a compiled guest: it has ${count} core modules, expected the ${found.length} ` +
        "of its bytes",
    );
  }
  const compiled = found.map(async (definition, index) => {
    const { contents, byteLength } = definition;
    const part = bytes.subarray(contents, contents + byteLength);
    return [definition, await compile(part, definition, index)] as const;
  });
  return new Map(await Promise.all(compiled));
}

function modulesIn({ definitions }: Component): Of<"core module">[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === "core module") return [definition];
    return definition.kind === "component" ? modulesIn(definition.component) : [];
  });
}

// The component model's explainer, "Instance Definitions" and "Alias Definitions".

/** What a definition makes that can be instantiated, or has such parts. */
type Made =
  | { readonly module: Of<"core module"> }
  | { readonly component: Component; readonly outer: Space }
  | { readonly exports: ReadonlyMap<string, Made | undefined> };

/** What an instance of a component has defined so far. */
interface Space {
  readonly outer: Space | undefined;
  readonly entries: Map<Sort, (Made | undefined)[]>;
}

/**
 * Counts how many instances of each core module a component makes, without making any.
 *
 * @param name The name of the binary in errors.
 * @throws {LoadError} if there are too many.
 */
export function countInstances(component: Component, name: string): Map<Of<"core module">, number> {
  const counts = new Map<Of<"core module">, number>();
  const made = new MadeCount(name);

  function instantiate(
    { definitions }: Component,
    imports: ReadonlyMap<string, Made | undefined>,
    outer?: Space,
  ): Made {
    made.add("instances");
    made.add("definitions", definitions.length);
    const space: Space = { outer, entries: new Map() };
    const exports = new Map<string, Made | undefined>();
    const add = (sort: Sort, entry: Made | undefined) => {
      const entries = space.entries.get(sort) ?? [];
      space.entries.set(sort, entries);
      entries.push(entry);
    };
    const named = (items: readonly NamedIndex[]) =>
      new Map(items.map((item) => [item.name, find(space, item)] as const));
    for (const definition of definitions) {
      switch (definition.kind) {
        case "core module":
          add("module", { module: definition });
          break;
        case "core instance": {
          if (definition.module === undefined) break;
          made.add("core instances");
          const { module } = find(space, { sort: "module", index: definition.module }) as {
            readonly module: Of<"core module">;
          };
          counts.set(module, (counts.get(module) ?? 0) + 1);
          break;
        }
        case "component":
          add("component", { component: definition.component, outer: space });
          break;
        case "instance":
          add("instance", makeInstance(definition.component, named(definition.items), space));
          break;
        case "alias":
          if (definition.of === "core export") break;
          add(
            definition.sort,
            definition.of === "outer"
              ? find(around(space, definition.outer), definition)
              : exportsOf(find(space, { sort: "instance", index: definition.instance }))
                .get(definition.name),
          );
          break;
        case "import":
          add(definition.import.type.sort, imports.get(definition.import.name));
          break;
        case "export": {
          const entry = find(space, definition.item);
          add(definition.item.sort, entry);
          exports.set(definition.export.name, entry);
        }
      }
    }
    return { exports };
  }

  function makeInstance(
    index: number | undefined,
    given: ReadonlyMap<string, Made | undefined>,
    space: Space,
  ): Made {
    if (index === undefined) return { exports: given };
    const { component, outer } = find(space, { sort: "component", index }) as {
      readonly component: Component;
      readonly outer: Space;
    };
    return instantiate(component, given, outer);
  }

  instantiate(component, new Map());
  return counts;
}

function find({ entries }: Space, { sort, index }: SortIndex): Made | undefined {
  return entries.get(sort)?.[index];
}

function around(space: Space, steps: number): Space {
  return steps === 0 ? space : around(space.outer!, steps - 1);
}

/** Returns the exports of an instance; one of the host has none that count. */
function exportsOf(made: Made | undefined): ReadonlyMap<string, Made | undefined> {
  return made !== undefined && "exports" in made ? made.exports : new Map();
}
