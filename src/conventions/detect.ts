import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { GuestError, quote } from "../errors.ts";
import type { Convention } from "./convention.ts";
import {
  allocates,
  bufferRank,
  frees,
  handsOut,
  hasFunction,
  isGetter,
  namesOutput,
  ownerOf,
  stemOf,
  takesBack,
  takesPointersAlone,
} from "./names.ts";
import { allocator, cString, wasmBindgen } from "./presets/allocator.ts";
import { staticBuffer } from "./presets/buffer.ts";
import { assemblyScript, canonicalAbi, jsStrings } from "./presets/toolchains.ts";
import { noConvention } from "./report.ts";

/** A convention and why it was chosen. */
interface Detected {
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
    const found = oneOf(recognise(info));
    if (found !== undefined) return found;
  }
  // A reference can be anything: it tells of strings only where nothing else takes them.
  return oneOf([...detectBuffers(info), ...detectAllocators(info)]) ??
    detectReferences(info) ?? noConvention(info);
}

function oneOf(found: readonly Detected[]): Detected | GuestError | undefined {
  if (found.length < 2) return found[0];
  const options = found.map(({ convention, reason }) =>
    `convention: ${convention.expression} (${reason})`
  );
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how the guest passes text: ${found.length} conventions fit, ` +
      `expected one of the options ${options.join(" or ")}`,
  );
}

/** What toolchains leave that nothing else does: a guest of one is a guest of no other. */
const TOOLCHAINS: readonly ((info: ModuleInfo) => Detected[])[] = [
  detectAssemblyScript,
  detectBindgen,
  detectRenamedBindgen,
  detectCanonicalAbi,
  detectJsStrings,
];

function detectAssemblyScript(info: ModuleInfo): Detected[] {
  const isManaged = hasFunction(info, "__new", 2, 1) && hasFunction(info, "__pin", 1, 1) &&
    hasFunction(info, "__unpin", 1, 0);
  if (isManaged) {
    return [{ convention: assemblyScript(), reason: 'it exports "__new", "__pin" and "__unpin"' }];
  }
  const isCounted = hasFunction(info, "__alloc", 2, 1) && hasFunction(info, "__retain", 1, 1) &&
    hasFunction(info, "__release", 1, 0);
  return isCounted
    ? [{
      convention: assemblyScript({ runtime: "arc" }),
      reason: 'it exports "__alloc", "__retain" and "__release"',
    }]
    : [];
}

function detectBindgen(info: ModuleInfo): Detected[] {
  const name = "__wbindgen_malloc";
  return hasFunction(info, name, 1, 1) || hasFunction(info, name, 2, 1)
    ? [{ convention: wasmBindgen(), reason: `it exports ${quote(name)}` }]
    : [];
}

/** wasm-bindgen numbers its exports where it is asked to hide what they are for. */
function detectRenamedBindgen(info: ModuleInfo): Detected[] {
  const renamed = info.exports.filter(({ name }) => /^__wbindgen_export_?\d*$/.test(name));
  const withArity = (count: number, test: (item: typeof renamed[number]) => boolean) =>
    renamed.filter((item) =>
      item.kind === "function" && item.type.parameters.length === count && test(item)
    ).map(({ name }) => name);
  // An alignment comes with both, or with none of them.
  for (const aligned of [1, 0]) {
    const allocating = withArity(1 + aligned, (item) => handsOut(item, 2));
    const freeing = withArity(2 + aligned, takesBack);
    const found = allocating.flatMap((allocate) =>
      freeing.map((free) => ({
        convention: wasmBindgen({ allocate, free }),
        reason: `${quote(allocate)} and ${quote(free)} have the types of its allocator`,
      }))
    );
    if (found.length > 0) return found;
  }
  return [];
}

function detectCanonicalAbi(info: ModuleInfo): Detected[] {
  return hasFunction(info, "cabi_realloc", 4, 1)
    ? [{
      convention: canonicalAbi(),
      reason: 'it exports "cabi_realloc"; nothing tells its encoding, which is mostly UTF-8',
    }]
    : [];
}

function detectJsStrings(info: ModuleInfo): Detected[] {
  const strings = info.imports.find(({ module }) => module === "wasm:js-string");
  return strings === undefined ? [] : [{
    convention: jsStrings(),
    reason: `it imports ${quote(`wasm:js-string.${strings.name}`)}`,
  }];
}

/** A guest that takes and returns references, which can be strings. */
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

/** Names that always go together, the most usual first. */
const PAIRS = [
  ["malloc", "free"],
  ["alloc", "dealloc"],
  ["alloc", "free"],
  ["allocate", "deallocate"],
  ["__alloc", "__free"],
] as const;

/** Allocators by type and name, each with what frees its blocks. */
function detectAllocators(info: ModuleInfo): Detected[] {
  const allocating = info.exports.filter(allocates).map(({ name }) => name);
  const freeing = info.exports.filter(frees).map(({ name }) => name);
  const usual = PAIRS.find(([allocate, free]) =>
    allocating.includes(allocate) && freeing.includes(free)
  );
  if (usual !== undefined) return [allocatorOf(info, usual[0], usual[1])];
  return allocating.map((allocate) => {
    // What frees results, or an object of the guest's, must not free blocks.
    const own = freeing.filter((free) => ownerOf(free) === ownerOf(allocate));
    return allocatorOf(info, allocate, own.length === 1 ? own[0] : undefined);
  });
}

function allocatorOf(info: ModuleInfo, allocate: string, free?: string): Detected {
  const options = { allocate, ...(free !== undefined && { free }) };
  const reason = free === undefined
    ? `${quote(allocate)} allocates, and nothing that frees is known`
    : `${quote(allocate)} and ${quote(free)} are an allocator`;
  return takesPointersAlone(info)
    ? { convention: cString(options), reason: `${reason}; ${TAKE_POINTERS}` }
    : { convention: allocator(options), reason };
}

const TAKE_POINTERS = "functions take one pointer and return one";

/** A getter or a global that names a buffer: one for each buffer, a function before a global. */
function detectBuffers(info: ModuleInfo): Detected[] {
  const candidates = info.exports.filter((item) =>
    isGetter(item) && bufferRank(item.name) !== undefined
  );
  const best = Math.min(...candidates.map((item) => bufferRank(item.name)!));
  const byStem = new Map<string, ExportInfo>();
  for (const item of candidates) {
    if (bufferRank(item.name) !== best) continue;
    const stem = stemOf(item.name);
    if (byStem.get(stem)?.kind !== "function") byStem.set(stem, item);
  }
  const outputs = info.exports.filter((item) => isGetter(item) && namesOutput(item.name));
  return [...byStem.values()].flatMap((item) =>
    outputs.length === 0
      ? [{ convention: staticBuffer({ pointer: item.name }), reason: reasonOf(item) }]
      : outputs.map((output) => withOutput(item, output.name))
  );
}

/** A buffer that text goes into where another is named that it comes out of. */
function withOutput(input: ExportInfo, output: string): Detected {
  return {
    convention: staticBuffer({
      pointer: input.name,
      result: {
        results: ["n"],
        text: { pointer: { export: output }, length: "result" },
        status: { value: "result", fails: "negative" },
      },
    }),
    reason: `${reasonOf(input)}, and ${quote(output)} tells where text comes out`,
  };
}

function reasonOf({ kind, name }: ExportInfo): string {
  return kind === "function"
    ? `${quote(name)} takes nothing and returns a pointer`
    : `global ${quote(name)} names a buffer`;
}
