import { ERRNO, Failure } from "./errno.ts";

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
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
