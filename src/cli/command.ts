import type { Host } from "./host.ts";
import type { Progress } from "./progress.ts";
import type { Style } from "./style.ts";

/** An option of a command. */
export interface CommandOption {
  /** The name of its value, such as `EXPRESSION`; absent for an option without one. */
  readonly value?: string;
  /** Whether the value may be omitted. */
  readonly optional?: boolean;
  /** The description for `--help`, in one or more lines. */
  readonly help: string;
}

/** The arguments and options of a command line. */
export interface Given {
  /** The arguments that are not options, in order. */
  readonly positionals: readonly string[];
  /** The options that are set, with their values; an empty text for those without one. */
  readonly options: ReadonlyMap<string, string>;
}

/** The environment of a command. */
export interface Workbench {
  readonly host: Host;
  /** The markup for standard output. */
  readonly style: Style;
  /** The progress line. */
  readonly progress: Progress;
}

/** One command, with its implementation and its help. */
export interface Command {
  readonly name: string;
  /** The arguments as `--help` shows them: `FILE EXPORT [ARGUMENT...]`. */
  readonly usage: string;
  /** The minimum and the maximum number of arguments. */
  readonly least: number;
  readonly most: number;
  /** A summary in one line. */
  readonly summary: string;
  /** Further paragraphs. */
  readonly details: readonly string[];
  /** Example command lines. */
  readonly examples: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * Runs the command.
   *
   * @returns The exit code.
   */
  run(given: Given, bench: Workbench): Promise<number>;
}
