import type { GuestError } from "../base/errors.ts";
import { builtin, denoFiles } from "../base/runtime.ts";
import { printable } from "../base/show.ts";
import { loadDemangler } from "../binary/trace/demangle.ts";
import type { SourcePlace } from "../binary/trace/line_table.ts";
import type { Compiled } from "../source/source_types.ts";

/**
 * A stack frame as the engine formats it: `add (wasm://wasm/00eab5f2:wasm-function[1]:0x37)`; older
 * versions of Deno write `add (wasm://wasm/00eab5f2:1:56)`, where columns start at 1.
 */
const FRAME = /^(?:(.*) \()?(\S*):(?:wasm-function\[\d+\]:0x([0-9a-f]+)|1:(\d+))\)?$/;

/** The maximum size of a source map in bytes. */
const LONGEST_MAP = 64 * 1024 * 1024;

/** The functions that improve the frames of a module's errors. */
interface Readers {
  /** Returns the name of a function as its author wrote it. */
  readonly demangle: (name: string) => string;
  /** Finds the source positions of offsets, in the same order. */
  readonly findPlaces: (offsets: readonly number[]) => readonly (SourcePlace | undefined)[];
}

/**
 * Loads the code that makes the frames of a module's errors readable: with demangled names and with
 * source positions, if the module has them.
 *
 * @returns A function that makes the frames of an error readable. The positions are determined when
 * the frames are accessed.
 */
export async function loadReadableFrames(
  compiled: Compiled,
): Promise<(error: GuestError) => void> {
  const names = sectionOf(compiled, "name");
  const [demangle, findPlaces] = await Promise.all([
    names === undefined ? (name: string) => name : loadDemangler(names),
    loadPlaces(compiled),
  ]);
  return (error) => describeFrames({ demangle, findPlaces }, error);
}

/** Returns the contents of a custom section, if the module has it. */
function sectionOf({ module }: Compiled, name: string): Uint8Array | undefined {
  const [section] = WebAssembly.Module.customSections(module, name);
  return section && new Uint8Array(section);
}

/** Makes the frames of an error readable when they are accessed. */
function describeFrames(readers: Readers, error: GuestError): void {
  const raw = error.frames;
  let readable: readonly string[] | undefined;
  Object.defineProperty(error, "frames", {
    get: () => readable ??= readFrames(raw, readers),
    enumerable: true,
    configurable: true,
  });
  // Deno does not show the values of getters, so the frames are stored before the error is shown.
  Object.defineProperty(error, INSPECT, {
    value(inspect: (value: unknown, options: unknown) => string, options: unknown) {
      Object.defineProperty(error, "frames", { value: error.frames, enumerable: true });
      Reflect.deleteProperty(error, INSPECT);
      return inspect(error, options);
    },
    enumerable: false,
    configurable: true,
  });
}

const INSPECT = Symbol.for("Deno.customInspect");

function readFrames(
  raw: readonly string[],
  { demangle, findPlaces }: Readers,
): readonly string[] {
  const frames = raw.map((frame) => {
    const [, name, url, offset = "", column] = FRAME.exec(frame) ?? [];
    const at = column === undefined ? parseInt(offset, 16) : Number(column) - 1;
    return { frame, name, url, offset: at };
  });
  // Guests can call each other; the outermost frame is that of the export, so it has the URL of
  // this module.
  const own = frames.at(-1)?.url;
  const offsets = frames.map(({ url, offset }) => url === own ? offset : NaN);
  const places = findPlaces(offsets);
  return frames.map(({ frame, name }, index) => {
    const { file, line, column } = places[index] ?? {};
    const at = frame.slice(name === undefined ? 0 : name.length + 2).replace(/\)$/, "");
    const place = file === undefined
      ? ""
      : `${printable(file)}:${line}${column === 0 ? "" : `:${column}`}, `;
    if (name === undefined) return place === "" ? frame : `${place}${at}`;
    return `${printable(demangle(name))} (${place}${at})`;
  });
}

/**
 * Loads the function that finds source positions: from the DWARF line table, or from a source map.
 */
async function loadPlaces(compiled: Compiled): Promise<Readers["findPlaces"]> {
  const section = (name: string) => sectionOf(compiled, name) ?? new Uint8Array();
  if (section(".debug_line").length > 0) {
    const { findPlaces } = await import("../binary/trace/line_table.ts");
    return (offsets) => {
      // Reading the binary takes long, so it is deferred to the first trap.
      const start = compiled.info?.codeOffset ?? NaN;
      return findPlaces({
        line: section(".debug_line"),
        text: section(".debug_str"),
        lineText: section(".debug_line_str"),
      }, offsets.map((offset) => offset - start));
    };
  }
  const url = urlIn(section("sourceMappingURL"));
  if (url === undefined) return () => [];
  const { findMappedPlaces } = await import("../binary/trace/source_map.ts");
  const read = url.startsWith("data:")
    ? () => decodeData(url)
    : mapFileReader(compiled, url, LONGEST_MAP);
  return (offsets) => {
    const map = read?.();
    return map === undefined ? [] : findMappedPlaces(map, offsets);
  };
}

/** Returns the address of a source map in a section; `undefined` if there is none. */
function urlIn(section: Uint8Array): string | undefined {
  if (section.length === 0 || section.length > LONGEST_MAP) return undefined;
  // A name: its length in LEB128, and its bytes.
  const start = section.findIndex((byte) => byte < 0x80) + 1;
  return new TextDecoder().decode(section.subarray(start));
}

/** Decodes a `data:` URL; `undefined` if it is malformed. */
function decodeData(url: string): string | undefined {
  const comma = url.indexOf(",");
  const text = url.slice(comma + 1);
  try {
    if (!/;base64$/i.test(url.slice(0, comma))) return decodeURIComponent(text);
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Prepares to read a source map file beside a module, as AssemblyScript writes it.
 *
 * The module names the file, and a module is not trusted. So only a plain file in the module's own
 * folder is read, and only if permission was already granted; any failure means that there is no
 * map.
 *
 * @param url The address in the module's section `sourceMappingURL`.
 * @param longest The maximum number of bytes to read.
 * @returns A function that reads it; `undefined` if the module came from elsewhere.
 */
export function mapFileReader(
  { name, source }: Pick<Compiled, "name" | "source">,
  url: string,
  longest: number,
): (() => string | undefined) | undefined {
  const [, file] = /^(?:\.\/)?([^/\\:?#%]+)$/.exec(url) ?? [];
  // The names of paths and URLs are quoted; descriptions such as "bytes" are not.
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
        // Requesting a permission would pause the program, and let the module prompt the user.
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
