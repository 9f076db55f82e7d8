import { assertEquals, assertThrows } from "@std/assert";
import {
  ComponentError,
  type GuestLimits,
  type WasiOptions,
  type WasiPreopen,
} from "../../../mod.ts";
import { prepareInterfaces } from "../../../src/wasi/interfaces/wasi_interfaces.ts";
import type { WasiState } from "../../../src/wasi/state.ts";
import { makeTree } from "../../_wasi.ts";

// deno-lint-ignore no-explicit-any -- a guest calls what the interfaces have
export type Any = any;

/** The interfaces of WASI 0.2 for one instance, as a component gets them. */
export interface OpenedInterfaces extends Disposable {
  readonly wasi: WasiState;
  /** Returns an interface by its name without a version. */
  get(name: string): Any;
}

/** Opens the interfaces. */
export async function openInterfaces(
  options?: WasiOptions,
  limits: GuestLimits = {},
): Promise<OpenedInterfaces> {
  const names = ["wasi:sockets/tcp@0.2.0", "wasi:http/types@0.2.0"];
  const { open } = await prepareInterfaces(names, [], options, limits);
  const instanceFor = () => {
    throw new Error("no function needs the instance");
  };
  const { wasi, interfaces } = open({ instance: undefined, instanceFor });
  return {
    wasi,
    get: (name) => interfaces[`${name}@0.2.12`],
    [Symbol.dispose]: () => wasi.close(),
  };
}

/** Makes a request. */
export function makeRequest(
  opened: OpenedInterfaces,
  url: URL,
  method = "get",
  headers: Any[] = [],
): Any {
  const { Fields, OutgoingRequest } = opened.get("wasi:http/types");
  const request = new OutgoingRequest(Fields.fromList(headers));
  request.setMethod({ tag: method });
  request.setScheme({ tag: url.protocol === "http:" ? "HTTP" : "HTTPS" });
  request.setAuthority(url.host);
  request.setPathWithQuery(url.pathname + url.search);
  return request;
}

/** Returns the error case that a function throws. */
export function errorCase(act: () => unknown): Any {
  return assertThrows(act, ComponentError).payload;
}

/** Reads a stream to its end. */
export function readAll(stream: Any): string {
  let text = "";
  for (;;) {
    try {
      text += new TextDecoder().decode(stream.blockingRead(1000n));
    } catch (error) {
      if (error instanceof ComponentError && (error.payload as Any).tag === "closed") return text;
      throw error;
    }
  }
}

/** Returns the bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

interface OpenedTree {
  readonly granted: string;
  /** The descriptor of the granted directory, which has `a.txt` and `sub/b.txt`. */
  readonly root: Any;
  readonly codeOf: (error: unknown) => unknown;
}

/** Calls `use` with a granted directory of the host. */
export async function withRoot(
  use: (opened: OpenedTree) => void,
  grant: (path: string) => WasiPreopen = (path) => path,
): Promise<void> {
  await using tree = await makeTree();
  using opened = await openInterfaces({ preopens: { "/data": grant(tree.granted) } });
  const [[root, name]] = opened.get("wasi:filesystem/preopens").getDirectories();
  assertEquals(name, "/data");
  const { filesystemErrorCode: codeOf } = opened.get("wasi:filesystem/types");
  use({ granted: tree.granted, root, codeOf });
}
