// WASI 0.2 for components: each interface is an object of the host, as a caller could give it.

import { type PreparedGrants, prepareGrants, type WasiLimits } from "../prepare_grants.ts";
import { type WasiHome, WasiState } from "../state.ts";
import type { WasiOptions } from "../wasi_options.ts";
import { STREAM_INTERFACES } from "./byte_streams.ts";
import { pollInterfaces } from "./pollables.ts";
import { programInterfaces } from "./program_interfaces.ts";

/** The version of all interfaces: the latest one of which all functions are here. */
const VERSION = "0.2.12";

/** WASI for one instance of a component. */
export interface ProvidedInterfaces {
  readonly wasi: WasiState;
  /** The interfaces by their names, with their version. */
  readonly interfaces: Readonly<Record<string, object>>;
}

/**
 * Prepares the grants of a component that imports WASI. It loads what files need only if a directory
 * is granted, and what the network needs only if the component imports it.
 *
 * @param names The names of what the component imports.
 * @returns a function that makes WASI for an instance, which is set as soon as it exists.
 * @throws {LoadError} if a directory cannot be opened.
 * @throws {TypeError} if a grant has another type, or standard input has to be waited for.
 */
export async function prepareInterfaces(
  names: readonly string[],
  options: WasiOptions | undefined,
  limits: WasiLimits,
): Promise<(home: WasiHome) => ProvidedInterfaces> {
  const prepared = await prepareGrants(options, limits);
  refuseWaiting(prepared);
  const makeFiles = prepared.files && (await import("./file_interfaces.ts")).fileInterfaces;
  const imports = (prefix: string) => names.some((name) => name.startsWith(prefix));
  const network = imports("wasi:sockets/") || imports("wasi:http/")
    ? await import("./network_interfaces.ts")
    : undefined;
  return (home) => {
    const wasi = new WasiState(prepared.open(), home);
    const interfaces = {
      ...STREAM_INTERFACES,
      ...pollInterfaces(wasi),
      ...programInterfaces(wasi),
      ...(makeFiles?.(wasi) ?? NO_FILES),
      ...network?.SOCKET_INTERFACES,
      ...network?.httpInterfaces(wasi),
    };
    return { wasi, interfaces: withVersion(interfaces) };
  };
}

/** The interfaces for files without any directory: no other function of theirs can be called. */
const NO_FILES = {
  "wasi:filesystem/preopens": { getDirectories: () => [] },
  "wasi:filesystem/types": { filesystemErrorCode: () => undefined },
};

function refuseWaiting({ wait }: PreparedGrants): void {
  if (wait === undefined) return;
  throw new TypeError(
    "Cannot grant stdin: it is an async iterable or a stream, for which a component cannot wait, " +
      "expected text, bytes, a function or an iterable",
  );
}

function withVersion(interfaces: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(interfaces).map(([name, value]) => [`${name}@${VERSION}`, value]),
  );
}
