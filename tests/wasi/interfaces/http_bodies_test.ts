import { assertEquals } from "@std/assert";
import { errorCase, makeRequest, openInterfaces } from "./_interfaces.ts";

Deno.test("a body is read only as fast as it is consumed, with a limited buffer", async () => {
  let sent: Request | undefined;
  using opened = await openInterfaces({
    fetch(request) {
      sent = request;
      return new Promise(() => {});
    },
  });
  const request = makeRequest(opened, new URL("http://a/"), "post");
  const stream = request.body().write();
  opened.get("wasi:http/outgoing-handler").handle(request, undefined);
  const part = new Uint8Array(65_536);
  assertEquals([stream.checkWrite(), stream.write(part), stream.checkWrite()], [
    65_536n,
    undefined,
    0n,
  ]);
  const pollable = stream.subscribe();
  assertEquals(pollable.ready(), false);
  const reader = sent!.body!.getReader();
  assertEquals((await reader.read()).value, part);
  assertEquals([pollable.ready(), stream.checkWrite()], [true, 65_536n]);
  await reader.cancel();
  const { tag, val } = errorCase(() => stream.write(part));
  assertEquals([tag, opened.get("wasi:http/types").httpErrorCode(val)], [
    "last-operation-failed",
    { tag: "connection-terminated" },
  ]);
});
