import { GuestMemory } from "../src/memory/guest_memory.ts";

/** A memory of one kind, and its name in tests. */
export interface MemoryKind {
  readonly name: string;
  /** Makes a memory of `initial` pages that can grow to `maximum`. */
  make(initial: number, maximum: number): WebAssembly.Memory;
}

/** Every kind of memory. */
export const MEMORY_KINDS: readonly MemoryKind[] = [
  {
    name: "a memory",
    make: (initial, maximum) => new WebAssembly.Memory({ initial, maximum }),
  },
  {
    name: "a shared memory",
    make: (initial, maximum) => new WebAssembly.Memory({ initial, maximum, shared: true }),
  },
  {
    name: "a 64-bit memory",
    make: (initial, maximum) => makeMemory64(BigInt(initial), BigInt(maximum)),
  },
];

/** Makes a memory with 64-bit addresses, which Deno's own declarations do not have. */
export function makeMemory64(initial: bigint, maximum: bigint): WebAssembly.Memory {
  const descriptor = { initial, maximum, address: "i64" } as unknown;
  return new WebAssembly.Memory(descriptor as WebAssembly.MemoryDescriptor);
}

/** Makes one page, with byte `n` holding `n % 251`: no two rows of 16 or 256 are the same. */
export function patternedMemory(
  make: MemoryKind["make"] = MEMORY_KINDS[0]!.make,
): { memory: GuestMemory; before: Uint8Array } {
  const memory = new GuestMemory(make(1, 1));
  const before = Uint8Array.from({ length: 65536 }, (_, index) => index % 251);
  new Uint8Array(memory.memory.buffer).set(before);
  return { memory, before };
}

/** Copies all of memory. */
export function snapshot({ memory }: GuestMemory): Uint8Array {
  return Uint8Array.from(new Uint8Array(memory.buffer));
}

/** Returns where two memories first differ, or -1. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  // Both are whole memories: their lengths are multiples of eight.
  const wideA = new BigUint64Array(a.buffer, a.byteOffset, a.length / 8);
  const wideB = new BigUint64Array(b.buffer, b.byteOffset, b.length / 8);
  const wide = wideA.findIndex((value, index) => value !== wideB[index]);
  if (wide < 0) return -1;
  return a.findIndex((value, index) => index >= wide * 8 && value !== b[index]);
}
