import { nearest } from "../base/misnomers.ts";
import { isA, quote } from "../base/show.ts";
import { isLinked } from "../imports/linked_guest.ts";
import type { Imports, ImportsFunction } from "../imports/take_imports.ts";
import { isKeyed, join, keyOf, one, type Shape } from "./shape.ts";

const moduleShape: Shape = one(
  "an object of imports by name",
  (value) =>
    value === undefined || typeof value === "function" ||
    (typeof value === "object" && value !== null && !isA(value, Map) && !isA(value, Promise)),
);

const IMPORTS = "an object such as { env: { … } } or a function";

/**
 * The option `imports`. The objects are read once the guest's imports are known, because they can
 * be of any class.
 */
export const importsShape: Shape = {
  expected: IMPORTS,
  read(value, at, problems) {
    if (typeof value === "function") return value;
    if (!isKeyed(value)) return problems.wrong(at, value, IMPORTS);
    return Object.fromEntries(
      Object.keys(value).map((name) => {
        const given = value[name];
        // A function in place of a module may be an import one level too high; the error for the
        // missing import explains that.
        return [name, problems.read(moduleShape, given, join(at, name))];
      }),
    );
  },
};

/**
 * Describes an import that the caller gave in another place or under another name, for a missing
 * import.
 *
 * @param module The import's module.
 * @param name Its name there.
 * @param imports The option `imports`.
 */
export function explainImport(
  module: string,
  name: string,
  imports: Imports | ImportsFunction = {},
): string | undefined {
  if (typeof imports === "function") return "the function imports returned undefined for it";
  const path = `{ ${keyOf(module)}: { ${keyOf(name)} } }`;
  if (name !== module && Object.hasOwn(imports, name)) {
    return `${quote(name)} was given, at the wrong level, expected imports: ${path}`;
  }
  if (typeof imports[module] === "function") {
    return `the function in the place of ${quote(module)} returned undefined for it`;
  }
  const given = namesOf(imports[module]);
  if (given.includes(name)) return `${quote(name)} was given, but it is undefined`;
  const deep = findDeeper(module, name, imports);
  if (deep !== undefined) return `${quote(name)} was given in ${deep}, expected imports: ${path}`;
  const dotted = `${module}.${name}`;
  if (Object.hasOwn(imports, dotted) || given.includes(dotted)) {
    return `${quote(dotted)} was given, expected imports: ${path}`;
  }
  const other = Object.keys(imports).find((key) =>
    key !== module && namesOf(imports[key]).includes(name)
  );
  if (other !== undefined) {
    return `${quote(name)} was given in ${quote(other)}, expected it in ${quote(module)}`;
  }
  // Every other name is near a name of two letters.
  const near = name.length > 2 ? nearest(name, given) : undefined;
  return near === undefined ? undefined : `did you mean ${quote(near)}, which was given?`;
}

/** Returns where an import was given one level too deep, such as in a module namespace. */
function findDeeper(module: string, name: string, imports: Imports): string | undefined {
  for (const key of Object.keys(imports)) {
    for (const inner of namesOf(imports[key])) {
      const isMeant = inner === module || key === module;
      if (!isMeant || !namesOf(partOf(imports[key], inner)).includes(name)) continue;
      return join(join("imports", key), inner);
    }
  }
  return undefined;
}

function namesOf(module: unknown): readonly string[] {
  if (isLinked(module)) return Object.keys(module.exports);
  try {
    return typeof module === "object" && module !== null ? Object.keys(module) : [];
  } catch {
    return []; // a proxy that refuses to answer
  }
}

function partOf(module: unknown, name: string): unknown {
  try {
    return (module as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined; // a getter that throws
  }
}
