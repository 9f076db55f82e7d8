import { GuestMemory } from "../src/memory.ts";

/** A memory of one kind, and what tests call it. */
export interface MemoryKind {
  readonly name: string;
  /** A memory of `initial` pages that can grow to `maximum`. */
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

/** A memory with 64-bit addresses, which Deno's own declarations do not have. */
export function makeMemory64(initial: bigint, maximum: bigint): WebAssembly.Memory {
  const descriptor = { initial, maximum, address: "i64" } as unknown;
  return new WebAssembly.Memory(descriptor as WebAssembly.MemoryDescriptor);
}

/** One page, with byte `n` holding `n % 251`: no two rows of 16 or 256 are the same. */
export function patternedMemory(
  make: MemoryKind["make"] = MEMORY_KINDS[0]!.make,
): { memory: GuestMemory; before: Uint8Array } {
  const memory = new GuestMemory(make(1, 1));
  const before = Uint8Array.from({ length: 65536 }, (_, index) => index % 251);
  new Uint8Array(memory.memory.buffer).set(before);
  return { memory, before };
}

/** A copy of all of memory. */
export function snapshot({ memory }: GuestMemory): Uint8Array {
  return Uint8Array.from(new Uint8Array(memory.buffer));
}
