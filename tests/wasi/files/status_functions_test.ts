import { assertEquals } from "@std/assert";
import { ANSWER, ERRNO, GRANTED, withTree } from "../../_wasi.ts";

Deno.test("times are set to the nanosecond, alone or together, or to now", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    const set = (accessed: bigint, modified: bigint, flags: number) =>
      raw.call.path_filestat_set_times!(
        GRANTED,
        0,
        ...raw.put("a.txt"),
        accessed,
        modified,
        flags,
      );
    const times = () => {
      assertEquals(raw.call.path_filestat_get!(GRANTED, 0, ...raw.put("a.txt"), ANSWER), 0);
      return [memory.read("u64", ANSWER + 40), memory.read("u64", ANSWER + 48)];
    };
    assertEquals([set(123_456_789n, 987_654_321n, 1 | 4), times()], [0, [
      123_456_789n,
      987_654_321n,
    ]]);
    assertEquals([set(0n, 5n, 4), times()], [0, [123_456_789n, 5n]]);
    assertEquals([set(7n, 0n, 1), times()], [0, [7n, 5n]]);
    const before = BigInt(Date.now()) * 1_000_000n;
    assertEquals(set(0n, 0n, 8), 0);
    assertEquals([times()[0], times()[1]! >= before], [7n, true]);
    assertEquals([set(0n, 0n, 3), set(0n, 0n, 12), set(0n, 0n, 16)], Array(3).fill(ERRNO.inval));
    assertEquals(set(0n, -1n, 4), ERRNO.inval);
  });
});
