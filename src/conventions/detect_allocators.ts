import type { ModuleInfo } from "../binary/types.ts";
import { quote } from "../errors.ts";
import type { Detected } from "./detect.ts";
import { allocates, frees, ownerOf, takesPointersAlone } from "./names.ts";
import { allocator, cString } from "./presets/allocator.ts";

/** Names that always go together, the most usual first. */
const PAIRS = [
  ["malloc", "free"],
  ["alloc", "dealloc"],
  ["alloc", "free"],
  ["allocate", "deallocate"],
  ["__alloc", "__free"],
] as const;

/** Allocators by type and name, each with what frees its blocks. */
export function detectAllocators(info: ModuleInfo): Detected[] {
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
