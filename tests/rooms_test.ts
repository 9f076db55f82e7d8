// The rooms of src/, and which of them may import from which: arrows point one way, types included.
// Tests lie in folders of the same names, and each file with code has a test of its name.
import { assertEquals } from "@std/assert";
import { ROOMS } from "./_rooms.ts";

const SOURCES = new URL("../src/", import.meta.url);

const TESTS = new URL("./", import.meta.url);

/** Tests in the folder of a room that are named after no file of it, with the reasons. */
const THEMES: Readonly<Record<string, string>> = {
  "presets/new_toolchain_test.ts": "it adds a preset, so that there is no source file for it",
};

/** Returns the paths of all files below a folder, relative to `root`. */
async function* filesOf(root = SOURCES, folder = ""): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    if (entry.isDirectory) yield* filesOf(root, `${folder}${entry.name}/`);
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

Deno.test("a room imports only from the rooms above it", async () => {
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

/** Returns whether a file holds more than types. */
function hasCode(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return /^(?:export )?(?:default )?(?:async |abstract )*(?:function|const|let|class|enum)\b/m
    .test(code);
}

/**
 * Returns the source file that a test is named after: `utf8_state_test.ts` tests the state of
 * `utf8.ts`.
 */
function testedBy(test: string, sources: ReadonlySet<string>): string | undefined {
  for (let name = test.slice(0, -"_test.ts".length); name !== "";) {
    if (sources.has(`${name}.ts`)) return `${name}.ts`;
    const at = name.lastIndexOf("_");
    name = at > name.lastIndexOf("/") ? name.slice(0, at) : "";
  }
  return undefined;
}

/** Returns the paths of all tests, relative to the folder of tests. */
async function readTests(): Promise<string[]> {
  const tests: string[] = [];
  for await (const file of filesOf(TESTS)) if (file.endsWith("_test.ts")) tests.push(file);
  return tests.sort();
}

Deno.test("each file with code has a test of its name", async () => {
  const tests = new Set(await readTests());
  const untested: string[] = [];
  for await (const file of filesOf()) {
    if (!hasCode(await Deno.readTextFile(new URL(file, SOURCES)))) continue;
    const test = file.replace(/\.ts$/, "_test.ts");
    if (!tests.has(test)) untested.push(`src/${file}: expected tests/${test}`);
  }
  assertEquals(untested.sort(), []);
});

Deno.test("each test in the folder of a room is named after a file of that room", async () => {
  const sources = new Set<string>();
  for await (const file of filesOf()) sources.add(file);
  const rooms = ROOMS.filter((room) => room !== "");
  const strays = (await readTests()).filter((test) =>
    rooms.some((room) => test.startsWith(`${room}/`)) &&
    !Object.hasOwn(THEMES, test) && testedBy(test, sources) === undefined
  );
  assertEquals(strays, []);
});

Deno.test("every exception to the names of tests is still one", async () => {
  const tests = await readTests();
  assertEquals(Object.keys(THEMES).filter((test) => !tests.includes(test)), []);
});

Deno.test("a file of types has no code, and a test of one aspect is found", () => {
  const types =
    "/**\n * const a = 1;\n */\nexport interface A {\n  const: 1;\n}\nexport type B = A;\n";
  assertEquals(hasCode(types), false);
  for (const code of ["export function f() {}", "const a = 1;", "export async function f() {}"]) {
    assertEquals(hasCode(types + code), true);
  }
  const sources = new Set(["memory/text/utf8.ts", "memory/text.ts"]);
  assertEquals(testedBy("memory/text/utf8_state_test.ts", sources), "memory/text/utf8.ts");
  assertEquals(testedBy("memory/text/utf16_test.ts", sources), undefined);
});
