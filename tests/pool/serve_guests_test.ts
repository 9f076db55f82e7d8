import { assertEquals, assertStringIncludes } from "@std/assert";
import { compile } from "../../mod.ts";
import type { Reply, Request } from "../../src/pool/worker_messages.ts";
import { runDeno } from "../_deno.ts";
import { guestPath } from "../_guests.ts";

Deno.test("a worker listens, loads its guest and answers one call after another", async () => {
  const compiled = await compile(guestPath("c/shout_length"));
  const worker = new Worker(new URL("./_pool_worker.ts", import.meta.url), { type: "module" });
  const replies: Reply[] = [];
  const requests: Request[] = [
    { compiled },
    { call: "pass", args: ["one", "shout"] },
    { call: "toString", args: [] },
  ];
  await new Promise<void>((resolve) => {
    worker.onmessage = ({ data }) => {
      replies.push(data);
      const next = requests.shift();
      if (next === undefined) resolve();
      else worker.postMessage(next);
    };
  });
  worker.terminate();
  assertEquals(replies.slice(0, 3), [{ state: "listening" }, { state: "ready" }, { value: "ONE" }]);
  const { error } = replies[3] as { error: Error };
  assertStringIncludes(error.message, 'Cannot call "toString": the worker has no such function');
});

Deno.test("guests can only be served in a worker", async () => {
  const program = 'import { serveGuests } from "./src/pool/worker_pool.ts"; serveGuests({}, {});';
  const { code, stderr } = await runDeno(["run", "-A", "--no-check", "-"], program);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    "Cannot serve guests: this is not a worker, expected a call in its module",
  );
});
