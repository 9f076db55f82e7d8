import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { ANSWER, ERRNO, loadRaw, makeTree } from "../_wasi.ts";

// Arguments for which each function returns an error if nothing is granted.
const REFUSED: readonly [name: string, args: readonly (number | bigint)[], errno: number][] = [
  // Counts and lengths that are negative or too large.
  ["fd_write", [1, 0, -1, 0], ERRNO.inval],
  ["fd_write", [1, 0, 0x7fffffff, 0], ERRNO.inval],
  ["fd_write", [1, 0, 1025, 0], ERRNO.inval],
  ["fd_read", [0, 0, -1, 0], ERRNO.inval],
  ["fd_write", [1, 0xfff9, 1, 0], ERRNO.fault],
  ["fd_write", [1, -8, 1, 0], ERRNO.fault],
  ["fd_write", [1, 0, 1, 0xfffd], ERRNO.fault],
  ["fd_read", [0, 0, 1, 0xfffd], ERRNO.fault],
  // Streams are not files.
  ["fd_read", [1, 0, 1, 16], ERRNO.badf],
  ["fd_write", [0, 0, 1, 16], ERRNO.badf],
  ["fd_seek", [0, 0n, 0, 0], ERRNO.spipe],
  ["fd_tell", [1, 0], ERRNO.spipe],
  ["fd_pread", [0, 0, 0, 0n, 0], ERRNO.spipe],
  ["fd_pwrite", [1, 0, 0, 0n, 0], ERRNO.spipe],
  ["fd_advise", [1, 0n, 0n, 0], ERRNO.inval],
  ["fd_sync", [1], ERRNO.inval],
  ["fd_filestat_set_size", [1, 0n], ERRNO.inval],
  ["fd_readdir", [0, 0, 100, 0n, 200], ERRNO.inval],
  ["fd_fdstat_get", [1, 0xffe9], ERRNO.fault],
  ["fd_filestat_get", [1, 0xffc1], ERRNO.fault],
  ["fd_prestat_get", [1, 0], ERRNO.badf],
  ["fd_prestat_dir_name", [2, 0, 100], ERRNO.badf],
  // Descriptors that are not open. If large ones were opened, they would take all memory.
  ["fd_prestat_get", [3, 0], ERRNO.badf],
  ["fd_close", [3], ERRNO.badf],
  ["fd_close", [-1], ERRNO.badf],
  ["fd_write", [3, 0, 0, 0], ERRNO.badf],
  ["fd_renumber", [3, 1], ERRNO.badf],
  ["fd_renumber", [3, 3], ERRNO.badf],
  ["fd_renumber", [1, 3], ERRNO.badf],
  ["fd_renumber", [1, 0x7fffffff], ERRNO.badf],
  ["fd_renumber", [1, -1], ERRNO.badf],
  // There is no directory to open a path from.
  ["path_create_directory", [3, 0, 1], ERRNO.badf],
  ["path_filestat_get", [3, 0, 0, 1, 8], ERRNO.badf],
  ["path_filestat_set_times", [3, 0, 0, 1, 0n, 0n, 0], ERRNO.badf],
  ["path_link", [3, 0, 0, 1, 3, 0, 1], ERRNO.badf],
  ["path_open", [3, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.badf],
  ["path_open", [0, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.badf],
  ["path_readlink", [3, 0, 1, 8, 8, 16], ERRNO.badf],
  ["path_remove_directory", [3, 0, 1], ERRNO.badf],
  ["path_rename", [3, 0, 1, 3, 0, 1], ERRNO.badf],
  ["path_symlink", [0, 1, 3, 0, 1], ERRNO.badf],
  ["path_unlink_file", [3, 0, 1], ERRNO.badf],
];

for (const [name, args, errno] of REFUSED) {
  Deno.test(`${name}(${args.join(", ")}) returns ${errno} if nothing is granted`, async () => {
    using raw = await loadRaw();
    assertEquals(raw.call[name]!(...args), errno);
    assertEquals(raw.guest.state, "ready");
  });
}

Deno.test("renumbering and closing never lead to the host's own streams", async () => {
  using raw = await loadRaw({ stdout: "capture", stderr: "capture", stdin: "in" });
  assertEquals(raw.call.fd_renumber!(1, 2), 0);
  assertEquals(raw.write(2, "to the second"), 0);
  assertEquals([raw.guest.wasi?.stdout, raw.guest.wasi?.stderr], ["to the second", ""]);
  assertEquals(raw.write(1, "x"), ERRNO.badf);
  assertEquals(raw.call.fd_renumber!(0, 0), 0);
  assertEquals(raw.read(0), "in");
  assertEquals(raw.call.fd_close!(0), 0);
  assertEquals(raw.read(0), ERRNO.badf);
  assertEquals(raw.call.sched_yield!(), 0);
});

Deno.test("preopened directories have the guest's names, and their URL may be given", async () => {
  await using tree = await makeTree();
  using raw = await loadRaw({
    preopens: { "/größe": tree.granted, "/b": toFileUrl(`${tree.granted}/sub`) },
  });
  const { memory } = raw.guest;
  assertEquals(raw.call.fd_prestat_get!(3, ANSWER), 0);
  assertEquals([memory.read("u32", ANSWER), memory.read("u32", ANSWER + 4)], [0, 8]);
  assertEquals(raw.call.fd_prestat_dir_name!(3, ANSWER, 8), 0);
  assertEquals(memory.readString(ANSWER, 9), "/größe\0");
  assertEquals(raw.call.fd_prestat_dir_name!(3, ANSWER, 7), ERRNO.nametoolong);
  assertEquals(raw.call.fd_prestat_dir_name!(3, 0xfff9, 8), ERRNO.fault);
  assertEquals(raw.call.fd_prestat_get!(3, 0xfff9), ERRNO.fault);
  assertEquals(raw.call.fd_prestat_get!(5, ANSWER), ERRNO.badf);
  assertEquals(raw.read(raw.open(4, "b.txt").fd), "second");
});
