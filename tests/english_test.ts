// The words of the project: phrases that a native engineer would not write, in docs, comments,
// messages and names of tests.
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** What to write instead, for the errors of this test, and the pattern of each phrase. */
const PHRASES: readonly [cure: string, phrase: RegExp][] = [
  ["unless set", /\bunless (?:it is )?said\b/gi],
  ["how it is handled", /\bwhat becomes of\b/gi],
  ["for the duration of", /\bfor the time of\b/gi],
  ["if", /\bwhere (?:that|this|it) is so\b/gi],
  ["a subject such as the caller or the host", /\bwho(?:so)?ever\b/gi],
  ["cannot", /\bcan not\b/gi],
  ["the guest's buffer, or in, from, for", /\bof (?:the|a|each|every) (?:guest|host|caller)'s\b/gi],
  ["returns, reports or shows", /\btells\b/gi],
  [
    "in errors, or the name that errors use",
    /\bas errors (?:name|have|put|say|show) (?:it|them)\b/gi,
  ],
];

/** The start of a line in a comment, which can lie within a phrase. */
const MARGIN = /(?<=\n)[ \t]*(?:\/\/[/!]?|;;|\*)? ?/g;

/** Returns the paths of the text files in a folder. */
async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) yield* filesOf(`${folder}${name}/`);
    else if (/\.(?:ts|md|wat|c|cc|cpp|h|rs|d)$/.test(name)) yield folder + name;
  }
}

/** Returns each odd phrase of a file, with its line and what to write instead. */
function oddPhrases(file: string, text: string): string[] {
  // Line breaks and margins become spaces of the same length, so that places stay what they are.
  const flat = text.replace(MARGIN, (margin) => " ".repeat(margin.length));
  return PHRASES.flatMap(([cure, phrase]) => {
    const spaced = new RegExp(phrase.source.replaceAll(" ", "\\s+"), phrase.flags);
    return [...flat.matchAll(spaced)].map(({ 0: found, index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${file}:${line}: "${found.replace(/\s+/g, " ").trim()}", expected ${cure}`;
    });
  });
}

Deno.test("an odd phrase is found across lines of a comment, with its line", () => {
  const text = "const a = 1;\n/**\n * The most, unless\n * said. What it tells\n */\n";
  assertEquals(oddPhrases("a.ts", text), [
    'a.ts:3: "unless said", expected unless set',
    'a.ts:4: "tells", expected returns, reports or shows',
  ]);
});

Deno.test("docs, comments, messages and names of tests are plain English", async () => {
  const files = ["mod.ts", "README.md", ".github/CONTRIBUTING.md"];
  for (const folder of ["src/", "examples/", "tests/", "testdata/"]) {
    for await (const file of filesOf(folder)) files.push(file);
  }
  const odd: string[] = [];
  for (const file of files) {
    // This file has the phrases themselves.
    if (import.meta.url.endsWith(`/${file}`)) continue;
    odd.push(...oddPhrases(file, await Deno.readTextFile(new URL(file, ROOT))));
  }
  assertEquals(odd, []);
});
