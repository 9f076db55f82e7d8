import type { LoadOptions } from "../../check/load_options.ts";
import { readComponent } from "../../component/component.ts";
import type { Compiled } from "../../source/source_types.ts";
import { importsWasi, isWasiInterface } from "../../wasi/modules.ts";
import type { WasiOptions } from "../../wasi/wasi_options.ts";

/**
 * Grants a WASI guest what a command in a terminal has: arguments, standard input, standard output
 * and standard error. Options that the caller sets take precedence. The input is read as it
 * arrives.
 *
 * @param args The arguments of a command; none for any other guest.
 * @param input The input that is piped into a command, if any.
 */
export function grantsFor(
  { imports, component }: Pick<Compiled, "imports" | "component">,
  args: readonly string[],
  input: ReadableStream<Uint8Array<ArrayBuffer>> | undefined,
  given: WasiOptions | undefined,
): Pick<LoadOptions, "wasi"> {
  const isWasi = component === undefined
    ? importsWasi(imports)
    : readComponent(component).type.imports.some(({ name }) => isWasiInterface(name));
  if (!isWasi) return {};
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
