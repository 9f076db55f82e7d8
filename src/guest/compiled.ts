import { checkSourceOptions } from "../check/source_shapes.ts";
import { compileGuest } from "../source/compile_with.ts";
import { compileSource } from "../source/source.ts";
import type { SourceOptions } from "../source/source_options.ts";
import type { CompiledGuest } from "../source/source_types.ts";

/**
 * Compiles a binary, and keeps a copy of it.
 *
 * @param held The source, copied if it can be changed.
 * @param options The options of `compile`, which are checked here.
 */
export async function compileHeld(
  held: unknown,
  options: SourceOptions | undefined,
): Promise<CompiledGuest> {
  const compiled = await compileGuest(
    held,
    options === undefined ? {} : checkSourceOptions(options),
  );
  const { component } = await compileSource(compiled);
  if (component === undefined) return compiled;
  return await (await import("./component_modules.ts")).compileComponent(compiled);
}
