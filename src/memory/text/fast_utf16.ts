import type { ByteSource, Codec } from "./codec.ts";
import { MAX_STRING_LENGTH, MOST_I32, SHORT_BYTES, SHORT_UNITS, startsWide } from "./common.ts";
import { attempt, compile, instantiate, staging as sharedStaging } from "./helper.ts";
import type { Utf16Helper } from "./helper_types.ts";

// The module in `utf16.wat`: testdata/helper.ts generates it.
// deno-fmt-ignore
export const UTF16_MODULE: string =
  "AGFzbQEAAAABQApedwFgA29jAH8Bf2ADYwB/fwFkb2ADb39/AWRvYARvf39/AX9gAn9/AGABfwF/YAF/AX5gAn9/" +
  "AW9gAn9/AX8ChgEFDndhc206anMtc3RyaW5nEWludG9DaGFyQ29kZUFycmF5AAEOd2FzbTpqcy1zdHJpbmcRZnJv" +
  "bUNoYXJDb2RlQXJyYXkAAg53YXNtOmpzLXN0cmluZwlzdWJzdHJpbmcAAwdwYXNzYWdlBWd1ZXN0AgAAB3Bhc3Nh" +
  "Z2UHc3RhZ2luZwIAAQMKCQQFBgYHCAUJCQYgAmQAAEGAIPsHAAt7AP0MgP+A/4D/gP+A/4D/gP+A/wsHKwUFd3Jp" +
  "dGUAAwRyZWFkAAgFd2lkZW4ACQZuYXJyb3cACgdmaW5kTnVsAAsKzgYJXgECfyABQQF0IQUgBSADSwRAQX8PCyAB" +
  "QYAgTQRAIAIgACMAQQAQABAEIAUPCwNAIAIgBEEBdGogACAEIARBgCBqEAIjAEEAEAAQBCAEQYAgaiEEIAQgAUkN" +
  "AAsgBQtVAQF/AkADQCACQQRqIAFLDQEgACACEAc3AwAgAEEIaiEAIAJBBGohAgwACwALAkADQCACIAFGDQEgACAC" +
  "EAU7AQAgAEECaiEAIAJBAWohAgwACwALCwkAIwAgAPsNAAsRACAAEAUgAEEBahAFQRB0cgsTACAAEAatIABBAmoQ" +
  "Bq1CIIaEC+UBAgJ/AWQAIAFBAXEEQNByDwsgAUEBdiEDIwAhBAJAA0AgAkEIaiADSw0BIAQgAiAALwEA+w4AIAQg" +
  "AkEBaiAALwEC+w4AIAQgAkECaiAALwEE+w4AIAQgAkEDaiAALwEG+w4AIAQgAkEEaiAALwEI+w4AIAQgAkEFaiAA" +
  "LwEK+w4AIAQgAkEGaiAALwEM+w4AIAQgAkEHaiAALwEO+w4AIABBEGohACACQQhqIQIMAAsACwJAA0AgAiADRg0B" +
  "IAQgAiAALwEA+w4AIABBAmohACACQQFqIQIMAAsACyAEQQAgAxABC3wCAn8Be0GQiAIhAiACIAFqIQMCQANAIAJB" +
  "EGogA0sNASAC/QBEAQAhBCAAIAT9iQH9CwQAIAAgBP2KAf0LBBAgAkEQaiECIABBIGohAAwACwALAkADQCACIANG" +
  "DQEgACACLUABADsBACACQQFqIQIgAEECaiEADAALAAsLjQECAn8CewJAA0AgAkEQaiABSw0BIAD9AAQAIQQgAP0A" +
  "BBAhBSAEIAX9UCMB/U79Uw0BIAIgBCAF/Wb9C0QBkIgCIAJBEGohAiAAQSBqIQAMAAsACwJAA0AgAiABRg0BIAAv" +
  "AQAhAyADQf8ASw0BIAIgAzpAAZCIAiACQQFqIQIgAEECaiEADAALAAsgAgt0AQJ/AkADQCABIAJrQRBPBED9DAAA" +
  "AAAAAAAAAAAAAAAAAAAgACACav0ABAD9Lf2EASEDIAMEQCACIANoQQF0ag8LIAJBEGohAgwBCyABIAJrQQJJDQEg" +
  "ACACai8BAEUEQCACDwsgAkECaiECDAALAAtBfws=";

