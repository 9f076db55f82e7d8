import { assertEquals, assertThrows } from "@std/assert";
import { ComponentError, type WasiFetch } from "../../../mod.ts";
import {
  type Any,
  bytesOf,
  errorCase,
  makeRequest,
  type OpenedInterfaces,
  openInterfaces,
} from "./_interfaces.ts";

/** Sends a request, and returns the response or the error code. */
async function send(opened: OpenedInterfaces, request: Any, options?: Any): Promise<Any> {
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const future = handle(request, options);
  await opened.get("wasi:io/poll").poll([future.subscribe()]);
  const { tag, val } = future.get();
  assertEquals([tag, future.get()], ["ok", { tag: "err" }]);
  return val.val;
}

/** Reads a stream to its end. */
async function readText(stream: Any): Promise<string> {
  let text = "";
  try {
    for (;;) text += new TextDecoder().decode(await stream.blockingRead(1000n));
  } catch (error) {
    assertEquals((error as Any).payload, { tag: "closed" });
    return text;
  }
}

/** Opens the interfaces with a grant, beside a server. */
async function withServer(
  act: (opened: OpenedInterfaces, base: string) => Promise<void>,
  grant: WasiFetch = fetch,
): Promise<void> {
  const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/moved") return Response.redirect("http://localhost/elsewhere");
    if (pathname === "/gzip") {
      const body = new Blob(["plain"]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Response(body, { headers: { "content-encoding": "gzip" } });
    }
    if (pathname === "/silent") await new Promise((resolve) => setTimeout(resolve, 300));
    const body = `${request.method} ${pathname} ${await request.text()}`;
    return new Response(body, {
      status: 203,
      headers: { "x-given": request.headers.get("x-given") ?? "none", "x-name": "gr\xfc\xdfe" },
    });
  });
  try {
    using opened = await openInterfaces({ fetch: grant });
    await act(opened, `http://localhost:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("a request is sent with its body, and its response is read", async () => {
  await withServer(async (opened, base) => {
    const { OutgoingBody, IncomingBody } = opened.get("wasi:http/types");
    const url = new URL(`${base}/a?b`);
    const request = makeRequest(opened, url, "put", [["X-Given", bytesOf("mine")]]);
    const body = request.body();
    const sending = send(opened, request);
    const stream = body.write();
    for (const part of ["one ", "two"]) await stream.blockingWriteAndFlush(bytesOf(part));
    OutgoingBody.finish(body, undefined);
    const response = await sending;
    assertEquals([response.status(), response.headers().get("x-given")], [203, [bytesOf("mine")]]);
    assertEquals(response.headers().get("X-Name"), [Uint8Array.of(0x67, 0x72, 0xfc, 0xdf, 0x65)]);
    const incoming = response.consume();
    assertEquals(errorCase(() => response.consume()), undefined);
    assertEquals(await readText(incoming.stream()), "PUT /a one two");
    assertEquals(errorCase(() => incoming.stream()), undefined);
    const trailers = IncomingBody.finish(incoming);
    assertEquals([trailers.subscribe().ready(), trailers.get(), trailers.get()], [
      true,
      { tag: "ok", val: { tag: "ok", val: undefined } },
      { tag: "err" },
    ]);
  });
});

Deno.test("a redirect is not followed, so that no other server gets a request", async () => {
  await withServer(async (opened, base) => {
    const response = await send(opened, makeRequest(opened, new URL(`${base}/moved`)));
    assertEquals([response.status(), response.headers().get("location")], [302, [
      bytesOf("http://localhost/elsewhere"),
    ]]);
  });
});

/** Returns a port that nobody listens to. */
function freePort(): number {
  using listener = Deno.listen({ port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Results of the function in the host, and the outcome for the guest. */
const ANSWERS: readonly (readonly [name: string, WasiFetch, outcome: unknown])[] = [
  ["nothing", () => undefined, { tag: "HTTP-request-denied" }],
  ["nothing later", () => Promise.resolve(undefined), { tag: "HTTP-request-denied" }],
  ["an error code", () => {
    throw new ComponentError({ tag: "loop-detected" });
  }, { tag: "loop-detected" }],
  ["a server that is not there", () => fetch(`http://localhost:${freePort()}/`), {
    tag: "connection-refused",
  }],
  ["a name that is not there", () => fetch("http://a.invalid/"), {
    tag: "DNS-error",
    val: { rcode: undefined, infoCode: undefined },
  }],
];

for (const [name, grant, outcome] of ANSWERS) {
  Deno.test(`a request is answered with ${name}`, async () => {
    using opened = await openInterfaces({ fetch: grant });
    assertEquals(await send(opened, makeRequest(opened, new URL("http://a/"))), outcome);
  });
}

