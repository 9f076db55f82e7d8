import { assertEquals } from "@std/assert";
import { ERRNO, Failure } from "../../../src/wasi/errno.ts";
import { FILE_TYPE } from "../../../src/wasi/files/file_type.ts";
import {
  bitsOf,
  codeOf,
  hashOf,
  newTimes,
  type NewTimestamp,
  OPEN_BITS,
  recordOf,
  typeName,
} from "../../../src/wasi/interfaces/file_records.ts";

/** The cases of `enum error-code` in WASI 0.2.12, wasi-filesystem/wit/types.wit. */
const ERROR_CODES = ("access would-block already bad-descriptor busy deadlock quota exist " +
  "file-too-large illegal-byte-sequence in-progress interrupted invalid io is-directory loop " +
  "too-many-links message-size name-too-long no-device no-entry no-lock insufficient-memory " +
  "insufficient-space not-directory not-empty not-recoverable unsupported no-tty no-such-device " +
  "overflow not-permitted pipe read-only invalid-seek text-file-busy cross-device").split(" ");

Deno.test("each error number has an error code of the interface", () => {
  const codes = Object.values(ERRNO).map(codeOf);
  assertEquals(codes.filter((code) => !ERROR_CODES.includes(code)), []);
  assertEquals([ERRNO.noent, ERRNO.notcapable, ERRNO.rofs, ERRNO.mfile].map(codeOf), [
    "no-entry",
    "not-permitted",
    "read-only",
    "io",
  ]);
});

Deno.test("each file type has a case of the interface", () => {
  const { link, file, unknown, socket } = FILE_TYPE;
  assertEquals([link, file, unknown, socket].map(typeName), [
    "symbolic-link",
    "regular-file",
    "unknown",
    "socket",
  ]);
});

Deno.test("flags that are set are added", () => {
  // `oflags` of preview 1, typenames.witx: creat, directory, excl, trunc.
  assertEquals(bitsOf({ create: true, exclusive: true, truncate: false }, OPEN_BITS), 1 | 4);
  assertEquals(bitsOf({ directory: true, truncate: true }, OPEN_BITS), 2 | 8);
});

const STATUS = {
  type: FILE_TYPE.file,
  device: 3n,
  inode: 5n,
  links: 1n,
  size: 7n,
  accessed: 1n,
  modified: 2_000_000_003n,
  changed: 4n,
};

Deno.test("a status is a record, and known again by its numbers", () => {
  assertEquals(recordOf(STATUS), {
    type: "regular-file",
    linkCount: 1n,
    size: 7n,
    dataAccessTimestamp: { seconds: 0n, nanoseconds: 1 },
    dataModificationTimestamp: { seconds: 2n, nanoseconds: 3 },
    statusChangeTimestamp: { seconds: 0n, nanoseconds: 4 },
  });
  assertEquals(hashOf(STATUS), { lower: 5n, upper: 3n });
});

Deno.test("times are set, kept, or those of now", () => {
  const set: NewTimestamp = { tag: "timestamp", val: { seconds: 9n, nanoseconds: 8 } };
  const { accessed, modified } = newTimes(set, { tag: "no-change" })(STATUS);
  assertEquals([accessed, modified], [9_000_000_008n, STATUS.modified]);
  const now = newTimes({ tag: "now" }, set)(STATUS);
  assertEquals([now.accessed > 1_700_000_000_000_000_000n, now.modified], [true, 9_000_000_008n]);
  // The largest time of a host, one more, and one that would be small in 64 bits.
  for (const time of [1n << 63n, 1n << 64n]) {
    const val = { seconds: time / 1_000_000_000n, nanoseconds: Number(time % 1_000_000_000n) };
    let errno: number | undefined;
    try {
      newTimes({ tag: "timestamp", val }, set)(STATUS);
    } catch (error) {
      if (error instanceof Failure) ({ errno } = error);
    }
    assertEquals(errno, ERRNO.inval);
  }
});
