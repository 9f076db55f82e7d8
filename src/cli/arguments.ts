import { parseArgs } from "node:util";
import { nearest } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import type { Command, CommandOption, Given } from "./command.ts";
import { UsageError } from "./exit_codes.ts";

/** Marks an argument that looks like an option and is a number. No argument has a NUL. */
const NUMBER = "\0";

/** The options of every command. */
export const COMMON: Readonly<Record<string, CommandOption>> = {
  help: { help: "shows this help" },
};

/**
 * Reads the arguments of a command.
 *
 * @throws {UsageError} if one is unknown, missing or too many.
 */
export function readArguments(
  { name, options: own, usage, least, most }: Command,
  args: readonly string[],
): Given {
  const known = { ...own, ...COMMON };
  const { tokens } = parseArgs({
    args: args.map((argument) => isNegative(argument) ? NUMBER + argument : argument),
    options: Object.fromEntries(
      Object.entries(known).map(([option, { value, optional }]) => [option, {
        type: value === undefined || optional ? "boolean" as const : "string" as const,
        ...(option === "help" && { short: "h" }),
      }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const options = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(unmark(token.value));
    if (token.kind !== "option") continue;
    const { rawName, value } = token;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) throw new UsageError(unknownOption(rawName, Object.keys(known)));
    if (option.value === undefined && value !== undefined) {
      throw new UsageError(`Cannot use ${rawName}=${value}: the option takes no value`);
    }
    if (option.value !== undefined && !option.optional && value === undefined) {
      throw new UsageError(`Cannot use ${rawName}: its value is missing, expected ${option.value}`);
    }
    if (options.has(token.name)) {
      throw new UsageError(`Cannot use ${rawName} twice, expected it once`);
    }
    options.set(token.name, unmark(value ?? ""));
  }
  if (!options.has("help")) checkCount(positionals);
  return { positionals, options };

  function checkCount({ length }: readonly string[]): void {
    if (length >= least && length <= most) return;
    const found = length < least ? "an argument is missing" : "there are too many arguments";
    throw new UsageError(
      `Cannot run passage ${name}: ${found}, expected passage ${name} ${usage}`,
    );
  }
}

/** Returns whether an argument is a negative number rather than an option. */
function isNegative(argument: string): boolean {
  return /^-(?:\.?\d|Infinity$)/.test(argument);
}

function unmark(argument: string): string {
  return argument.startsWith(NUMBER) ? argument.slice(NUMBER.length) : argument;
}

function unknownOption(given: string, known: readonly string[]): string {
  const near = nearest(given.replace(/^-+/, ""), known);
  const expected = near === undefined
    ? `expected ${known.map((option) => `--${option}`).join(", ")}`
    : `did you mean --${near}?`;
  return `Cannot use the option ${quote(given)}: it is unknown, ${expected}`;
}
