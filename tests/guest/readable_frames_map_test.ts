import { GuestError, load } from "../../mod.ts";
import { mapFileReader } from "../../src/guest/readable_frames.ts";
import { assemble } from "../_wat.ts";
import { runDeno } from "../_deno.ts";
import { assertEquals, assertThrows } from "@std/assert";

/** Uses a folder that is removed afterwards. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "passage-map-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A guest that traps, and the section that names its map, with the length of each name. */
const NAME = "sourceMappingURL", MAP = "./traps.wasm.map";
const LETTERS = [...NAME].map((letter) => letter.charCodeAt(0));
const URL_LETTERS = [...MAP].map((letter) => letter.charCodeAt(0));
const contents = [LETTERS.length, ...LETTERS, URL_LETTERS.length, ...URL_LETTERS];
const TRAPS = Uint8Array.of(
  ...assemble('(module (func (export "run") unreachable))'),
  0,
  contents.length,
  ...contents,
);

/** The whole binary is line 8, column 5 of one file: A is 0, O is 7 and I is 4. */
const TEXT = JSON.stringify({ version: 3, sources: ["assembly/traps.ts"], mappings: "AAOI" });

const SYMBOLS = { run: { parameters: [], result: "void" } } as const;

async function frameOf(source: string | URL | Uint8Array): Promise<string> {
  using guest = await load(source, { symbols: SYMBOLS });
  const { frames } = assertThrows(() => guest.symbols.run(), GuestError);
  return /^(.*?),? ?wasm:/.exec(frames[0]!)?.[1]?.replace(/^.*\(/, "") ?? "";
}

Deno.test("the map beside a module shows the lines of its traps", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/traps.wasm`;
    await Deno.writeFile(path, TRAPS);
    assertEquals(await frameOf(path), "");
    await Deno.writeTextFile(`${path}.map`, TEXT);
    assertEquals(await frameOf(path), "assembly/traps.ts:8:5");
    assertEquals(await frameOf(new URL(`file://${path}`)), "assembly/traps.ts:8:5");
    assertEquals(await frameOf(`file://${path}`), "assembly/traps.ts:8:5");
    // Bytes have no URL.
    assertEquals(await frameOf(TRAPS), "");
    await Deno.writeTextFile(`${path}.map`, "{");
    assertEquals(await frameOf(path), "");
  });
});

Deno.test("a map without permission to read it causes no prompt, and there are no lines", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/traps.wasm`;
    await Deno.writeFile(path, TRAPS);
    await Deno.writeTextFile(`${path}.map`, TEXT);
    const program = `
      import { load } from "./mod.ts";
      using guest = await load(${JSON.stringify(path)}, { symbols: ${JSON.stringify(SYMBOLS)} });
      try { guest.symbols.run() } catch (error) { console.log(/traps.ts:8:5/.test(error.frames[0])) }`;
    for (const [granted, hasLines] of [[path, false], [folder, true]] as const) {
      const flags = ["run", "--no-check", `--allow-read=${granted}`, "-"];
      assertEquals(await runDeno(flags, program), { code: 0, stdout: `${hasLines}\n`, stderr: "" });
    }
  });
});

Deno.test("only a file in the folder of the module can be its map", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.map`, TEXT);
    await Deno.mkdir(`${folder}/b.map`);
    const read = (url: string, source = `${folder}/a.wasm`, longest = 1000) =>
      mapFileReader({ name: `"${source}"`, source }, url, longest)?.();
    assertEquals(read("a.map"), TEXT);
    assertEquals(read("./a.map"), TEXT);
    assertEquals(read("a.map", `file://${folder}/a.wasm`), TEXT);
    assertEquals(read("a.map", `${folder}/a.wasm`, TEXT.length), TEXT);
    assertEquals(read("a.map", `${folder}/a.wasm`, TEXT.length - 1), undefined);
    for (
      const url of [
        `${folder}/a.map`,
        `../${folder.split("/").at(-1)}/a.map`,
        `file://${folder}/a.map`,
        "https://example.com/a.map",
        "..",
        "b.map",
        "none.map",
        "",
      ]
    ) assertEquals(read(url), undefined, url);
    for (const source of ["https://example.com/a.wasm", "data:,", "blob:null/a"]) {
      assertEquals(read("a.map", source), undefined, source);
    }
  });
});
