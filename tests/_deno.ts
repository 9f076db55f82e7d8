/** The output of a program, and its exit. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = new URL("../", import.meta.url);

/** Deno writes half of a worker's coverage if the program ends before, and no report can be read then. */
const COVERAGE = "DENO_COVERAGE_DIR";

/**
 * Runs Deno in the repository's root, with no more permissions than `args` give, and without
 * coverage.
 *
 * @param args The arguments of `deno`.
 * @param program The text of a program, if `args` name `-` as its file.
 * @param env Environment variables beside those that are always set.
 */
export async function runDeno(
  args: readonly string[],
  program?: string,
  env: Record<string, string> = {},
): Promise<Run> {
  const { [COVERAGE]: _, ...inherited } = Deno.env.toObject();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    clearEnv: true,
    env: { ...inherited, NO_COLOR: "1", ...env },
    stdin: program === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (program !== undefined) {
    const stdin = child.stdin.getWriter();
    await stdin.write(new TextEncoder().encode(program));
    await stdin.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
