import type { Host } from "./host.ts";
import type { Progress } from "./progress.ts";
import type { Style } from "./style.ts";

/** An option of a command. */
export interface CommandOption {
  /** The name of its value, such as `EXPRESSION`; absent for an option without one. */
  readonly value?: string;
  /** Whether the value may be left out. */
  readonly optional?: boolean;
  /** What it does, for `--help`: a line or more. */
  readonly help: string;
}

/** What a command was given. */
export interface Given {
  /** The arguments that are no options, in order. */
  readonly positionals: readonly string[];
  /** The options that are set, with their values; an empty text for those without one. */
  readonly options: ReadonlyMap<string, string>;
}

/** What a command works with. */
export interface Workbench {
  readonly host: Host;
  /** Marks up what goes to standard output. */
  readonly style: Style;
  /** The line about work in progress. */
  readonly progress: Progress;
}

/** One command: what it is called with, what it does, and the words of its help. */
export interface Command {
  readonly name: string;
  /** The arguments as `--help` shows them: `FILE EXPORT [ARGUMENT...]`. */
  readonly usage: string;
  /** How many arguments it takes at least and at most. */
  readonly least: number;
  readonly most: number;
  /** What it does, in a line. */
  readonly summary: string;
  /** What else there is to know: paragraphs. */
  readonly details: readonly string[];
  /** Command lines that work. */
  readonly examples: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * Runs it.
   *
   * @returns The exit code.
   */
  run(given: Given, bench: Workbench): Promise<number>;
}
