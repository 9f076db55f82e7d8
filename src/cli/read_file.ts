import { readSource } from "../source/source.ts";
import type { SourceBytes } from "../source/source_types.ts";
import type { Workbench } from "./command.ts";

/**
 * Reads the file or the URL of a command; `-` is standard input.
 *
 * @throws {LoadError} with the code `source` if it cannot be read.
 */
export async function readFile(
  given: string,
  { host, progress }: Pick<Workbench, "host" | "progress">,
): Promise<SourceBytes> {
  if (given === "-") {
    progress.say("Reading standard input");
    const name = "standard input";
    return { name, source: name, bytes: await new Response(host.input).bytes() };
  }
  progress.say(`Reading ${given}`);
  return await readSource(given, {
    onProgress({ loaded, total }) {
      progress.say(`Fetching ${given}: ${formatReceived(loaded, total)}`);
    },
  });
}

const UNITS = [[1e6, "MB"], [1e3, "KB"]] as const;

/** Formats the progress of a download: `1.5 MB of 3.0 MB (50%)`, or in KB or bytes. */
export function formatReceived(received: number, total: number | undefined): string {
  const unit = UNITS.find(([bytes]) => (total ?? received) >= bytes);
  const size = (bytes: number) =>
    unit === undefined ? `${bytes} bytes` : `${(bytes / unit[0]).toFixed(1)} ${unit[1]}`;
  return total === undefined
    ? size(received)
    : `${size(received)} of ${size(total)} (${Math.floor(100 * received / total)}%)`;
}
