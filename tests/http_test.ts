import { assertEquals, assertRejects } from "@std/assert";
import { ComponentError, type Guest, GuestError, load, type WasiOptions } from "../mod.ts";
import { respond } from "../src/http.ts";
import { pool } from "../src/pool/pool.ts";
import { guestUrl } from "./_guests.ts";

const PROXY = guestUrl("component_wasi/proxy");

function loadProxy(wasi: WasiOptions = {}): Promise<Guest> {
  return load(PROXY, { wasi });
}

/** Makes a request. */
function ask(path: string, init?: RequestInit): Request {
  return new Request(`http://localhost${path}`, init);
}

Deno.test("a component sends its response part by part, before it has read the whole request", async () => {
  using guest = await loadProxy();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const response = await respond(guest, ask("/echo", { method: "POST", body: readable }));
  assertEquals([response.status, guest.state], [201, "calling"]);
  const reader = response.body!.getReader();
  for (const text of ["one", "two"]) {
    writer.write(new TextEncoder().encode(text));
    assertEquals(new TextDecoder().decode((await reader.read()).value), text);
  }
  writer.close();
  assertEquals((await reader.read()).done, true);
});

Deno.test("only part of a body that nobody reads is held in memory", async () => {
  using guest = await loadProxy();
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(16_384));
      given += 16_384;
    },
  });
  const response = await respond(guest, ask("/echo", { method: "POST", body }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals([given >= 65_536, given <= 131_072], [true, true]);
  // The component ends when nobody reads on.
  await response.body!.cancel();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(guest.state, "ready");
});

Deno.test("a component sends requests to the granted servers only", async () => {
  using guest = await loadProxy({
    fetch: async (request) => {
      await Promise.resolve();
      const { host, pathname } = new URL(request.url);
      return host === "a" ? new Response(`${pathname} of a`, { status: 203 }) : undefined;
    },
  });
  const relay = async (path: string) => {
    const response = await respond(guest, ask(path));
    return [response.status, await response.text()];
  };
  assertEquals(await relay("/relay/a/news"), [203, "/news of a"]);
  assertEquals(await relay("/relay/b/news"), [502, "15"]); // HTTP-request-denied
  using alone = await loadProxy();
  assertEquals(await (await respond(alone, ask("/relay/a/news"))).text(), "15");
});

/** The failures of a component, each with the error and the state afterwards. */
const FAILURES = [
  ["/trap", "GuestError", 'Cannot complete "handle": the guest trapped: unreachable', "poisoned"],
  ["/nothing", "GuestError", "Cannot answer a request: the guest ended without an answer", "ready"],
  ["/fail", "ComponentError", 'The result is an error: "loop-detected"', "calling"],
] as const;

for (const [path, name, message, state] of FAILURES) {
  Deno.test(`a component fails before its response to ${path}`, async () => {
    using guest = await loadProxy();
    const error = await assertRejects(() => respond(guest, ask(path)), Error);
    assertEquals([error.name, error.message, guest.state], [name, message, state]);
    if (error instanceof ComponentError) assertEquals(error.payload, { tag: "loop-detected" });
  });
}

Deno.test("the body of a response fails if the component does", async () => {
  using guest = await loadProxy();
  const response = await respond(guest, ask("/break"));
  assertEquals(response.status, 200);
  assertEquals((await assertRejects(() => response.text(), GuestError)).code, "trap");
});

Deno.test("a pool gives each request an instance of its own, and further requests wait", async () => {
  await using guests = await pool(PROXY, { size: 2 });
  const texts = Array.from({ length: 5 }, async () => (await respond(guests, ask("/"))).text());
  assertEquals(await Promise.all(texts), Array(5).fill("1"));
  await assertRejects(() => respond(guests, ask("/trap")), GuestError);
  assertEquals(await (await respond(guests, ask("/"))).text(), "1");
});

Deno.test("a guest that cannot answer requests is refused", async () => {
  using guest = await load(guestUrl("component/greeter"), { imports: { "": { log() {} } } });
  assertEquals(
    (await assertRejects(() => respond(guest, ask("/")), TypeError)).message,
    'Cannot answer a request: the guest exports "", "counters", expected a component that exports ' +
      "wasi:http/incoming-handler and has wasi:http/types of Passage",
  );
  assertEquals(
    (await assertRejects(() => respond(guest, "/" as never), TypeError)).message,
    'Cannot answer "/": expected a Request',
  );
});
