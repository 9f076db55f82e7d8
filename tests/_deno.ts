/** The output of a program, and its exit. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = new URL("../", import.meta.url);

/**
 * Deno writes half of a worker's coverage if the program ends before, and no report can be read
 * then.
 */
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
  const child = spawn(args, program === undefined ? "null" : "piped", env);
  if (program !== undefined) {
    const stdin = child.stdin.getWriter();
    await stdin.write(new TextEncoder().encode(program));
    await stdin.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts Deno as {@linkcode runDeno} does, without input, and ends it when it is disposed of. */
export function startDeno(args: readonly string[]): Deno.ChildProcess {
  return spawn(args, "null", {});
}

/**
 * Reads text until a pattern is found, and leaves the rest unread.
 *
 * @returns The match.
 * @throws {Error} if the text ends before.
 */
export async function readUntil(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  // A stream that is cancelled waits for output that may never come.
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      const match = pattern.exec(text);
      if (match !== null) return match;
    }
  } finally {
    reader.releaseLock();
  }
  throw new Error(`${pattern} was not found in ${JSON.stringify(text)}`);
}

function spawn(
  args: readonly string[],
  stdin: "null" | "piped",
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const { [COVERAGE]: _, ...inherited } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    clearEnv: true,
    env: { ...inherited, NO_COLOR: "1", ...env },
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
