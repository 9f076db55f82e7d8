import { assertEquals } from "@std/assert";
import { ItemPool } from "../../src/pool/item_pool.ts";

Deno.test("an item is used again if it is ready, and otherwise closed and replaced", async () => {
  const closed: number[] = [];
  let made = 0;
  const make = () => {
    const item = { number: ++made, close: () => void closed.push(item.number) };
    return Promise.resolve(item);
  };
  // Odd items are ready for their next use.
  const items = new ItemPool({ size: 1 }, make, ({ number }) => number % 2 === 1, await make());
  const use = () => items.use(({ number }) => number);
  assertEquals([await use(), await use()], [1, 1]);
  await using others = new ItemPool({ size: 2 }, make, () => false, await make());
  assertEquals(await Promise.all([1, 2, 3].map(() => others.use(({ number }) => number))), [
    2,
    3,
    4,
  ]);
  assertEquals([closed, others.inUse], [[2, 3, 4], 0]);
  await items.close();
  assertEquals(closed, [2, 3, 4, 1]);
});
