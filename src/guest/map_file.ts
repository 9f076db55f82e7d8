import { builtin, denoFiles } from "../base/runtime.ts";
import type { Compiled } from "../source/source_types.ts";

/**
 * Prepares to read the source map that lies beside a module, as AssemblyScript writes it.
 *
 * The module names the file, and a module is not trusted. So only a plain file in the module's own
 * folder is read, only if that is granted already, and what goes wrong means that there is no map.
 *
 * @param url The address in the module's section `sourceMappingURL`.
 * @param longest The most bytes that are read.
 * @returns A function that reads it; `undefined` if the module came from elsewhere.
 */
export function mapFileReader(
  { name, source }: Pick<Compiled, "name" | "source">,
  url: string,
  longest: number,
): (() => string | undefined) | undefined {
  const [, file] = /^(?:\.\/)?([^/\\:?#%]+)$/.exec(url) ?? [];
  // The name of an address is quoted, and that of bytes is not.
  const isAddress = name.startsWith('"');
  const isFile = isAddress && !/^(?:https?|data|blob):/i.test(source);
  if (file === undefined || !isFile) return undefined;
  const path = /^file:/i.test(source)
    ? new URL(encodeURIComponent(file), source)
    : source.replace(/[^/\\]*$/, file.replaceAll("$", "$$$$"));
  const deno = denoFiles();
  const fs = deno === undefined ? builtin("node:fs") : undefined;
  if (deno === undefined && fs === undefined) return undefined;
  return () => {
    try {
      if (deno !== undefined) {
        // Asking for a permission would stop the program, and let the module ask the user.
        const { state } = deno.permissions.querySync({ name: "read", path });
        if (state !== "granted") return undefined;
      }
      const status = (deno ?? fs!).statSync(path);
      const isPlain = typeof status.isFile === "function" ? status.isFile() : status.isFile;
      if (!isPlain || status.size > longest) return undefined;
      return deno?.readTextFileSync(path) ?? fs!.readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  };
}
