import type { Codec } from "./codec.ts";

/**
 * A codec that becomes what `choose` gives when the first text passes: whoever passes none pays
 * nothing, and later texts find the chosen methods in their places, which saves a call for each.
 */
export function createLazyCodec(encoding: Codec["encoding"], choose: () => Codec): Codec {
  const codec: Codec = {
    encoding,
    byteLength: (text) => settle().byteLength(text),
    write: (text, pointer, room) => settle().write(text, pointer, room),
    read: (pointer, byteLength) => settle().read(pointer, byteLength),
    findNul: (pointer, limit) => settle().findNul(pointer, limit),
    short: () => settle().short(),
  };
  function settle(): Codec {
    return Object.assign(codec, choose());
  }
  return codec;
}
