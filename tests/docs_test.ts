import { assert, assertEquals } from "@std/assert";
import * as passage from "../mod.ts";
import { STEP_KINDS } from "../src/call/steps/step_kinds.ts";
import { PRESETS } from "../src/presets/list.ts";
import { runDeno } from "./_deno.ts";
import { ROOMS } from "./_rooms.ts";
import { presetRows, sourceOf, tableProblems } from "./_preset_rows.ts";
import { codeBlocks, codeSpans, PAGES, readRoot, tableRows } from "./_docs.ts";

const ROOT = new URL("../", import.meta.url);

/** Returns the comment after each `console.log` of a program: its output. */
function printedBy(program: string): string {
  return [...program.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => `${text}\n`)
    .join("");
}

for (const page of PAGES.keys()) {
  for (const [index, program] of codeBlocks("ts", page).entries()) {
    Deno.test(`program ${index + 1} of ${page} prints the output in its comments`, async () => {
      const expected = printedBy(program);
      assert(expected !== "", "it prints nothing");
      // It is read from standard input, in the root folder.
      const inRoot = program.replaceAll('from "../../', 'from "./');
      const { stdout, stderr } = await runDeno(["run", "--allow-read=testdata", "-"], inRoot);
      assertEquals({ stdout, stderr }, { stdout: expected, stderr: "" });
    });
  }
}

Deno.test("the README has at most 150 lines", () => {
  const lines = PAGES.get("README.md")!.split("\n").length;
  assert(lines <= 150, `it has ${lines} lines, expected at most 150`);
});

Deno.test("the README links each guide once and no other", () => {
  const linked = tableRows("Guide").map(([cell = ""]) => cell.match(/\]\((.*)\)/)?.[1] ?? cell);
  const guides = [...PAGES.keys()].filter((page) => page.startsWith("examples/guides/"));
  assertEquals(linked.toSorted(), guides);
});

Deno.test("the README's first command passes a text and its second runs the tests", async () => {
  const [first = "", second] = codeBlocks("sh").join("").trim().split("\n");
  assertEquals(second, "npx -y deno@2.9.6 task test");
  const [program, ...args] = first.replace("npx -y deno@2.9.6", "deno").split(" ");
  assertEquals(program, "deno");
  const { stdout } = await runDeno(args);
  assertEquals(
    stdout,
    'original_string: "Hello there, "\nnew_string: "Hello there, WASM is cool!"\n',
  );
});

Deno.test("the table of commands has every task, and no other", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const commands = tableRows("Command", await readRoot(".github/CONTRIBUTING.md"));
  const told = [...commands.join().matchAll(/deno task (\w+)/g)].map(([, task]) => task);
  assertEquals([...new Set(told)].sort(), Object.keys(tasks).sort());
});

Deno.test("every file that the docs name exists", async () => {
  const missing: string[] = [];
  let count = 0;
  for (const document of [...PAGES.keys(), "src/README.md", ".github/CONTRIBUTING.md"]) {
    const text = await readRoot(document);
    const paths = /`((?:src|tests|testdata|examples|\.ci|\.github)\/[\w./]*)`/g;
    const named = [...text.matchAll(paths)].map(([, path]) => new URL(path!, ROOT));
    const folder = new URL(document, ROOT);
    const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) =>
      new URL(path!, folder)
    );
    for (const file of [...named, ...linked]) {
      count++;
      await Deno.stat(file).catch(() => missing.push(`${document} names ${file}`));
    }
  }
  assertEquals(missing, []);
  assert(count > 50, `only ${count} files were found in the docs`);
});

Deno.test("the table of rooms in src/README.md has every room, in the order of the imports", async () => {
  const rooms = tableRows("Room", await readRoot("src/README.md")).map(([room = ""]) => room);
  assertEquals(rooms, ROOMS.map((room) => room === "" ? "`src/`" : `\`src/${room}/\``));
});

Deno.test("the picture of a call in src/README.md names every step", async () => {
  const [, picture = ""] = (await readRoot("src/README.md")).split("```");
  const missing = Object.keys(STEP_KINDS).filter((step) => !picture.includes(`    ${step} `));
  assertEquals(missing, []);
});

const ROWS = PRESETS.map((preset) => presetRows(preset, sourceOf(preset)));

Deno.test("the tables of conventions and toolchains match the doc comments of the presets", () => {
  assertEquals(tableProblems(ROWS), []);
});

for (const [index, { name, make }] of PRESETS.entries()) {
  Deno.test(`the option of the conventions' table makes the convention "${name}"`, () => {
    const [[, , option = ""] = []] = ROWS[index]!.Convention;
    const [expression = ""] = codeSpans(option);
    const convention = evaluate(expression) as passage.Convention;
    assertEquals([convention.name, convention.expression], [name, expression]);
    assertEquals((passage as Record<string, unknown>)[make.name], make, `mod.ts has no ${name}`);
  });
}

/** Evaluates an expression of the public names. */
function evaluate(expression: string): unknown {
  return new Function(...Object.keys(passage), `return ${expression}`)(...Object.values(passage));
}

const TOOLCHAINS = ROWS.flatMap(({ Toolchain }) => Toolchain);

for (const [toolchain, , line = ""] of TOOLCHAINS) {
  const [expression = ""] = codeSpans(line);
  if (!expression.includes("testdata/")) continue;
  Deno.test(`the load line for ${toolchain} loads a guest that passes text`, async () => {
    using guest = await evaluate(expression) as passage.Guest;
    assertEquals(guest.passString("Grüße, 世界 🌍", "echo"), "Grüße, 世界 🌍");
  });
}

Deno.test("the guides mark the load lines that are not tested", () => {
  const untested = TOOLCHAINS.filter(([, , line = ""]) => line.includes('load("guest.wasm"'));
  const marked = TOOLCHAINS.filter(([toolchain = ""]) => toolchain.endsWith(" (not tested here)"));
  assertEquals(marked, untested);
});

Deno.test("the guide of errors has a row for each code, under its class", async () => {
  const source = await Deno.readTextFile(new URL("src/base/error_types.ts", ROOT));
  const codes = (name: string) =>
    [...source.matchAll(new RegExp(`type ${name}Code =(.*?);`, "gs"))]
      .flatMap(([, union = ""]) => [...union.matchAll(/"([\w-]+)"/g)].map(([, code]) => code!));
  const listed = [
    ...PAGES.get("examples/guides/errors.md")!.matchAll(/^\| `([\w-]+)` +\| `(\w+)`/gm),
  ];
  for (const name of ["LoadError", "GuestError"]) {
    assert(codes(name).length > 0);
    const found = listed.filter(([, , of]) => of === name).map(([, code]) => code!);
    assertEquals(found.toSorted(), codes(name).toSorted(), name);
  }
});

Deno.test("each guarantee about untrusted guests names a test that exists", async () => {
  const rows = tableRows("Guarantee", PAGES.get("examples/guides/untrusted.md")!);
  assert(rows.length > 15, `only ${rows.length} guarantees were found`);
  for (const [, test = ""] of rows) {
    const [, file, words] = /^`(.+)`: "(.+)"$/.exec(test) ?? [];
    const isThere = file !== undefined && (await readRoot(file)).includes(words!);
    assert(isThere, `no test is ${test}`);
  }
});
