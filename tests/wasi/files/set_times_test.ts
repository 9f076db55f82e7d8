import { assertEquals } from "@std/assert";
import type { FileStatus } from "../../../src/wasi/files/file_system.ts";
import { SetTimes } from "../../../src/wasi/files/set_times.ts";

function status(inode: bigint, modified: bigint): FileStatus {
  const rest = { type: 4, device: 1n, links: 1n, size: 0n, accessed: 0n, changed: 0n };
  return { ...rest, inode, modified };
}

Deno.test("a time that was set is exact as long as the host reports the time that it stored", () => {
  const times = new SetTimes();
  times.keep({ accessed: 7n, modified: 1_234_567n }, status(5n, 1_000_000n));
  assertEquals(times.apply(status(5n, 1_000_000n)), { ...status(5n, 1_234_567n), accessed: 7n });
  assertEquals(times.apply(status(5n, 2_000_000n)).modified, 2_000_000n);
  assertEquals(times.apply(status(6n, 1_000_000n)).modified, 1_000_000n);
});

Deno.test("files without an inode number cannot be distinguished, so no times are kept", () => {
  const times = new SetTimes();
  times.keep({ accessed: 7n, modified: 8n }, status(0n, 1n));
  assertEquals(times.apply(status(0n, 1n)), status(0n, 1n));
});

Deno.test("a guest that sets the times of many files does not take all memory", () => {
  const times = new SetTimes();
  for (let inode = 1n; inode <= 2000n; inode++) {
    times.keep({ accessed: 7n, modified: 8n }, status(inode, 1n));
  }
  assertEquals(times.apply(status(976n, 1n)).modified, 1n);
  assertEquals(times.apply(status(977n, 1n)).modified, 8n);
});
