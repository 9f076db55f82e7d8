import type { ByteSource } from "../../../src/memory/text/codec.ts";

/** What memory is filled with, so that a byte written out of place shows. */
export const FILLER = 0xa5;

/** Which memory a codec is to work in. */
export interface SourceOptions {
  /** Its size in pages of 64 KiB, 1 unless said. */
  pages?: number;
  shared?: boolean;
  address?: "i32" | "i64";
}

/** A memory full of {@linkcode FILLER} as codecs see it, and how often they asked for its bytes. */
export interface TestSource extends ByteSource {
  /** How often `bytes` was called. */
  readonly asked: number;
}

/** Makes a memory for a codec. */
export function createSource(options: SourceOptions = {}): TestSource {
  const { pages = 1, shared = false, address = "i32" } = options;
  const size = address === "i64" ? BigInt(pages) : pages;
  const memory = new WebAssembly.Memory(
    { initial: size, maximum: size, shared, address } as unknown as WebAssembly.MemoryDescriptor,
  );
  new Uint8Array(memory.buffer).fill(FILLER);
  let asked = 0;
  return {
    memory,
    shared,
    get asked() {
      return asked;
    },
    bytes() {
      asked++;
      return new Uint8Array(memory.buffer);
    },
  };
}

/** Every way in which a codec can come to work: a name, the memory, and the codec's options. */
export const paths = [
  { name: "with a helper", memory: {}, options: {} },
  { name: "without a helper", memory: {}, options: { helper: false } },
  { name: "in shared memory", memory: { shared: true }, options: {} },
  { name: "in 64-bit memory", memory: { address: "i64" }, options: {} },
] as const;
