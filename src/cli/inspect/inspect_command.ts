import { identifyFile } from "../../binary/header.ts";
import { LOAD_OPTIONS, readLoadOptions, refuseForComponent } from "../call/given_options.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { readFile } from "../read_file.ts";
import { inspect } from "./inspect.ts";
import { isGuest, printInspection, printJson } from "./print_inspection.ts";

/** The command that inspects a file. */
export const INSPECT: Command = {
  name: "inspect",
  usage: "FILE|URL|- [--json]",
  least: 1,
  most: 1,
  summary: "Describes a WebAssembly file, and shows how to call its functions.",
  details: [
    "This shows the kind of file, the tools that made it, its sections by size, its imports and " +
    "exports with their types, how the guest passes text and how that was detected, the steps of " +
    "a call of each function with the line of TypeScript that makes the call, and a map of " +
    "memory. If a function cannot pass text, it shows the reason, and the option that would " +
    "settle it.",
    "No code of the module runs, except getters that neither loop nor write. - reads standard " +
    "input.",
  ],
  examples: [
    "passage inspect guest.wasm",
    "passage inspect https://example.com/guest.wasm",
    "passage inspect guest.wasm --json | jq '.functions[].line'",
  ],
  options: {
    json: { help: "prints JSON; the type Inspection of the package's ./cli describes it" },
    "memory-name": LOAD_OPTIONS["memory-name"],
  },
  async run({ positionals, options }, { host, style, progress }) {
    const [source = ""] = positionals;
    const given = await readFile(source, { host, progress });
    if (identifyFile(given.bytes)?.kind === "component") {
      refuseForComponent(options, ["memory-name"], given.name);
    }
    progress.say(`Inspecting ${source}`);
    const inspection = await inspect(given, source, readLoadOptions(options));
    await progress.end();
    const columns = host.out.isTerminal ? host.columns : Infinity;
    await host.out.write(
      options.has("json") ? printJson(inspection) : printInspection(inspection, style, columns),
    );
    return EXIT[isGuest(inspection) ? "ok" : "format"].code;
  },
};