// The number of code units that the helper reads at once, and the size of the first part that is
// tried as ASCII.
const PART = 4096;

// Code units that are staged at once: 1 MiB of ASCII.
const MOST_STAGED = 1 << 20;

const encoder = new TextEncoder();

const asciiDecoder = new TextDecoder();

let utf16: WebAssembly.Module | undefined;

/**
 * Makes an instance of `utf16.wat` on the memory of `source`; `undefined` if the engine rejects it.
 */
export function createUtf16Helper(source: ByteSource): Utf16Helper | undefined {
  return attempt(() => {
    utf16 ??= compile(UTF16_MODULE);
    return instantiate(utf16, { guest: source.memory, staging: sharedStaging().memory });
  }) as Utf16Helper | undefined;
}

/**
 * Makes the codec with the helper on the memory of `source`; `undefined` if the engine rejects it.
 */
export function createFastUtf16(source: ByteSource, plain: Codec): Codec | undefined {
  const helper = createUtf16Helper(source);
  return helper && withHelper(helper, plain);
}

function withHelper(helper: Utf16Helper, plain: Codec): Codec {
  const staging = sharedStaging();
  return {
    byteLength: plain.byteLength,
    write,
    read,
    findNul,
    short: () => helper,
  };

  function write(text: string, pointer: number, room: number): number {
    const byteLength = text.length * 2;
    if (byteLength > room) return -1;
    const done = text.length > SHORT_UNITS && !startsWide(text) ? writeAscii(text, pointer) : 0;
    if (done === text.length) return byteLength;
    const rest = done === 0 ? text : text.slice(done);
    helper.write(rest, rest.length, pointer + done * 2, rest.length * 2);
    return byteLength;
  }

  /** Writes leading parts of `text` that are ASCII, and returns the number of code units. */
  function writeAscii(text: string, pointer: number): number {
    staging.text = undefined;
    const bytes = staging.reserve(PART * 3);
    for (let from = 0; from < text.length; from += PART) {
      const part = text.length <= PART ? text : text.slice(from, from + PART);
      const { written } = encoder.encodeInto(part, bytes);
      // Text that is not ASCII takes more bytes than code units.
      if (written !== part.length) return from;
      helper.widen(pointer + from * 2, written);
    }
    return text.length;
  }

  function read(pointer: number, byteLength: number): string {
    // The plain codec throws the error.
    if (byteLength % 2 !== 0 || byteLength > MAX_STRING_LENGTH * 2) {
      return plain.read(pointer, byteLength);
    }
    const count = byteLength / 2;
    let text = byteLength > SHORT_BYTES * 2 ? readAscii(pointer, count) : "";
    for (let at = text.length; at < count; at += PART) {
      text += helper.read(pointer + at * 2, Math.min(count - at, PART) * 2)!;
    }
    return text;
  }

  /** Reads leading code units that are ASCII, if there are enough of them. */
  function readAscii(pointer: number, count: number): string {
    staging.text = undefined;
    let text = "";
    for (let at = 0; at < count; at += MOST_STAGED) {
      const most = Math.min(count - at, MOST_STAGED);
      const bytes = staging.reserve(most);
      const length = helper.narrow(pointer + at * 2, most);
      const isWhole = length === most;
      if (isWhole || length >= PART) text += asciiDecoder.decode(bytes.subarray(0, length));
      if (!isWhole) break;
    }
    return text;
  }

  function findNul(pointer: number, limit: number): number {
    return limit <= MOST_I32 ? helper.findNul(pointer, limit) : plain.findNul(pointer, limit);
  }
}
