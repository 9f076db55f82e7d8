/** A runtime other than Deno, which runs the npm package. */
export interface Runtime {
  /** `Node 22`. */
  readonly name: string;
  /** The program, if it is on this machine. */
  readonly path: string | undefined;
}

/** The folder in which `.ci/run` has installed runtimes. If it is set, no tool may be missing. */
const INSTALLED = Deno.env.get("RUNTIMES");

/**
 * Adds a test that needs a tool. Without the tool, the test's name says so and it does not run;
 * where `.ci/run` has installed the tools, it fails.
 *
 * @param tool The tool: `Chromium`.
 * @param isHere Whether this machine has it.
 * @param name The name of the test.
 * @param test The test.
 */
export function testWith(
  tool: string,
  isHere: boolean,
  name: string,
  test: () => Promise<void>,
): void {
  const lacks = () => Promise.reject(new Error(`Cannot test: ${tool} is not installed`));
  Deno.test({
    name: isHere ? name : `not tested, because ${tool} is not installed: ${name}`,
    ignore: !isHere && INSTALLED === undefined,
    fn: isHere ? test : lacks,
  });
}

/** The runtimes that the package supports, including those that this machine lacks. */
export const RUNTIMES: readonly Runtime[] = [
  ...["20", "22", "24", "26"].map((major) => ({
    name: `Node ${major}`,
    path: find([`${INSTALLED}/node_modules/node${major}/bin/node`, "node"], `v${major}.`),
  })),
  { name: "Bun", path: find([`${INSTALLED}/node_modules/.bin/bun`, "bun"], "1.") },
];

/** Returns the first program whose version begins with `version`. */
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
