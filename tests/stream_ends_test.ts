import { assertEquals, assertRejects } from "@std/assert";
import { makeEnds } from "../src/stream_ends.ts";

Deno.test("a stream that cannot be begun fails at both ends, with its first chunk and not before", async () => {
  let opened = 0;
  const failure = new Error("no guest");
  const { readable, writable } = makeEnds(() => {
    opened++;
    return Promise.reject(failure);
  });
  const reader = readable.getReader(), writer = writable.getWriter();
  const read = reader.read().catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(opened, 0);
  assertEquals(await writer.write("a").catch((error) => error), failure);
  assertEquals(await read, failure);
  await assertRejects(() => writer.closed, Error, "no guest");
  assertEquals(opened, 1);
});

Deno.test("a stream that was never used ends without its guest", async () => {
  const never = () => Promise.reject(new Error("opened"));
  await makeEnds(never).readable.cancel();
  await makeEnds(never).writable.abort();
});
