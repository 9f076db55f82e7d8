import type { ByteSource, Codec, Encoding } from "./codec.ts";
import { createLatin1 } from "./latin1.ts";
import { createUtf16 } from "./utf16.ts";
import { type CodecOptions, createUtf8 } from "./utf8.ts";

/**
 * The codec for one encoding, within one memory.
 *
 * @param encoding How text is laid out.
 * @param source The memory that the codec reads and writes.
 * @param options How it works.
 * @returns The codec.
 */
export function createCodec(
  encoding: Encoding,
  source: ByteSource,
  options: CodecOptions = {},
): Codec {
  if (encoding === "utf-8") return createUtf8(source, options);
  return encoding === "utf-16" ? createUtf16(source, options) : createLatin1(source);
}
