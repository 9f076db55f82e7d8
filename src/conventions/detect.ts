import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { GuestError, list, quote } from "../errors.ts";
import type { Convention } from "./convention.ts";
import {
  allocates,
  bufferRank,
  frees,
  functionNamed,
  isGetter,
  isReserved,
  stemOf,
} from "./names.ts";
import { allocator, cString } from "./presets/allocator.ts";
import { assemblyScript } from "./presets/assembly_script.ts";
import { staticBuffer } from "./presets/buffer.ts";
import { canonicalAbi } from "./presets/canonical_abi.ts";
import { jsStrings } from "./presets/js_strings.ts";
import { wasmBindgen } from "./presets/wasm_bindgen.ts";

/** A convention and why it was chosen. */
export interface Detected {
  readonly convention: Convention;
  readonly reason: string;
}

/**
 * Recognises a guest's convention from its binary alone: no guest code runs.
 *
 * @returns what was recognised, or an error that says what there is and which option settles it.
 */
export function detectConvention(info: ModuleInfo): Detected | GuestError {
  for (const recognise of TOOLCHAINS) {
    const found = recognise(info);
    if (found !== undefined) return found;
  }
  const found = [...detectBuffers(info), ...detectAllocators(info)];
  if (found.length === 1) return found[0]!;
  if (found.length > 1) return ambiguousConvention(found);
  // A reference can be anything: it tells of strings only where nothing else takes them.
  return detectReferences(info) ?? noConvention(info);
}

/** What toolchains leave that nothing else does. */
const TOOLCHAINS: readonly ((info: ModuleInfo) => Detected | undefined)[] = [
  (info) =>
    ["__new", "__pin", "__unpin"].every((name) => functionNamed(info, name))
      ? { convention: assemblyScript(), reason: 'it exports "__new", "__pin" and "__unpin"' }
      : undefined,
  (info) =>
    ["__alloc", "__retain", "__release"].every((name) => functionNamed(info, name))
      ? {
        convention: assemblyScript({ runtime: "arc" }),
        reason: 'it exports "__alloc", "__retain" and "__release"',
      }
      : undefined,
  (info) =>
    functionNamed(info, "__wbindgen_malloc")
      ? { convention: wasmBindgen(), reason: 'it exports "__wbindgen_malloc"' }
      : undefined,
  detectRenamedBindgen,
  (info) =>
    functionNamed(info, "cabi_realloc")
      ? { convention: canonicalAbi(), reason: 'it exports "cabi_realloc"' }
      : undefined,
  (info) => {
    const strings = info.imports.find(({ module }) => module === "wasm:js-string");
    return strings && {
      convention: jsStrings(),
      reason: `it imports ${quote(`wasm:js-string.${strings.name}`)}`,
    };
  },
];

/** wasm-bindgen numbers its exports where it is asked to hide what they are for. */
function detectRenamedBindgen(info: ModuleInfo): Detected | undefined {
  const renamed = info.exports.filter((item) =>
    item.kind === "function" && /^__wbindgen_export_\d+$/.test(item.name)
  );
  const withArity = (parameters: number, results: number) =>
    renamed.find((item) =>
      item.kind === "function" && item.type.parameters.length === parameters &&
      item.type.results.length === results
    )?.name;
  const allocate = withArity(2, 1), free = withArity(3, 0);
  if (allocate === undefined || free === undefined) return undefined;
  return {
    convention: wasmBindgen({ allocate, free }),
    reason: `${quote(allocate)} and ${quote(free)} have the types of its allocator`,
  };
}

function detectReferences(info: ModuleInfo): Detected | undefined {
  const item = info.exports.find((item) =>
    item.kind === "function" && item.type.parameters.includes("externref") &&
    item.type.results.some((type) => /extern/.test(type))
  );
  return item && {
    convention: jsStrings(),
    reason: `${quote(item.name)} takes and returns externref`,
  };
}

