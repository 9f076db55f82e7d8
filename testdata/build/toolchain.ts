/** A tool that turns the sources of one folder into guests. */
export interface Toolchain {
  /** The tool's name in reports. */
  readonly name: string;
  /** The folder of its sources, below `testdata/`. */
  readonly directory: string;
  /** The extension of its sources, with the dot. */
  readonly extension: string;
  /** The start of a comment line in its sources. */
  readonly comment: string;
  /** The version that built the stored guests. Other versions build other bytes. */
  readonly version: string;
  /** Returns the installed version, or `undefined` if there is none. */
  findVersion(): Promise<string | undefined>;
  /** Compiles one source to one guest. */
  compile(job: Job): Promise<void>;
}

/** One guest to build: a source and the flags of its `build` line. */
export interface Job {
  /** The folder of the source. The tools run there, so that no path gets into a guest. */
  readonly directory: URL;
  /** The source's file name. */
  readonly source: string;
  /** The guest's file name. */
  readonly guest: string;
  /** The flags of the `build` line. */
  readonly flags: readonly string[];
  /** The path of the guest to write. */
  readonly output: URL;
}

/**
 * Runs a command and returns its standard output.
 *
 * @param command The program and its arguments.
 * @param directory The working directory.
 * @returns Its standard output.
 * @throws {Error} If the exit code is not 0; the message includes its standard error.
 * @throws {Deno.errors.NotFound} If there is no such program.
 */
export async function run(command: readonly string[], directory?: URL): Promise<string> {
  const [program = "", ...args] = command;
  const options = directory === undefined ? { args } : { args, cwd: directory };
  const output = await new Deno.Command(program, options).output();
  const decoder = new TextDecoder();
  if (!output.success) {
    throw new Error(
      `Cannot run "${command.join(" ")}": exit code is ${output.code}, expected 0\n` +
        decoder.decode(output.stderr),
    );
  }
  return decoder.decode(output.stdout);
}

/**
 * Finds a version number in the output of a command.
 *
 * @param command The program and its arguments.
 * @param pattern A pattern whose first group is the version.
 * @returns The version, or `undefined` if there is no such program or it prints none.
 */
export async function versionOf(
  command: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  try {
    return pattern.exec(await run(command))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Returns the version of a tool from npm, or reports on standard error why it cannot be imported.
 *
 * @param version The version, which is in the specifier.
 * @param load Imports it.
 * @returns The version, or `undefined` if npm cannot be reached and the tool is not cached.
 */
export async function npmVersion(
  version: string,
  load: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await load();
    return version;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}
