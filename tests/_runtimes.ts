/** A runtime other than Deno, which runs the npm package. */
export interface Runtime {
  /** `Node 22`. */
  readonly name: string;
  /** The program, if it is on this machine. */
  readonly path: string | undefined;
}

/** The folder in which `.ci/run` has installed runtimes. There, none may be missing. */
const INSTALLED = Deno.env.get("RUNTIMES");

/** Whether a runtime that is missing is a failure. */
export const NONE_MAY_LACK = INSTALLED !== undefined;

/** The runtimes that the package is promised for, with those that this machine lacks. */
export const RUNTIMES: readonly Runtime[] = [
  ...["20", "22", "24", "26"].map((major) => ({
    name: `Node ${major}`,
    path: find([`${INSTALLED}/node_modules/node${major}/bin/node`, "node"], `v${major}.`),
  })),
  { name: "Bun", path: find([`${INSTALLED}/node_modules/.bin/bun`, "bun"], "1.") },
];

/** Returns the first program whose version begins so. */
function find(programs: readonly string[], version: string): string | undefined {
  return programs.find((program) => {
    try {
      const { stdout } = new Deno.Command(program, { args: ["--version"] }).outputSync();
      return new TextDecoder().decode(stdout).startsWith(version);
    } catch {
      return false; // it is not installed
    }
  });
}
