import { directoryFunctions } from "../base/runtime.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { WasiVersion } from "./modules.ts";
import type { NodeWasi } from "./node_wasi.ts";
import { ERRNO, Failure } from "./records.ts";
import type { Directory, WasiState, WasiValue } from "./state.ts";

/** One part of a call: takes arguments of the guest's and passes on those of `node:wasi`. */
export type Step = (call: FileCall) => void;

/** One call of a function of `node:wasi`, on its way from the guest and back. */
export class FileCall {
  readonly state: WasiState;
  readonly version: WasiVersion;
  /** The guest's memory. */
  readonly memory: GuestMemory;
  readonly functions: NodeWasi;
  /** The memory of `node:wasi`. */
  readonly scratch: GuestMemory;
  /** What is passed to `node:wasi`. */
  readonly passed: WasiValue[] = [];
  /** The directory that the next path starts from. */
  directory: Directory | undefined;
  /** Whether the next path's link is followed. */
  follow = false;
  /** The last path within the preopened directory. */
  path = "";
  readonly #args: readonly WasiValue[];
  readonly #after: (() => void)[] = [];
  #next = 0;
  #used = 0;

  /** @throws {Failure} `badf` if no directory is granted: then there are no files. */
  constructor(state: WasiState, version: WasiVersion, args: readonly WasiValue[]) {
    if (state.files === undefined) throw new Failure(ERRNO.badf);
    this.state = state;
    this.version = version;
    this.memory = state.memory;
    this.functions = state.files.functions;
    this.scratch = state.files.scratch;
    this.#args = args;
  }

  /** The guest's next argument; a bigint where it has 64 bits. */
  next(): number {
    return this.#args[this.#next++] as number;
  }

  /** Takes room in the memory of `node:wasi`, for this call alone, and returns where it is. */
  take(byteLength: number): number {
    const pointer = this.#used;
    this.#used += Math.ceil(byteLength / 8) * 8;
    const missing = this.#used - this.scratch.size;
    if (missing > 0) this.scratch.grow(Math.ceil(missing / PAGE_SIZE));
    return pointer;
  }

  /** Does something once `node:wasi` has answered without an error. */
  after(action: () => void): void {
    this.#after.push(action);
  }

  /** How many bytes `node:wasi` used; it says so at the last pointer, from where the guest has it. */
  get bytesUsed(): number {
    return this.scratch.read("u32", this.passed.at(-1)!);
  }
  set bytesUsed(byteLength: number) {
    this.scratch.write("u32", this.passed.at(-1)!, byteLength);
  }

  /** Makes the call. */
  run(name: string, steps: readonly Step[]): number {
    for (const step of steps) step(this);
    const errno = this.functions[name]!(...this.passed);
    if (errno !== ERRNO.success) return errno;
    for (const action of this.#after) action();
    return ERRNO.success;
  }
}

/** As many as Linux follows (`MAXSYMLINKS`). */
const MOST_LINKS = 40;

/** A path within a granted directory. */
export interface ResolvedPath {
  /** From the granted directory on, without links and dots on the way; `.` for that one itself. */
  readonly path: string;
  /** Whether it is a symbolic link, which was not to be followed. */
  readonly isLink: boolean;
}

/**
 * Finds where a path leads, one name at a time, so that nothing outside of the granted directory is
 * even looked at. `node:wasi` does look out for ways that lead out, but opens links that do when it
 * is told not to follow them, and makes files where those lead that nothing is at the end of.
 *
 * @param root The granted directory's path on the host.
 * @param parts The guest's path; before it, the path of the directory that it starts from.
 * @param follow Whether a link at the end is followed.
 * @throws {Failure} `notcapable` if it leads out, `loop` if there are too many links.
 */
export function resolvePath(
  root: string,
  parts: readonly string[],
  follow: boolean,
): ResolvedPath {
  const names: string[] = [];
  const rest = parts.flatMap(split).reverse();
  for (let links = 0; rest.length > 0;) {
    const name = rest.pop()!;
    if (name === "..") {
      if (names.pop() === undefined) throw new Failure(ERRNO.notcapable);
      continue;
    }
    names.push(name);
    const target = readLink(`${root}/${names.join("/")}`);
    if (target === undefined) continue;
    if (rest.length === 0 && !follow) return { path: names.join("/"), isLink: true };
    if (++links > MOST_LINKS) throw new Failure(ERRNO.loop);
    names.pop();
    rest.push(...split(target).reverse());
  }
  return { path: names.join("/") || ".", isLink: false };
}

/** The names in a relative path. */
function split(path: string): string[] {
  if (path.startsWith("/")) throw new Failure(ERRNO.notcapable);
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** What a link says; nothing for all else, and where `node:wasi` will find that it can't be had. */
function readLink(path: string): string | undefined {
  try {
    const { lstatSync, readLinkSync } = directoryFunctions()!;
    return lstatSync(path).isSymlink ? readLinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
