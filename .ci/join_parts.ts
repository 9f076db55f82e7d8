/**
 * Joins the parts of a bundle that its entry loads into one file. The bundler makes a part of each
 * set of modules that the same entries share, so the entry alone loads dozens, which are compressed
 * one by one and import names from each other.
 */

/** A statement that imports from another part, or exports what that has. */
const STATEMENT = /\b(import|export)\s*(?:\{([^}]*)\}\s*from\s*)?"\.\/([^"]+)"/g;

/** The names that an entry exports, which the bundler writes at its end. */
const PUBLIC = /\bexport\s*\{([^}]*)\}[;\s]*$/;

const ENTRY = "mod.js", JOINED = "core.js", LIST = "list.js";

/**
 * Joins the parts in a folder: `mod.js` then exports the public names of `core.js`, and all other
 * parts import from that.
 *
 * @param bundle Writes the bundle of one file into another file; the parts of `others` stay outside.
 * @returns The files that importing `mod.js` loads.
 */
export async function joinParts(
  folder: URL,
  bundle: (from: URL, to: URL, others: readonly string[]) => Promise<void>,
): Promise<URL[]> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    texts.set(name, await Deno.readTextFile(new URL(name, folder)));
  }
  const joined = loadedBy(ENTRY, texts);
  const names = new Names();
  for (const [file, text] of texts) {
    if (joined.has(file)) continue;
    const redirected = text.replace(STATEMENT, (all, keyword, listed, from) => {
      if (!joined.has(from)) return all;
      if (listed === undefined) return `${keyword}"./${JOINED}"`;
      const given = parse(listed).map(([name, as]) => `${names.of(from, name)} as ${as}`);
      return `${keyword}{${given}}from"./${JOINED}"`;
    });
    await Deno.writeTextFile(new URL(file, folder), redirected);
  }
  const [, listed = ""] = PUBLIC.exec(texts.get(ENTRY)!) ?? [];
  const list = new URL(LIST, folder);
  await Deno.writeTextFile(list, `export * from "./${ENTRY}";\n${names.exports()}`);
  const others = [...texts.keys()].filter((file) => !joined.has(file));
  const core = new URL(JOINED, folder), entry = new URL(ENTRY, folder);
  await bundle(list, core, others);
  for (const file of [...joined, LIST]) await Deno.remove(new URL(file, folder));
  const public_ = parse(listed).map(([, as]) => as);
  await Deno.writeTextFile(entry, `export{${public_}}from"./${JOINED}";\n`);
  return [entry, core];
}

/** Returns a file and all that it imports statically. */
function loadedBy(
  file: string,
  texts: ReadonlyMap<string, string>,
  found: Set<string> = new Set(),
): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, , , from] of texts.get(file)!.matchAll(STATEMENT)) loadedBy(from!, texts, found);
  return found;
}

/** Returns the pairs in `a as b, c`: a name in the other file, and the name here. */
function parse(listed: string): [name: string, as: string][] {
  return listed.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const [name, as = name] = part.split(/\s+as\s+/);
    return [name!, as!];
  });
}

/** The names under which the joined file exports what its parts do, for other parts. */
class Names {
  readonly #names = new Map<string, Map<string, string>>();
  #count = 0;

  of(file: string, name: string): string {
    const known = this.#names.get(file) ?? new Map<string, string>();
    this.#names.set(file, known);
    const given = known.get(name) ?? `$${(this.#count++).toString(36)}`;
    known.set(name, given);
    return given;
  }

  /** Returns the statements that export them. */
  exports(): string {
    return [...this.#names].map(([file, names]) =>
      `export {${[...names].map(([name, as]) => `${name} as ${as}`)}} from "./${file}";\n`
    ).join("");
  }
}
