import { LoadError } from "../base/errors.ts";
import type { GuestLimits } from "../base/limits.ts";
import { once } from "../base/lazy.ts";
import { hex } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import type { CoreModule, Modules, Of } from "../component/link/linker.ts";
import type { Component, Definition, Extern } from "../component/types.ts";
import { compileError } from "../source/engine_refusals.ts";
import { compileModule } from "../source/source.ts";
import type { Compiled, SourceBytes } from "../source/source_types.ts";

/** The limits for which core modules are rewritten. */
export const REWRITING = ["fuel", "deadline", "memory", "tableElements"] as const;

/**
 * Compiles the core modules of a component, which share what a call has of the limits.
 *
 * @throws {LoadError} if a module cannot be compiled, or is one of the host that cannot be limited.
 * @throws {WasmFormatError} if a module is malformed.
 */
export async function compileCoreModules(
  component: Component,
  compiled: Compiled,
  limits: GuestLimits,
): Promise<Modules> {
  const isLimited = REWRITING.some((limit) => (limits[limit] ?? Infinity) !== Infinity);
  if (isLimited && takesModule(component.type.imports)) {
    const { name, source } = compiled;
    const problem = "it imports a core module, which cannot be rewritten";
    throw new LoadError(
      "unsupported",
      `Cannot limit ${name}: ${problem}, expected a component that has its modules itself`,
      { source },
    );
  }
  const compile = isLimited ? await rewriterFor(compiled, limits) : compilerFor(compiled);
  return await compileModules(component, compiled.component!, compile);
}

/** Returns whether a core module is imported, as an item of an instance or not. */
function takesModule(imports: readonly Extern[]): boolean {
  return imports.some(({ type: { sort, type } }) =>
    sort === "module" || sort === "instance" && takesModule(type.exports)
  );
}

async function rewriterFor(compiled: Compiled, limits: GuestLimits): Promise<CompileModule> {
  const { compilePart } = await import("../limits/compile_limited.ts");
  return async (part, offset) => {
    const given = describePart(compiled, part, offset);
    const { module, limiting, info } = await compilePart(given, limits);
    return { module, limiting, info: () => info };
  };
}

function compilerFor(compiled: Compiled): CompileModule {
  return async (part, offset) => {
    try {
      return { module: await compileModule(part), info: once(() => readModule(part)) };
    } catch (cause) {
      throw compileError(cause, readModule(part), describePart(compiled, part, offset));
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

/** Compiles a core module, which begins at an offset in the binary. */
export type CompileModule = (
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
) => Promise<CoreModule>;

/** Compiles the core modules of a component and of those in it, all at once. */
export async function compileModules(
  component: Component,
  bytes: Uint8Array<ArrayBuffer>,
  compile: CompileModule,
): Promise<Modules> {
  const compiled = new Map<Definition, CoreModule>();
  await Promise.all(
    modulesIn(component).map(async (definition) => {
      const { contents, byteLength } = definition;
      const part = bytes.subarray(contents, contents + byteLength);
      compiled.set(definition, await compile(part, contents));
    }),
  );
  return compiled;
}

function modulesIn({ definitions }: Component): Of<"core module">[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === "core module") return [definition];
    return definition.kind === "component" ? modulesIn(definition.component) : [];
  });
}
