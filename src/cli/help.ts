import { COMMON } from "./arguments.ts";
import type { Command, CommandOption } from "./command.ts";
import { EXIT } from "./exit_codes.ts";
import { type Style, wrap } from "./style.ts";

/** The maximum width of help in a wider terminal. */
const WIDEST = 100;

/** Prints the help of a command. */
export function commandHelp(command: Command, style: Style, columns: number): string {
  const { name, usage, summary, details, examples, options } = command;
  const { bold } = style;
  const width = Math.min(columns, WIDEST);
  const all = Object.entries({ ...options, ...COMMON });
  return lines([
    wrap(summary, "", width),
    "",
    `${bold("Usage:")} passage ${name} ${usage}`,
    ...details.flatMap((paragraph) => ["", wrap(paragraph, "", width)]),
    "",
    bold("Options"),
    ...table(all.map(([option, about]) => [formatOption(option, about), about.help]), width),
    "",
    bold("Examples"),
    ...examples.map((example) => `  ${example}`),
    "",
    bold("Exit codes"),
    ...exitCodes(width),
  ]);
}

/** Prints the help of the program: its commands. */
export function programHelp(
  commands: readonly Command[],
  style: Style,
  columns: number,
): string {
  const { bold } = style;
  const width = Math.min(columns, WIDEST);
  return lines([
    "Passage inspects WebAssembly modules, calls their functions, and writes types for them.",
    "",
    `${bold("Usage:")} passage COMMAND ARGUMENTS`,
    "",
    bold("Commands"),
    ...table(commands.map(({ name, usage, summary }) => [`${name} ${usage}`, summary]), width),
    "",
    "passage COMMAND --help shows the options of a command, with examples.",
    "passage --version shows the version.",
    "",
    bold("Exit codes"),
    ...exitCodes(width),
  ]);
}

function formatOption(name: string, { value, optional }: CommandOption): string {
  const shown = value === undefined ? "" : optional ? `[=${value}]` : ` ${value}`;
  return `--${name}${shown}${name === "help" ? ", -h" : ""}`;
}

function exitCodes(width: number): string[] {
  return table(Object.values(EXIT).map(({ code, meaning }) => [String(code), meaning]), width);
}

/** Lays out rows of a name and a text, which is wrapped beside the names. */
function table(rows: readonly (readonly [name: string, text: string])[], width: number): string[] {
  const column = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) =>
    wrap(text, `  ${name}`.padEnd(column), width, " ".repeat(column))
  );
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
