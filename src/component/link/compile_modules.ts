import type { Component, Definition } from "../types.ts";

/** Compiles a core module, which begins at an offset in the binary. */
export type CompileModule = (
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
) => Promise<WebAssembly.Module>;

/** Compiles the core modules of a component and of those in it, all at once. */
export async function compileModules(
  component: Component,
  bytes: Uint8Array<ArrayBuffer>,
  compile: CompileModule,
): Promise<ReadonlyMap<Definition, WebAssembly.Module>> {
  const compiled = new Map<Definition, WebAssembly.Module>();
  await Promise.all(
    modulesIn(component).map(async (definition) => {
      const { contents, byteLength } = definition;
      const part = bytes.subarray(contents, contents + byteLength);
      compiled.set(definition, await compile(part, contents));
    }),
  );
  return compiled;
}

type CoreModule = Extract<Definition, { readonly kind: "core module" }>;

function modulesIn({ definitions }: Component): CoreModule[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === "core module") return [definition];
    return definition.kind === "component" ? modulesIn(definition.component) : [];
  });
}
