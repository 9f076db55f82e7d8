import type { Codec } from "./codec.ts";

/** A codec that is chosen when the first text passes, so that whoever passes none pays nothing. */
export function createLazyCodec(encoding: Codec["encoding"], choose: () => Codec): Codec {
  let codec: Codec | undefined;
  return {
    encoding,
    byteLength: (text) => (codec ??= choose()).byteLength(text),
    write: (text, pointer, room) => (codec ??= choose()).write(text, pointer, room),
    read: (pointer, byteLength) => (codec ??= choose()).read(pointer, byteLength),
    findNul: (pointer, limit) => (codec ??= choose()).findNul(pointer, limit),
  };
}
