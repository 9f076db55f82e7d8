// WASI 0.2 for components: each interface is a host object like those that a caller can supply.

import { prepareGrants, type WasiLimits } from "../prepare_grants.ts";
import { waitingProblem } from "../../base/runtime.ts";
import { isHttpHandler } from "../modules.ts";
import { type WasiHome, WasiState } from "../state.ts";
import type { WasiOptions } from "../wasi_options.ts";
import { STREAM_INTERFACES } from "./byte_streams.ts";
import { pollInterfaces } from "./pollables.ts";
import { programInterfaces } from "./program_interfaces.ts";

/** The version of all interfaces: the latest one that is completely supported. */
const VERSION = "0.2.12";

/** WASI for one instance of a component. */
export interface ProvidedInterfaces {
  readonly wasi: WasiState;
  /** The interfaces by their names, with their version. */
  readonly interfaces: Readonly<Record<string, object>>;
  /** Returns whether a function, by its name in the component, may return a promise. */
  mayWait(name: string): boolean;
}

/** WASI with its grants, for the instances of a component. */
export interface PreparedInterfaces {
  /** Whether a call may have to wait for a granted resource. */
  readonly waits: boolean;
  /** Makes WASI for an instance, which is set as soon as it exists. */
  open(home: WasiHome): ProvidedInterfaces;
}

/**
 * Prepares the grants of a component that imports WASI. The code for files is loaded only if a
 * directory is granted, and the code for the network only if the component imports it.
 *
 * @param imported The names of the component's imports.
 * @param exported The names of its exports.
 * @throws {LoadError} if a directory cannot be opened.
 * @throws {TypeError} if a grant has another type.
 */
export async function prepareInterfaces(
  imported: readonly string[],
  exported: readonly string[],
  options: WasiOptions | undefined,
  limits: WasiLimits,
): Promise<PreparedInterfaces> {
  const prepared = await prepareGrants(options, limits);
  const makeFiles = prepared.files && (await import("./file_interfaces.ts")).fileInterfaces;
  const imports = (prefix: string) => imported.some((name) => name.startsWith(prefix));
  const network = imports("wasi:sockets/") || imports("wasi:http/")
    ? await import("./network_interfaces.ts")
    : undefined;
  function open(home: WasiHome): ProvidedInterfaces {
    const wasi = new WasiState(prepared.open(), home);
    const interfaces = {
      ...STREAM_INTERFACES,
      ...pollInterfaces(wasi),
      ...programInterfaces(wasi),
      ...(makeFiles?.(wasi) ?? NO_FILES),
      ...network?.SOCKET_INTERFACES,
      ...network?.httpInterfaces(wasi, options?.fetch),
    };
    return { wasi, interfaces: withVersion(interfaces), mayWait };
  }
  const serves = exported.some(isHttpHandler) && waitingProblem("the component") === undefined;
  const waits = prepared.waits || serves || (network !== undefined && options?.fetch !== undefined);
  return { waits, open };
}

/** The functions that may wait, whose names are unique among the interfaces. */
const WAITING = /^(?:poll|\[method\](?:pollable\.block|(?:in|out)put-stream\.blocking-.+))$/;

function mayWait(name: string): boolean {
  return WAITING.test(name);
}

/** The interfaces for files without any directory: no other function of theirs can be called. */
const NO_FILES = {
  "wasi:filesystem/preopens": { getDirectories: () => [] },
  "wasi:filesystem/types": { filesystemErrorCode: () => undefined },
};

function withVersion(interfaces: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(interfaces).map(([name, value]) => [`${name}@${VERSION}`, value]),
  );
}
