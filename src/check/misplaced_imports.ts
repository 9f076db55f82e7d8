import { nearest } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { Imports } from "../imports/wire.ts";

/**
 * Says what the caller has given in another place or under another name, for an import that is
 * missing.
 *
 * @param module The import's module.
 * @param name Its name there.
 * @param imports The option `imports`.
 */
export function explainImport(
  module: string,
  name: string,
  imports: Imports = {},
): string | undefined {
  const path = `{ ${keyOf(module)}: { ${keyOf(name)} } }`;
  if (name !== module && Object.hasOwn(imports, name)) {
    return `${quote(name)} was given, at the wrong level, expected imports: ${path}`;
  }
  const other = Object.keys(imports).find((key) =>
    key !== module && names(imports[key]).includes(name)
  );
  if (other !== undefined) {
    return `${quote(name)} was given in ${quote(other)}, expected it in ${quote(module)}`;
  }
  // Of a name of two letters every other one is near.
  const near = name.length > 2 ? nearest(name, names(imports[module])) : undefined;
  return near === undefined ? undefined : `did you mean ${quote(near)}, which was given?`;
}

function names(module: unknown): readonly string[] {
  return typeof module === "object" && module !== null ? Object.keys(module) : [];
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
