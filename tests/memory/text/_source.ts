import type { ByteSource } from "../../../src/memory/text/codec.ts";
import { fastUtf16 } from "../../../src/memory/text/create_codec.ts";

/** Loads the helper of UTF-16, as `load` does for guests that may use it. */
export const loadHelpers = (): Promise<void> => fastUtf16.load();

/** Memory is filled with this byte, so that a misplaced one is visible. */
export const FILLER = 0xa5;

/** The memory that a codec works in. */
export interface SourceOptions {
  /** Its size in pages of 64 KiB, 1 unless set. */
  pages?: number;
  shared?: boolean;
  address?: "i32" | "i64";
}

/** A memory full of {@linkcode FILLER} for codecs, and how often they asked for its bytes. */
export interface TestSource extends ByteSource {
  /** The number of calls of `bytes`. */
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

/** All set-ups of a codec: a name, the memory, and the codec's options. */
export const paths = [
  { name: "with a helper", memory: {}, options: { helper: true } },
  { name: "without a helper", memory: {}, options: { helper: false } },
  { name: "in shared memory", memory: { shared: true }, options: {} },
  { name: "in 64-bit memory", memory: { address: "i64" }, options: {} },
] as const;
