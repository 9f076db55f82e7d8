// The guests of streams, with the declarations that their exports ask for.

/** A filter of bytes or text, with one state: `c/stream_rot13` and its variants. */
export const ROT13 = {
  parameters: ["bytes"],
  result: "bytes",
  chunked: { init: "init", update: "update", final: "final", parts: true },
} as const;

/** The same for text. */
export const ROT13_TEXT = { ...ROT13, parameters: ["string"], result: "string" } as const;

/** Blocks from the guest's `malloc`. */
export const MALLOC = { kind: "allocator", allocate: "malloc", free: "free" } as const;

/** The output buffer of a guest with `malloc`. */
const output = (capacity: number) => ({ capacity, place: MALLOC });

const PART = { type: "bytes", pointer: "output", length: "result", freedBy: "host" } as const;

/** A compressor with handles: `c/stream_deflate`. */
export function deflateWith(capacity: number) {
  return {
    parameters: ["bytes", "u32"],
    output: output(capacity),
    result: PART,
    status: { value: "result", fails: "negative" },
    chunked: {
      init: "create",
      update: "update",
      final: "finish",
      destroy: "destroy",
      handle: "pointer",
      parts: true,
      repeat: ["update", "final"],
    },
  } as const;
}

/** A guest that takes as much of its input as its output buffer holds: `c/stream_expand`. */
export function expandWith(capacity: number) {
  return {
    parameters: ["bytes"],
    output: output(capacity),
    result: PART,
    chunked: {
      init: "expand_init",
      update: {
        export: "expand",
        arguments: [
          { text: 0, as: "pointer" },
          { text: 0, as: "byteLength" },
          { area: 0 },
          "output",
          "capacity",
        ],
      },
      parts: true,
      taken: { word: 0 },
    },
  } as const;
}

/** Rotates the letters of ASCII text by 13, as `tr A-Za-z N-ZA-Mn-za-m` does. */
export function rot13(text: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const turned = "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm";
  return text.replace(/[A-Za-z]/g, (letter) => turned[letters.indexOf(letter)]!);
}
