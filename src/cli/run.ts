import { nearest } from "../base/misnomers.ts";
import { isA, quote } from "../base/show.ts";
import { readArguments } from "./arguments.ts";

import type { Command } from "./command.ts";
import { CALL } from "./call/call_command.ts";
import { ClosedPipe, EXIT, exitKindOf, UsageError, wordsOfError } from "./exit_codes.ts";
import { commandHelp, programHelp } from "./help.ts";
import type { Host } from "./host.ts";
import { INSPECT } from "./inspect/inspect_command.ts";
import { TYPES } from "./types/types_command.ts";
import { beginProgress, type Progress } from "./progress.ts";
import { styleFor } from "./style.ts";

/** The commands, in the order of the help. */
const COMMANDS: readonly Command[] = [INSPECT, CALL, TYPES];

/**
 * Runs a command line.
 *
 * @param args The arguments of the program.
 * @param host The streams and the terminal.
 * @returns The exit code.
 */
export async function run(args: readonly string[], host: Host): Promise<number> {
  const [name = ""] = args;
  let progress: Progress | undefined;
  try {
    const style = styleFor(host.out, host);
    const columns = host.out.isTerminal ? host.columns : Infinity;
    if (name === "" || name === "--help" || name === "-h" || name === "help") {
      // A missing command is a mistake unless help was requested.
      const isMistake = name === "";
      const out = isMistake ? host.err : host.out;
      await out.write(programHelp(COMMANDS, styleFor(out, host), columns));
      return EXIT[isMistake ? "usage" : "ok"].code;
    }
    if (name === "--version" || name === "-V" || name === "version") {
      // Only this file has the version, and it is part of the published package.
      const { default: { version } } = await import("../../deno.json", { with: { type: "json" } });
      await host.out.write(`passage ${version}\n`);
      return EXIT.ok.code;
    }
    const command = COMMANDS.find((command) => command.name === name);
    if (command === undefined) throw new UsageError(unknownCommand(name));
    const given = readArguments(command, args.slice(1));
    if (given.options.has("help")) {
      await host.out.write(commandHelp(command, style, columns));
      return EXIT.ok.code;
    }
    progress = beginProgress(host);
    return await command.run(given, { host, style, progress });
  } catch (error) {
    await progress?.end();
    return await report(error, name, host);
  } finally {
    await progress?.end();
  }
}

/** Reports an error on standard error, and returns its exit code. */
async function report(error: unknown, command: string, host: Host): Promise<number> {
  if (isClosedPipe(error)) return EXIT.ok.code;
  const { red } = styleFor(host.err, host);
  const kind = exitKindOf(error);
  const known = COMMANDS.some(({ name }) => name === command) ? ` ${command}` : "";
  const hint = kind === "usage" ? `\nRun passage${known} --help for help.` : "";
  try {
    await host.err.write(`${red("error:")} ${wordsOfError(error)}${hint}\n`);
  } catch {
    // Nobody can read the error; the exit code stays the same.
  }
  return EXIT[kind].code;
}

/** Returns whether an error means that nobody reads the output any more. */
function isClosedPipe(error: unknown): boolean {
  return isA(error, ClosedPipe) || isA(error, Error) && error.name === "BrokenPipe";
}

function unknownCommand(given: string): string {
  const names = COMMANDS.map(({ name }) => name);
  const near = nearest(given, names);
  const expected = near === undefined ? `expected ${names.join(", ")}` : `did you mean ${near}?`;
  return `Cannot run the command ${quote(given)}: it is unknown, ${expected}`;
}
