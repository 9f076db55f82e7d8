import { assertEquals } from "@std/assert";
import { ERRNO, GRANTED, loadRaw, makeTree, withTree } from "../_wasi.ts";

Deno.test("a guest cannot open all files that the host's process may open", async () => {
  await withTree((raw) => {
    let last = { errno: 0, fd: 0 };
    for (let count = 4; count < 256; count++) last = raw.open(GRANTED, "a.txt");
    assertEquals(last, { errno: 0, fd: 255 });
    assertEquals(raw.open(GRANTED, "a.txt").errno, ERRNO.mfile);
    assertEquals(raw.call.fd_close!(100), 0);
    assertEquals(raw.open(GRANTED, "a.txt").fd, 100);
  });
});

Deno.test({
  name: "files that a guest left open are closed with it, and when it is reset",
  ignore: Deno.build.os !== "linux", // only there can open files be listed
  fn: testClosing,
});

/** Returns the target of an open file descriptor; `undefined` if it was closed meanwhile. */
function pathOf(descriptor: string): string {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}

async function testClosing(): Promise<void> {
  await using tree = await makeTree();
  // Only files within the tree count: tests that run at the same time have other files open.
  const open = () =>
    [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) =>
      pathOf(name).startsWith(tree.granted)
    )
      .length;
  const raw = await loadRaw({ preopens: { "/": tree.granted } });
  const before = open();
  for (let count = 0; count < 50; count++) raw.open(GRANTED, "a.txt");
  assertEquals(open(), before + 50);
  raw.guest.reset();
  assertEquals(open(), before);
  const fresh = raw.guest.exports.path_open as unknown as (...args: unknown[]) => number;
  raw.guest.memory.writeString(0, "a.txt");
  assertEquals(fresh(GRANTED, 0, 0, 5, 0, 2n, 0n, 0, 100), 0);
  assertEquals([open(), raw.guest.memory.read("u32", 100)], [before + 1, 4]);
  raw.guest.close();
  assertEquals(open(), before);
}
