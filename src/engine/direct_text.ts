import type { GuestMemory } from "../memory.ts";
import { type Encoding, SHORT_BYTES, SHORT_UNITS } from "../text/codec.ts";
import type { Source } from "./source.ts";

// Texts pass by the codec; short ones by its two functions for them, which V8 writes out as a call
// of WebAssembly. What they refuse is for the codec to explain.

/** The most bytes of a code unit in any encoding. */
const UNIT_BYTES = 3;

/** Writes writing `value` at `pointer`: the number of bytes, less than 0 where `room` is too small. */
export function writeEncode(
  source: Source,
  memory: GuestMemory,
  encoding: Encoding,
  room: string,
): string {
  const codec = memory.codec(encoding);
  const short = codec.short();
  const whole = `${source.bind(codec)}.write(value, pointer, ${room})`;
  if (short === undefined) return whole;
  // Where memory is whole, a capacity may be more than an i32 carries.
  const most = `Math.min(${room}, ${SHORT_UNITS * UNIT_BYTES})`;
  return `value.length <= ${SHORT_UNITS}
      ? ${source.bind(short.write)}(value, value.length, pointer, ${most})
      : ${whole}`;
}

/** Writes reading the text in `length` bytes at `pointer`. */
export function writeDecode(
  source: Source,
  memory: GuestMemory,
  encoding: Encoding,
  { pointer, length }: { readonly pointer: string; readonly length: string },
): string {
  const codec = memory.codec(encoding);
  const short = codec.short();
  const whole = `${source.bind(codec)}.read(${pointer}, ${length})`;
  if (short === undefined) return whole;
  const read = source.bind(short.read);
  return `(${length} <= ${SHORT_BYTES} ? ${read}(${pointer}, ${length}) : null) ?? ${whole}`;
}
