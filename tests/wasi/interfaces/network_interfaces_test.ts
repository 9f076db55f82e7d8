import { assertEquals } from "@std/assert";
import { bytesOf, errorCase, openInterfaces } from "./_interfaces.ts";

Deno.test("a request can be made as WASI specifies, and is denied when it is sent", async () => {
  using opened = await openInterfaces();
  const { Fields, OutgoingRequest, OutgoingBody, RequestOptions } = opened.get("wasi:http/types");
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const request = new OutgoingRequest(Fields.fromList([["Accept", bytesOf("*/*")]]));
  assertEquals([request.method(), request.scheme(), request.authority()], [
    { tag: "get" },
    undefined,
    undefined,
  ]);
  request.setMethod({ tag: "post" });
  request.setPathWithQuery("/a?b");
  assertEquals([request.method(), request.pathWithQuery()], [{ tag: "post" }, "/a?b"]);
  assertEquals(errorCase(() => request.headers().append("a", bytesOf("b"))), { tag: "immutable" });
  const body = request.body();
  assertEquals(errorCase(() => request.body()), undefined);
  body.write().blockingWriteAndFlush(bytesOf("text"));
  assertEquals(errorCase(() => body.write()), undefined);
  OutgoingBody.finish(body, undefined);
  const options = new RequestOptions();
  options.setConnectTimeout(5n);
  assertEquals([options.connectTimeout(), options.firstByteTimeout()], [5n, undefined]);
  assertEquals(errorCase(() => handle(request, options)), { tag: "HTTP-request-denied" });
});

Deno.test("a response has a status", async () => {
  using opened = await openInterfaces();
  const { Fields, OutgoingResponse } = opened.get("wasi:http/types");
  const response = new OutgoingResponse(new Fields());
  assertEquals(response.statusCode(), 200);
  response.setStatusCode(404);
  assertEquals([response.statusCode(), response.headers().entries()], [404, []]);
});

Deno.test("no socket can be made and no name resolved", async () => {
  using opened = await openInterfaces();
  const network = opened.get("wasi:sockets/instance-network").instanceNetwork();
  const calls = [
    () => opened.get("wasi:sockets/ip-name-lookup").resolveAddresses(network, "example.com"),
    () => opened.get("wasi:sockets/tcp-create-socket").createTcpSocket("ipv4"),
    () => opened.get("wasi:sockets/udp-create-socket").createUdpSocket("ipv6"),
  ];
  assertEquals(calls.map(errorCase), Array(3).fill("access-denied"));
});
