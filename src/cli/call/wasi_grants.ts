import type { LoadOptions } from "../../check/load_options.ts";
import type { Compiled } from "../../source/source_types.ts";
import { importsWasi } from "../../wasi/modules.ts";
import type { WasiOptions } from "../../wasi/wasi_options.ts";

/**
 * Grants a WASI guest what a command of a terminal has: its arguments, standard input as it comes,
 * and standard output and error. What the caller sets comes before that.
 *
 * @param args The arguments of a command; none for any other guest.
 * @param input What is piped into a command, if anything is.
 */
export function grantsFor(
  { imports }: Pick<Compiled, "imports">,
  args: readonly string[],
  input: ReadableStream<Uint8Array<ArrayBuffer>> | undefined,
  given: WasiOptions | undefined,
): Pick<LoadOptions, "wasi"> {
  if (!importsWasi(imports)) return {};
  const isCommand = args.length > 0;
  return {
    wasi: {
      ...(isCommand && { args, stdin: input }),
      stdout: "inherit",
      stderr: "inherit",
      ...given,
    },
  };
}
