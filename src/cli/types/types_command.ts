import { loadIdle } from "../inspect/idle_guest.ts";
import { identifyFile } from "../../binary/header.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import type { Command, Given } from "../command.ts";
import { LOAD_OPTIONS, readLoadOptions, refuseForComponent } from "../call/given_options.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { readFile } from "../read_file.ts";
import { describeSymbols } from "./described_symbols.ts";
import { findDifference } from "./difference.ts";
import { writeModule, type WrittenFor } from "./write_module.ts";

/** Where Passage is published. */
const PASSAGE = "jsr:@passage/wasm";

/** The command that writes types. */
export const TYPES: Command = {
  name: "types",
  usage: "FILE|URL|- [--check MODULE]",
  least: 1,
  most: 1,
  summary: "Writes a TypeScript module that loads a guest with typed functions.",
  details: [
    "The module is written to standard output. It declares each function that can be " +
    "declared, with a comment that explains how its types were derived. A binary shows only core " +
    "types, so read the comments where a type was guessed, and correct it with --symbols.",
    "A component contains the types of its imports and exports, so the module has them in " +
    "TypeScript: the interfaces that it exports, and those that the host has to supply.",
    "--check compares an existing module with the guest, for use in a test: if the guest has " +
    "changed since, the first line that differs is shown.",
    "No code of the guest runs, except getters that neither loop nor write.",
  ],
  examples: [
    "passage types guest.wasm > guest.ts",
    "passage types guest.wasm --check guest.ts",
    'passage types guest.wasm --symbols \'{ count: { parameters: ["string"], result: "u32" } }\'',
  ],
  options: {
    check: { value: "MODULE", help: "compares this module with the one that would be written" },
    import: {
      value: "SPECIFIER",
      help: `where the module imports Passage from: ${PASSAGE} unless set`,
    },
    source: {
      value: "URL",
      help: "where the module finds the guest, relative to itself: the file beside it unless set",
    },
    convention: LOAD_OPTIONS.convention,
    symbols: LOAD_OPTIONS.symbols,
    "memory-name": LOAD_OPTIONS["memory-name"],
  },
  async run({ positionals, options }, bench) {
    const [source = ""] = positionals;
    const given = await readFile(source, bench);
    const previous = await readPrevious(options.get("check"), source, bench);
    bench.progress.say(`Reading the types of ${source}`);
    const isComponent = identifyFile(given.bytes)?.kind === "component";
    const text = await (isComponent ? writeOfComponent : writeOfModule)(given, options, {
      name: fileName(source),
      from: options.get("import") ?? PASSAGE,
      source: options.get("source") ?? sourceFor(source),
    });
    await bench.progress.end();
    if (previous === undefined) {
      await bench.host.out.write(text);
      return EXIT.ok.code;
    }
    const difference = findDifference(previous, text);
    if (difference === undefined) return EXIT.ok.code;
    await bench.host.err.write(
      `error: Cannot use ${options.get("check")}: ${difference}\n` +
        "Run passage types without --check to update it.\n",
    );
    return EXIT.differs.code;
  },
};

async function writeOfModule(
  given: SourceBytes,
  options: Given["options"],
  written: WrittenFor,
): Promise<string> {
  const { convention, symbols, memoryName } = readLoadOptions(options);
  const idle = await loadIdle(given, { convention, memoryName });
  const described = await describeSymbols(idle, symbols ?? {});
  const chosen = options.has("convention") ? idle.guest.convention : undefined;
  return writeModule(described, { ...written, convention: chosen, memoryName });
}

async function writeOfComponent(
  { bytes, name, source }: SourceBytes,
  options: Given["options"],
  written: WrittenFor,
): Promise<string> {
  refuseForComponent(options, ["convention", "symbols", "memory-name"], name);
  const [{ readComponent, refuseAsync }, { writeComponentModule }] = await Promise.all([
    import("../../component/component.ts"),
    import("./component_module.ts"),
  ]);
  const component = readComponent(bytes);
  refuseAsync(component, { name, source });
  return writeComponentModule(component.type, written);
}

/** Reads the module that is to be checked. */
async function readPrevious(
  file: string | undefined,
  source: string,
  bench: Parameters<typeof readFile>[1],
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  if (file === "-" && source === "-") {
    throw new UsageError("Cannot read standard input twice, expected - once");
  }
  return new TextDecoder().decode((await readFile(file, bench)).bytes);
}

function fileName(source: string): string {
  return source === "-" ? "guest.wasm" : source.replace(/[?#].*$/, "").replace(/^.*[\\/]/, "");
}

/**
 * Returns the source from which a module loads the guest: its URL, or the file beside the module.
 */
function sourceFor(source: string): string {
  return /^(?:https?|data|blob|file):/i.test(source) ? source : `./${encodeURI(fileName(source))}`;
}
