import { directoryFunctions } from "../base/runtime.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { WasiVersion } from "./modules.ts";
import type { NodeWasi } from "./node_wasi.ts";
import { ERRNO, Failure } from "./records.ts";
import type { Directory, WasiState, WasiValue } from "./state.ts";

/** One part of a call: takes the guest's arguments and passes on those for `node:wasi`. */
export type Step = (call: FileCall) => void;

/** One call of a function of `node:wasi`, from the guest and back. */
export class FileCall {
  readonly state: WasiState;
  readonly version: WasiVersion;
  /** The guest's memory. */
  readonly memory: GuestMemory;
  readonly functions: NodeWasi;
  /** The memory of `node:wasi`. */
  readonly scratch: GuestMemory;
  /** The arguments for `node:wasi`. */
  readonly passed: WasiValue[] = [];
  /** The directory that the next path starts from. */
  directory: Directory | undefined;
  /** Whether the link at the end of the next path is followed. */
  follow = false;
  /** The last path within the preopened directory. */
  path = "";
  readonly #args: readonly WasiValue[];
  readonly #after: (() => void)[] = [];
  #next = 0;
  #used = 0;

  /** @throws {Failure} `badf` if no directory is granted, because then there are no files. */
  constructor(state: WasiState, version: WasiVersion, args: readonly WasiValue[]) {
    if (state.files === undefined) throw new Failure(ERRNO.badf);
    this.state = state;
    this.version = version;
    this.memory = state.memory;
    this.functions = state.files.functions;
    this.scratch = state.files.scratch;
    this.#args = args;
  }

  /** Returns the guest's next argument; a bigint if it has 64 bits. */
  next(): number {
    return this.#args[this.#next++] as number;
  }

  /** Takes room in the memory of `node:wasi`, for this call alone, and returns its address. */
  take(byteLength: number): number {
    const pointer = this.#used;
    this.#used += Math.ceil(byteLength / 8) * 8;
    const missing = this.#used - this.scratch.size;
    if (missing > 0) this.scratch.grow(Math.ceil(missing / PAGE_SIZE));
    return pointer;
  }

  /** Adds an action for when `node:wasi` has returned without an error. */
  after(action: () => void): void {
    this.#after.push(action);
  }

  /**
   * Returns how many bytes `node:wasi` used. It writes that at the last pointer, and the guest
   * reads it there.
   */
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

/** The limit of Linux (`MAXSYMLINKS`). */
const MOST_LINKS = 40;

/** A path within a granted directory. */
interface ResolvedPath {
  /**
   * The path from the granted directory, without links and dots in it; `.` for that directory
   * itself.
   */
  readonly path: string;
  /** Whether it is a symbolic link that was not to be followed. */
  readonly isLink: boolean;
}

/**
 * Resolves a path, one name at a time, so that nothing outside the granted directory is accessed.
 * `node:wasi` does check for paths that lead out, but it opens such links if it is asked not to
 * follow them, and creates files at the targets of links that lead nowhere.
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

/** Returns the names in a relative path. */
function split(path: string): string[] {
  if (path.startsWith("/")) throw new Failure(ERRNO.notcapable);
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/**
 * Returns the target of a link; `undefined` for everything else, and if `node:wasi` will report an
 * error.
 */
function readLink(path: string): string | undefined {
  try {
    const { lstatSync, readLinkSync } = directoryFunctions()!;
    return lstatSync(path).isSymlink ? readLinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
