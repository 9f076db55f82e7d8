import type { LoadOptions } from "../../check/load_options.ts";
import type { Compiled } from "../../source/source_types.ts";
import { importsWasi } from "../../wasi/modules.ts";
import type { WasiOptions } from "../../wasi/wasi_options.ts";
import type { Host } from "../host.ts";

/**
 * Grants a WASI guest what a command of a terminal has: its arguments, standard input if something
 * is piped into it, and standard output and error. What the caller sets comes before that.
 *
 * @param args The arguments of a command; none for any other guest.
 */
export async function grantsFor(
  { imports }: Pick<Compiled, "imports">,
  args: readonly string[],
  host: Host,
  given: WasiOptions | undefined,
): Promise<Pick<LoadOptions, "wasi">> {
  if (!importsWasi(imports)) return {};
  const isCommand = args.length > 0;
  const readsInput = isCommand && host.hasInput && given?.stdin === undefined;
  return {
    wasi: {
      ...(isCommand && { args }),
      ...(readsInput && { stdin: await host.readInput() }),
      stdout: "inherit",
      stderr: "inherit",
      ...given,
    },
  };
}
