import {
  bodies,
  build,
  DATA,
  DATA_COUNT,
  ELEMENT,
  EXPORT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  MEMORY,
  section,
  START,
  TABLE,
  TAG,
  TYPE,
} from "./_build.ts";
import type { Sample } from "./_samples.ts";

/** Modules with a little of everything that the engine accepts, and little code. */
export function richSamples(): Sample[] {
  return [
    { name: "everything", bytes: everything() },
    { name: "collected types", bytes: collectedTypes() },
    { name: "many memories", bytes: manyMemories() },
  ];
}

function everything(): Uint8Array<ArrayBuffer> {
  return build(
    section(TYPE, 3, [0x60, 0, 0], [0x60, 2, 0x7f, 0x7e, 1, 0x7d], [0x60, 1, 0x6f, 0]),
    section(
      IMPORT,
      5,
      ["env", "log", 0x00, 1],
      ["env", "table", 0x01, 0x70, 0x01, 1, 2],
      ["env", "memory", 0x02, 0x01, 16, 32],
      ["env", "tag", 0x04, 0, 2],
      ["naïve", "", 0x03, 0x7f, 0],
    ),
    section(FUNCTION, 2, 0, 0),
    section(TABLE, 1, [0x40, 0x00, 0x6f, 0x00, 2, [0xd0, 0x6f, 0x0b]]),
    section(MEMORY, 1, [0x00, 1]),
    section(TAG, 1, [0, 0]),
    section(
      GLOBAL,
      3,
      [0x7f, 1, [0x41, 0xc0, 0x00, 0x0b]],
      [0x7e, 0, [0x42, 1, 0x42, 2, 0x7c, 0x0b]],
      [0x70, 0, [0xd2, 1, 0x0b]],
    ),
    section(
      EXPORT,
      5,
      ["run", 0x00, 1],
      ["table", 0x01, 1],
      ["memory", 0x02, 0],
      ["global", 0x03, 1],
      ["tag", 0x04, 1],
    ),
    section(START, 1),
    section(
      ELEMENT,
      3,
      [0, [0x41, 1, 0x0b], 2, 1, 2],
      [5, 0x70, 1, [0xd2, 1, 0x0b]],
      [2, 0, [0x23, 0, 0x0b], 0x00, 1, 2],
    ),
    section(DATA_COUNT, 2),
    bodies(2),
    section(DATA, 2, [0, [0x41, 0x80, 0x08, 0x0b], "Hello"], [1, "passive"]),
    section(0, "producers", [1, ["processed-by", 1, ["clang", "14.0.6"]]]),
  );
}

function collectedTypes(): Uint8Array<ArrayBuffer> {
  return build(
    section(
      TYPE,
      5,
      [0x50, 0, 0x5f, 2, 0x78, 0, 0x7f, 1],
      [0x4e, 2, [0x4f, 1, 0, 0x5f, 3, 0x78, 0, 0x7f, 1, 0x63, 2, 1], [0x5e, 0x64, 1, 1]],
      [0x60, 2, 0x64, 0x00, 0x63, 0x70, 1, 0x6c],
      [0x5e, 0x77, 0],
      [0x60, 0, 0],
    ),
    section(IMPORT, 2, ["a", "g", 0x03, 0x64, 0x6f, 0], ["a", "f", 0x00, 3]),
    section(TABLE, 1, [0x63, 2, 0x00, 4]),
    section(
      GLOBAL,
      4,
      [[0x64, 0x00], 0, [0xfb, 0x01, 0x00, 0x0b]],
      [[0x64, 0x04], 1, [0x41, 7, 0x41, 8, 0xfb, 0x08, 0x04, 2, 0x0b]],
      [[0x64, 0x6c], 0, [0x41, 7, 0xfb, 0x1c, 0x0b]],
      [0x7b, 0, [0xfd, 0x0c, Array.from({ length: 16 }, () => 1), 0x0b]],
    ),
    section(EXPORT, 2, ["point", 0x03, 1], ["f", 0x00, 0]),
  );
}

function manyMemories(): Uint8Array<ArrayBuffer> {
  return build(
    section(IMPORT, 1, ["env", "shared", 0x02, 0x03, 1, 2]),
    section(TABLE, 2, [0x70, 0x04, 1], [0x6f, 0x05, 1, 2]),
    section(MEMORY, 3, [0x00, 1], [0x04, 1], [0x07, 1, 0x80, 0x01]),
    section(EXPORT, 3, ["m0", 0x02, 0], ["m3", 0x02, 3], ["t1", 0x01, 1]),
    section(DATA, 2, [2, 2, [0x42, 16, 0x0b], "x"], [2, 1, [0x41, 0x7f, 0x0b], "y"]),
  );
}
