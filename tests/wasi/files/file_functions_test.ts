import { assert, assertEquals } from "@std/assert";
import { ANSWER, ERRNO, GRANTED, withTree } from "../../_wasi.ts";

/** `oflags`, typenames.witx. */
const CREATE = 1;
/** `filetype`, typenames.witx. */
const IS_FILE = 4;

Deno.test("files are read, written, measured and closed", async () => {
  await withTree((raw, tree) => {
    const { memory } = raw.guest;
    const { errno, fd } = raw.open(GRANTED, "a.txt");
    assertEquals([errno, fd], [0, 4]);
    assertEquals([raw.read(fd, 2), raw.read(fd), raw.read(fd)], ["fi", "rst", ""]);

    assertEquals(raw.call.fd_seek!(fd, -2n, 2, ANSWER), 0);
    assertEquals([memory.read("u64", ANSWER), raw.read(fd)], [3n, "st"]);
    assertEquals(raw.call.fd_seek!(fd, 1n, 0, ANSWER), 0);
    assertEquals(raw.call.fd_tell!(fd, ANSWER), 0);
    assertEquals(memory.read("u64", ANSWER), 1n);
    memory.writeBytes(0, new Uint8Array(new Uint32Array([100, 1, 200, 10]).buffer));
    assertEquals(raw.call.fd_pread!(fd, 0, 2, 2n, ANSWER), 0);
    assertEquals([memory.read("u32", ANSWER), memory.readString(100, 1)], [3, "r"]);
    assertEquals(memory.readString(200, 3), "st\0");
    assertEquals(raw.read(fd), "irst");

    assertEquals(raw.call.fd_fdstat_get!(fd, ANSWER), 0);
    assertEquals(memory.read("u8", ANSWER), IS_FILE);
    assertEquals(raw.call.fd_filestat_get!(fd, ANSWER), 0);
    assertEquals([memory.read("u8", ANSWER + 16), memory.read("u64", ANSWER + 32)], [IS_FILE, 5n]);
    assertEquals(raw.call.fd_close!(fd), 0);
    assertEquals(raw.read(fd), ERRNO.badf);

    const made = raw.open(GRANTED, "made.txt", CREATE).fd;
    assertEquals(made, 4);
    assertEquals(raw.write(made, "Grüße"), 0);
    memory.writeBytes(0, new Uint8Array(new Uint32Array([100, 2, 200, 2]).buffer));
    memory.writeString(100, "xy");
    memory.writeString(200, "z!");
    assertEquals(raw.call.fd_pwrite!(made, 0, 2, 0n, ANSWER), 0);
    assertEquals(memory.read("u32", ANSWER), 4);
    assertEquals(Deno.readTextFileSync(`${tree.granted}/made.txt`), "xyz!ße");
    assertEquals(raw.call.fd_filestat_set_size!(made, 2n), 0);
    assertEquals(raw.call.fd_sync!(made), 0);
    assertEquals(Deno.readTextFileSync(`${tree.granted}/made.txt`), "xy");
  });
});

