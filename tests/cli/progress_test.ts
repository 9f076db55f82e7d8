import { assertEquals } from "@std/assert";
import { beginProgress } from "../../src/cli/progress.ts";
import { makeHost } from "./_host.ts";

/** Waits until the line, which is renewed ten times a second, has been written again. */
const period = () => new Promise((resolve) => setTimeout(resolve, 150));

Deno.test("progress is shown after a second, and erased at the end", async () => {
  let time = 0;
  const host = makeHost({ isTerminal: true });
  const progress = beginProgress(host, () => time);
  progress.say("Fetching");
  time = 999;
  await period();
  assertEquals(host.stderr(), "");
  time = 1000;
  await period();
  assertEquals(host.stderr(), "\r\x1b[KFetching");
  await progress.end();
  assertEquals(host.stderr(), "\r\x1b[KFetching\r\x1b[K");
  assertEquals(host.stdout(), "");
});

Deno.test("progress that ends within a second is never shown", async () => {
  const host = makeHost({ isTerminal: true });
  const progress = beginProgress(host);
  progress.say("Fetching");
  await progress.end();
  assertEquals(host.stderr(), "");
});

Deno.test("an interrupt erases the line, which never fills the terminal", async () => {
  let time = 0;
  const host = makeHost({ isTerminal: true, columns: 5 });
  const progress = beginProgress(host, () => time);
  progress.say("Fetching");
  time = 2000;
  await period();
  await host.interrupt();
  assertEquals(host.stderr(), "\r\x1b[KFetc\r\x1b[K");
  await progress.end();
});

Deno.test("there is no progress in a pipe", async () => {
  const host = makeHost();
  const progress = beginProgress(host, () => 5000);
  progress.say("Fetching");
  await period();
  await progress.end();
  assertEquals(host.stderr(), "");
});
