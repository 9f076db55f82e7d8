import type { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { allocator, cString, wasmBindgen } from "../presets/allocator.ts";
import { assemblyScript, canonicalAbi, jsStrings } from "../presets/toolchains.ts";
import { ambiguous, detectBuffers, type Detected } from "./buffers.ts";
import { takesPointersAlone } from "./effects.ts";
import {
  allocatesBlocks,
  frees,
  handsOut,
  hasFunction,
  isPlainAllocator,
  ownerOf,
  takesBack,
} from "./names.ts";

/**
 * Recognises a guest's convention from its binary alone: no guest code runs.
 *
 * @returns The convention, an error if several fit, or `undefined` if nothing is recognised.
 */
export function detectConvention(info: ModuleInfo): Detected | GuestError | undefined {
  for (const recognise of TOOLCHAINS) {
    const found = oneOf(recognise(info));
    if (found !== undefined) return found;
  }
  // A reference can be anything: it tells of strings only where nothing else takes them.
  return oneOf([...detectBuffers(info), ...detectAllocators(info)]) ??
    detectReferences(info);
}

function oneOf(found: readonly Detected[]): Detected | GuestError | undefined {
  if (found.length < 2) return found[0];
  return ambiguous(found.flatMap((one): readonly Detected[] => one.rivals ?? [one]));
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
  ["__malloc", "__free"],
] as const;

/** Allocators by type and name, each with what frees its blocks. */
function detectAllocators(info: ModuleInfo): Detected[] {
  const allocating = info.exports.filter(allocatesBlocks).map(({ name }) => name);
  const freeing = info.exports.filter(frees).map(({ name }) => name);
  const usual = PAIRS.find(([allocate, free]) =>
    allocating.includes(allocate) && freeing.includes(free)
  );
  if (usual !== undefined) return [allocatorOf(info, usual[0], usual[1])];
  return allocating.map((allocate) => {
    // What frees results, or an object of the guest's, must not free blocks.
    const ownedBy = (owner: string) => freeing.filter((free) => ownerOf(free) === owner);
    const own = ownedBy(ownerOf(allocate));
    const fitting = own.length === 0 && isPlainAllocator(allocate) ? ownedBy("") : own;
    return allocatorOf(info, allocate, fitting.length === 1 ? fitting[0] : undefined);
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
