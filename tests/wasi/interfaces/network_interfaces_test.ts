import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { type Any, bytesOf, errorCase, openInterfaces } from "./_interfaces.ts";

Deno.test("a request is made as WASI says, and denied when it is sent", async () => {
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

Deno.test("fields keep their order and their case, and are found in any", async () => {
  using opened = await openInterfaces();
  const { Fields } = opened.get("wasi:http/types");
  const fields: Any = new Fields();
  const [one, two] = [bytesOf("1"), bytesOf("2")];
  fields.append("A-b", one);
  fields.append("c", two);
  fields.append("a-B", two);
  assertEquals([fields.get("a-b"), fields.has("C"), fields.has("d")], [[one, two], true, false]);
  const copy = fields.clone();
  fields.set("A-B", [two]);
  fields.delete("C");
  assertEquals(fields.entries(), [["A-B", two]]);
  assertEquals(copy.entries(), [["A-b", one], ["c", two], ["a-B", two]]);
  const invalid = [
    () => Fields.fromList([["a b", one]]),
    () => fields.append("", one),
    () => fields.append("a", bytesOf("1\r\nb: 2")),
    () => fields.set("a", [bytesOf("\0")]),
    () => fields.set("a:", []),
    () => fields.delete("a b"),
  ];
  assertEquals(invalid.map(errorCase), Array(invalid.length).fill({ tag: "invalid-syntax" }));
});

Deno.test("a guest makes the host hold only so much, and drops what it needs no more", async () => {
  using opened = await openInterfaces();
  const { Fields, OutgoingRequest } = opened.get("wasi:http/types");
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const [value, text] = [new Uint8Array(1 << 20).fill(0x61), "x".repeat(1 << 19)];
  const make = () => {
    const request = new OutgoingRequest(Fields.fromList([["a", value]]));
    request.setAuthority(text);
    request.setMethod({ tag: "other", val: text });
    return request;
  };
  // Each one takes 3 MiB of 16.
  for (let count = 0; count < 20; count++) errorCase(() => handle(make()));
  const kept = Array.from({ length: 5 }, make);
  const messages = [
    () => kept[0].headers(),
    () => Fields.fromList([["a", value]]),
    () => kept[1].setPathWithQuery(text),
  ].map((act) => assertThrows(act, GuestError).message);
  assertEquals(
    messages,
    Array(3).fill(
      "Cannot hold more fields and properties of HTTP: they take more than 16777216 bytes, " +
        "expected the guest to drop some",
    ),
  );
  kept.pop()[Symbol.dispose]();
  assertEquals(kept[0].headers().has("a"), true);
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