Deno.test("an error of the function that answers reaches the caller", async () => {
  const mine = new Error("mine");
  const answers: readonly WasiFetch[] = [
    () => {
      throw mine;
    },
    () => Promise.reject(mine),
  ];
  for (const fetch of answers) {
    using opened = await openInterfaces({ fetch });
    const request = makeRequest(opened, new URL("http://a/"));
    const future = opened.get("wasi:http/outgoing-handler").handle(request, undefined);
    await opened.get("wasi:io/poll").poll([future.subscribe()]);
    assertEquals(assertThrows(() => future.get()), mine);
  }
});

Deno.test("only requests of HTTP reach the function that answers", async () => {
  const asked: string[] = [];
  using opened = await openInterfaces({
    fetch(request) {
      asked.push(`${request.method} ${request.url}`);
      return new Response();
    },
  });
  const { Fields, OutgoingRequest } = opened.get("wasi:http/types");
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const make = (parts: Any = {}) => {
    const request = new OutgoingRequest(new Fields());
    request.setAuthority("a");
    for (const [setter, value] of Object.entries(parts)) request[setter](value);
    return request;
  };
  const refused = [
    make({ setScheme: { tag: "other", val: "file" } }),
    make({ setAuthority: undefined }),
    make({ setAuthority: "a:x" }),
    make({ setMethod: { tag: "connect" } }),
  ].map((request) => errorCase(() => handle(request, undefined)).tag);
  assertEquals(refused, [
    "HTTP-request-URI-invalid",
    "HTTP-request-URI-invalid",
    "HTTP-request-URI-invalid",
    "HTTP-request-method-invalid",
  ]);
  const invalid: readonly [string, unknown][] = [
    ["setAuthority", "a/b"],
    ["setAuthority", "user@a"],
    ["setPathWithQuery", "b"],
    ["setPathWithQuery", "/ a"],
    ["setMethod", { tag: "other", val: "a b" }],
  ];
  for (const [setter, value] of invalid) {
    assertEquals(errorCase(() => make()[setter](value)), undefined);
  }
  for (const name of ["Host", "connection", "Transfer-Encoding"]) {
    assertEquals(errorCase(() => new Fields().append(name, bytesOf("b"))), { tag: "forbidden" });
  }
  handle(make({ setPathWithQuery: "?b", setMethod: { tag: "other", val: "QUERY" } }), undefined);
  assertEquals(asked, ["QUERY https://a/?b"]);
});

Deno.test("a body that fetch has decoded has no header for its encoding", async () => {
  await withServer(async (opened, base) => {
    const response = await send(opened, makeRequest(opened, new URL(`${base}/gzip`)));
    assertEquals(response.headers().has("content-encoding"), false);
    assertEquals(await readText(response.consume().stream()), "plain");
  });
  // A response that the function itself makes is not changed.
  const headers = { "content-encoding": "gzip" };
  using opened = await openInterfaces({ fetch: () => new Response("", { headers }) });
  const response = await send(opened, makeRequest(opened, new URL("http://a/")));
  assertEquals(response.headers().has("content-encoding"), true);
});

Deno.test("a body is refused for a request whose method has none", async () => {
  using opened = await openInterfaces({ fetch: () => new Response() });
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const { OutgoingBody } = opened.get("wasi:http/types");
  const [early, late] = [0, 1].map(() => makeRequest(opened, new URL("http://a/")));
  const body = early.body();
  body.write().blockingWriteAndFlush(bytesOf("a"));
  const problem = { tag: "HTTP-request-body-size", val: 0n };
  assertEquals(errorCase(() => handle(early, undefined)), problem);
  const unused = late.body();
  const stream = unused.write();
  handle(late, undefined);
  const { val } = errorCase(() => stream.blockingWriteAndFlush(bytesOf("a")));
  assertEquals(opened.get("wasi:http/types").httpErrorCode(val), problem);
  OutgoingBody.finish(unused, undefined);
});

Deno.test("a request ends at the timeout that the guest sets", async () => {
  await withServer(async (opened, base) => {
    const { RequestOptions } = opened.get("wasi:http/types");
    const options = new RequestOptions();
    options.setFirstByteTimeout(20_000_000n);
    const request = makeRequest(opened, new URL(`${base}/silent`));
    assertEquals(await send(opened, request, options), { tag: "connection-read-timeout" });
  });
});

Deno.test("the number of concurrent requests is limited, and all of them end with the guest", async () => {
  const signals: AbortSignal[] = [];
  const opened = await openInterfaces({
    fetch({ signal }) {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  const send = () =>
    opened.get("wasi:http/outgoing-handler").handle(
      makeRequest(opened, new URL("http://a/")),
      undefined,
    );
  const futures = Array.from({ length: 256 }, send);
  assertEquals(errorCase(send), { tag: "connection-limit-reached" });
  futures[0][Symbol.dispose]();
  send();
  const aborted = () => signals.filter(({ aborted }) => aborted).length;
  assertEquals(aborted(), 1);
  opened[Symbol.dispose]();
  assertEquals(aborted(), 257);
});