const REFUSED: readonly [name: string, args: readonly (number | bigint)[], errno: number][] = [
  ["fd_read", [4, 0, -1, 0], ERRNO.inval],
  ["fd_write", [4, 0, 0x7fffffff, 0], ERRNO.inval],
  ["fd_pread", [4, 0, -1, 0n, 0], ERRNO.inval],
  ["fd_pwrite", [4, 0, 1025, 0n, 0], ERRNO.inval],
  ["fd_read", [4, -8, 1, 0], ERRNO.fault],
  ["fd_read", [4, 0, 0, 0xfffd], ERRNO.fault],
  ["fd_seek", [4, 0n, 0, 0xfff9], ERRNO.fault],
  ["fd_seek", [4, 0n, 9, 0], ERRNO.inval],
  ["fd_filestat_get", [4, 0xffc1], ERRNO.fault],
  ["fd_readdir", [4, 0, 100, 0n, 200], ERRNO.notcapable], // files have no right to be listed
  ["fd_renumber", [4, 0x7fffffff], ERRNO.badf],
  ["fd_renumber", [4, -1], ERRNO.badf],
  ["path_open", [4, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.notdir],
  ["path_open", [1, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.notdir],
  ["path_open", [3, 0, 0, 1, 0, 0n, 0n, 0, 0xfffd], ERRNO.fault],
  ["path_open", [3, 0, 0xffff, 2, 0, 0n, 0n, 0, 8], ERRNO.fault],
  ["path_open", [3, 0, 0, -1, 0, 0n, 0n, 0, 8], ERRNO.nametoolong],
  ["path_open", [3, 0, 0, 4097, 0, 0n, 0n, 0, 8], ERRNO.nametoolong],
  ["path_open", [3, 0, 0, 0, 0, 0n, 0n, 0, 8], ERRNO.noent],
  ["path_rename", [4, 0, 1, 3, 0, 1], ERRNO.notdir],
  ["path_readlink", [3, 0, 1, 0, -1, 8], ERRNO.inval],
];

for (const [name, args, errno] of REFUSED) {
  Deno.test(`${name}(${args.join(", ")}) returns ${errno} beside an open file`, async () => {
    await withTree((raw) => {
      assertEquals(raw.open(GRANTED, "a.txt", CREATE).fd, 4);
      raw.guest.memory.clear(0, 65536);
      assertEquals(raw.call[name]!(...args), errno);
      assertEquals(raw.read(4), "first");
    });
  });
}

Deno.test("many bytes are read and written at once, at most a megabyte", async () => {
  await withTree((raw, { granted }) => {
    const { memory } = raw.guest;
    memory.grow(64);
    const bytes = Uint8Array.from({ length: 2_000_000 }, (_, index) => index % 251);
    Deno.writeFileSync(`${granted}/large`, bytes);
    const { fd } = raw.open(GRANTED, "large");
    memory.writeBytes(
      0,
      new Uint8Array(new Uint32Array([65536, 100_000, 200_000, 2 ** 21]).buffer),
    );
    assertEquals(raw.call.fd_read!(fd, 0, 2, ANSWER), 0);
    assertEquals(memory.read("u32", ANSWER), 2 ** 20);
    assertEquals(memory.readBytes(65536, 100_000), bytes.slice(0, 100_000));
    assertEquals(memory.readBytes(200_000, 2 ** 20 - 100_000), bytes.slice(100_000, 2 ** 20));
    assertEquals(memory.read("u8", 200_000 + 2 ** 20 - 100_000), 0);
    const copy = raw.open(GRANTED, "copy", CREATE).fd;
    assertEquals(raw.call.fd_write!(copy, 0, 2, ANSWER), 0);
    assertEquals(memory.read("u32", ANSWER), 2 ** 20);
    assertEquals(Deno.readFileSync(`${granted}/copy`), bytes.slice(0, 2 ** 20));
  });
});

Deno.test("a file cannot be made larger than the host allows", async () => {
  await withTree((raw, { granted }) => {
    const { fd } = raw.open(GRANTED, "a.txt", CREATE);
    const { fbig } = ERRNO;
    // The end of the last range is beyond 64 bits.
    for (const [offset, length] of [[0n, 1n << 62n], [1n << 63n, 1n], [-1n, 2n]] as const) {
      assertEquals(raw.call.fd_allocate!(fd, offset, length), fbig);
    }
    assertEquals(raw.call.fd_filestat_set_size!(fd, -1n), fbig);
    // No file system of a host has such files, and Deno has no code for the error.
    const errno = raw.call.fd_filestat_set_size!(fd, (1n << 53n) - 1n);
    assert([fbig, ERRNO.inval, ERRNO.nospc].includes(errno as never), `it returned ${errno}`);
    assertEquals(Deno.readTextFileSync(`${granted}/a.txt`), "first");
  });
});

Deno.test("pointers above 2 GiB reach files too", async () => {
  await withTree((raw) => {
    raw.guest.memory.grow(32768);
    const { fd } = raw.open(GRANTED, "a.txt");
    const { memory } = raw.guest;
    memory.writeBytes(0, new Uint8Array(new Uint32Array([0x80000100, 5]).buffer));
    assertEquals(raw.call.fd_read!(fd, 0, 1, 0x80000000 | 0), 0);
    assertEquals(memory.read("u32", 0x80000000), 5);
    assertEquals(memory.readString(0x80000100, 5), "first");
  });
});

Deno.test("preview 0 has its own filestat and its own order of whence", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    const { fd } = raw.open(GRANTED, "a.txt");
    // typenames.witx of preview 0: current, end, set.
    assertEquals(raw.call.fd_seek!(fd, 1n, 2, ANSWER), 0);
    assertEquals(memory.read("u64", ANSWER), 1n);
    assertEquals(raw.call.fd_seek!(fd, 1n, 0, ANSWER), 0);
    assertEquals(memory.read("u64", ANSWER), 2n);
    assertEquals(raw.call.fd_seek!(fd, -1n, 1, ANSWER), 0);
    assertEquals(memory.read("u64", ANSWER), 4n);
    assertEquals(raw.call.fd_seek!(fd, 0n, 9, ANSWER), ERRNO.inval);
    // The number of links has 32 bits, so the size is at 24 and the whole struct takes 56 bytes.
    memory.view(ANSWER, 64).fill(0xee);
    assertEquals(raw.call.fd_filestat_get!(fd, ANSWER), 0);
    assertEquals(
      [memory.read("u8", ANSWER + 16), memory.read("u32", ANSWER + 20)],
      [IS_FILE, 1],
    );
    assertEquals(memory.read("u64", ANSWER + 24), 5n);
    assertEquals(memory.read("u64", ANSWER + 56), 0xeeeeeeeeeeeeeeeen);
    const modified = Number(memory.read("u64", ANSWER + 40) / 1_000_000n);
    assert(Math.abs(modified - Date.now()) < 600_000, `modified at ${modified}`);
  }, "wat/wasi_unstable_functions");
});