/** A getter or a global that names a buffer: one for each buffer, a function before a global. */
function detectBuffers(info: ModuleInfo): Detected[] {
  const candidates = info.exports.filter((item) =>
    isGetter(item) && (item.kind === "global" || item.kind === "function") &&
    bufferRank(item.name) !== undefined
  );
  const best = Math.min(...candidates.map((item) => bufferRank(item.name)!));
  const byStem = new Map<string, ExportInfo>();
  for (const item of candidates) {
    if (bufferRank(item.name) !== best) continue;
    const stem = stemOf(item.name);
    if (byStem.get(stem)?.kind !== "function") byStem.set(stem, item);
  }
  return [...byStem.values()].map((item) => ({
    convention: staticBuffer({ pointer: item.name }),
    reason: item.kind === "function"
      ? `${quote(item.name)} takes nothing and returns a pointer`
      : `global ${quote(item.name)} names a buffer`,
  }));
}

/** Names that always go together, the most usual first. */
const PAIRS = [
  ["malloc", "free"],
  ["alloc", "dealloc"],
  ["alloc", "free"],
  ["allocate", "deallocate"],
  ["__alloc", "__free"],
] as const;

function detectAllocators(info: ModuleInfo): Detected[] {
  const allocating = info.exports.filter(allocates).map(({ name }) => name);
  const freeing = info.exports.filter(frees).map(({ name }) => name);
  const pair = PAIRS.find(([allocate, free]) =>
    allocating.includes(allocate) && freeing.includes(free)
  );
  if (pair !== undefined) return [allocatorOf(info, pair[0], pair[1])];
  return allocating.map((allocate) => {
    const own = freeing.filter((free) => prefixOf(free) === prefixOf(allocate));
    const fitting = own.length > 0 ? own : freeing;
    return allocatorOf(info, allocate, fitting.length === 1 ? fitting[0] : undefined);
  });
}

/** What comes before the verb: `sqlite3_` of `sqlite3_malloc`. */
function prefixOf(name: string): string {
  return /^(.*?)[mwzx]?(?:alloc|free|dealloc|release)/i.exec(name)?.[1] ?? "";
}

function allocatorOf(info: ModuleInfo, allocate: string, free: string | undefined): Detected {
  const options = { allocate, ...(free !== undefined && { free }) };
  const reason = free === undefined
    ? `${quote(allocate)} allocates, and nothing that frees is known`
    : `${quote(allocate)} and ${quote(free)} are an allocator`;
  const symbols = info.exports.filter((item) => item.kind === "function" && !isReserved(item));
  const pointerToPointer = (item: ExportInfo) =>
    item.kind === "function" && item.type.parameters.length === 1 &&
    item.type.results.length === 1 && item.type.parameters[0] === item.type.results[0] &&
    /^i(?:32|64)$/.test(item.type.parameters[0]!);
  const takesLength = (item: ExportInfo) =>
    item.kind === "function" && item.type.parameters.length > 1;
  if (symbols.some(pointerToPointer) && !symbols.some(takesLength)) {
    return {
      convention: cString(options),
      reason: `${reason}; functions take one pointer and return one`,
    };
  }
  return { convention: allocator(options), reason };
}

function noConvention(info: ModuleInfo): GuestError {
  const functions = info.exports.filter(({ kind }) => kind === "function").map(({ name }) => name);
  return new GuestError(
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is recognised, and its " +
      `exported functions are ${list(functions)}, expected an option such as ` +
      'convention: staticBuffer({ pointer: "…" }) or convention: allocator({ allocate: "…" })',
  );
}

function ambiguousConvention(found: readonly Detected[]): GuestError {
  const options = found.map(({ convention, reason }) =>
    `convention: ${convention.expression} (${reason})`
  );
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how the guest passes text: ${found.length} conventions fit, ` +
      `expected one of the options ${options.join(" or ")}`,
  );
}
