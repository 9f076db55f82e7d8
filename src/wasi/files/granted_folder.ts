import { plainBytes, toBytes } from "../../base/numeric_types.ts";
import { isA, quote } from "../../base/show.ts";
import type { WasiFolder, WasiPreopen } from "../wasi_options.ts";

/** A grant of a directory of the host. */
export type HostGrant = Exclude<WasiPreopen, WasiFolder>;

/** Returns whether a grant is a directory of the host: in a folder, no content is text or a URL. */
export function isHostGrant(grant: WasiPreopen): grant is HostGrant {
  if (typeof grant === "string" || isA(grant, URL)) return true;
  const { path } = grant as { readonly path?: unknown };
  return typeof path === "string" || isA(path, URL);
}

/**
 * Copies a folder with its bytes.
 *
 * @throws {TypeError} if a name cannot be that of a file.
 */
export function copyFolder(folder: WasiFolder, what: string): WasiFolder {
  return Object.fromEntries(
    Object.entries(folder).map(([name, content]) => {
      const within = `${quote(name)} in ${what}`;
      if (/^\.{0,2}$|[/\0]/.test(name) || !name.isWellFormed()) {
        throw new TypeError(
          `Cannot grant ${within}: its name is that of no file, expected one without "/" and NUL`,
        );
      }
      const isFolder = !ArrayBuffer.isView(content) && !isA(content, ArrayBuffer);
      return [
        name,
        isFolder ? copyFolder(content as WasiFolder, within) : new Uint8Array(
          plainBytes(toBytes(content as Uint8Array, `grant ${within}`), `grant ${within}`),
        ),
      ];
    }),
  );
}
