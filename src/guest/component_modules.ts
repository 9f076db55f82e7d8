import { LoadError } from "../base/errors.ts";
import { findRewriting, type GuestLimits } from "../base/limits.ts";
import { hex } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import { readComponent } from "../component/component.ts";
import type { CoreModule, Modules, Of } from "../component/link/linker.ts";
import type { Component, Extern } from "../component/types.ts";
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
    ? await rewriterFor(compiled, limits)
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

async function rewriterFor(compiled: Compiled, limits: GuestLimits): Promise<CompileModule> {
  const { compilePart } = await import("../limits/compile_limited.ts");
  return (part, { contents }) => compilePart(describePart(compiled, part, contents), limits);
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
