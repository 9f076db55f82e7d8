// The rooms of src/, and which of them may import from which: arrows point one way, types included.
import { assertEquals } from "@std/assert";
import { ROOMS } from "./_rooms.ts";

const SOURCES = new URL("../src/", import.meta.url);

/** Returns the paths of all files below a folder, relative to src/. */
async function* filesOf(folder = ""): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, SOURCES))) {
    if (entry.isDirectory) yield* filesOf(`${folder}${entry.name}/`);
    else if (entry.name.endsWith(".ts")) yield folder + entry.name;
  }
}

/** Returns the imports of each file, types and dynamic imports included. */
async function readImports(): Promise<Map<string, string[]>> {
  const imports = new Map<string, string[]>();
  for await (const file of filesOf()) {
    const text = await Deno.readTextFile(new URL(file, SOURCES));
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
    const named = [...code.matchAll(/(?:from |import\(\s*|^import )"(\.[^"]+)"/gm)];
    const from = named.map(([, path]) =>
      new URL(path!, new URL(file, SOURCES)).href.slice(SOURCES.href.length)
    );
    imports.set(file, from);
  }
  return imports;
}

function roomOf(file: string): string {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")));
  return ROOMS.find((room) => folder === room || (room !== "" && folder.startsWith(`${room}/`))) ??
    `no room: ${file}`;
}

/** Returns a circle of imports that a file is part of, if there is one. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | undefined {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  }
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

Deno.test("every file of src/ is in a room", async () => {
  const homeless = [...(await readImports()).keys()].filter((file) =>
    !ROOMS.includes(roomOf(file))
  );
  assertEquals(homeless, []);
});

Deno.test("arrows point one way: a room imports only from those above it", async () => {
  const wrong: string[] = [];
  for (const [file, imported] of await readImports()) {
    for (const target of imported) {
      if (ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(roomOf(file))) {
        wrong.push(`${file} -> ${target}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no import goes in a circle, types included", async () => {
  assertEquals(findCircle(await readImports()), undefined);
});

Deno.test("a circle is found if there is one", () => {
  const imports = new Map([["a.ts", ["b.ts"]], ["b.ts", ["c.ts"]], ["c.ts", ["b.ts"]]]);
  assertEquals(findCircle(imports), ["b.ts", "c.ts", "b.ts"]);
});
