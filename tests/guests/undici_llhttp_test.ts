import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load } from "../../mod.ts";
import { llhttp } from "./_bytes.ts";

const REQUEST = 1, RESPONSE = 2; // https://github.com/nodejs/llhttp: `llhttp_type_t`
const OK = 0, PAUSED = 21, PAUSED_UPGRADE = 22; // `llhttp_errno_t`

/** A static string in the guest, which is never freed. */
const words = { type: "string", pointer: "result", length: "nul", nullable: true } as const;
const flag = { parameters: ["pointer"], result: "bool" } as const;
const number = { parameters: ["pointer"], result: "u32" } as const;
const nameOf = { parameters: ["u32"], result: words } as const;
const handle = { parameters: ["pointer"], result: "void" } as const;

const execute = {
  parameters: ["pointer", "bytes"],
  status: {
    value: "result",
    fails: { except: [OK, PAUSED, PAUSED_UPGRADE] },
    message: {
      pointer: { call: "llhttp_get_error_reason", with: [{ parameter: 0 }] },
      length: "nul",
    },
    details: {
      name: {
        type: "string",
        pointer: { call: "llhttp_errno_name", with: ["result"] },
        length: "nul",
      },
      offset: {
        type: "i32",
        value: { indexIn: 1, of: { call: "llhttp_get_error_pos", with: [{ parameter: 0 }] } },
      },
    },
  },
  result: {
    type: "record",
    fields: {
      errno: { type: "u32", value: "result" },
      offset: {
        type: "i32",
        value: { indexIn: 1, of: { call: "llhttp_get_error_pos", with: [{ parameter: 0 }] } },
      },
    },
  },
} as const;

type Event = readonly [name: string, ...values: unknown[]];

/** The parser, with a log of its callbacks, and the result of each callback. */
async function loadParser(build: "plain" | "simd") {
  const log: Event[] = [];
  const answers: Record<string, number> = {};
  const event = (name: string) =>
    hostFunction({ parameters: ["pointer"], result: "i32" }, () => {
      log.push([name]);
      return answers[name] ?? 0;
    });
  const span = (name: string) =>
    hostFunction({ parameters: ["pointer", "string"], result: "i32" }, (_parser, text) => {
      log.push([name, text]);
      return answers[name] ?? 0;
    });
  const guest = await load(await llhttp(build), {
    imports: {
      env: {
        wasm_on_message_begin: event("begin"),
        wasm_on_url: span("url"),
        wasm_on_status: span("status"),
        wasm_on_header_field: span("field"),
        wasm_on_header_value: span("value"),
        wasm_on_headers_complete: hostFunction(
          { parameters: ["pointer", "u32", "bool", "bool"], result: "i32" },
          (parser, status, upgrade, keepAlive) => {
            const method = guest.symbols.llhttp_get_method(parser);
            log.push(["headers", status, upgrade, keepAlive, method]);
            return answers.headers ?? 0;
          },
        ),
        wasm_on_body: span("body"),
        wasm_on_message_complete: event("complete"),
      },
    },
    symbols: {
      llhttp_alloc: { parameters: ["u32"], result: "pointer" },
      llhttp_free: handle,
      llhttp_execute: execute,
      llhttp_finish: number,
      llhttp_resume: handle,
      llhttp_get_method: number,
      llhttp_method_name: nameOf,
      llhttp_get_status_code: number,
      llhttp_status_name: nameOf,
      llhttp_get_http_major: number,
      llhttp_should_keep_alive: flag,
      llhttp_errno_name: nameOf,
    },
  });
  return { guest, symbols: guest.symbols, log, answers };
}

const bytes = (text: string) => new TextEncoder().encode(text);

for (const build of ["plain", "simd"] as const) {
  Deno.test(`undici's llhttp, ${build}: a request is reported in callbacks that call the guest again`, async () => {
    const { guest, symbols, log } = await loadParser(build);
    using _ = guest;
    assertEquals(guest.convention.name, "allocator");
    const parser = symbols.llhttp_alloc(REQUEST);
    const request = bytes(
      "POST /gr?a=1 HTTP/1.1\r\nHost: exämple.org\r\nContent-Length: 5\r\n\r\nhello",
    );
    assertEquals(symbols.llhttp_execute(parser, request), { errno: OK, offset: -1 });
    assertEquals(log, [
      ["begin"],
      ["url", "/gr?a=1"],
      ["field", "Host"],
      ["value", "exämple.org"],
      ["field", "Content-Length"],
      ["value", "5"],
      ["headers", 0, false, true, 3],
      ["body", "hello"],
      ["complete"],
    ]);
    assertEquals(symbols.llhttp_method_name(symbols.llhttp_get_method(parser)), "POST");
    assertEquals(symbols.llhttp_get_http_major(parser), 1);
    assertEquals(symbols.llhttp_should_keep_alive(parser), true);
    assertEquals(symbols.llhttp_finish(parser), OK);
    symbols.llhttp_free(parser);
  });
}

Deno.test("undici's llhttp: a response and a request in chunks", async () => {
  const { guest, symbols, log } = await loadParser("plain");
  using _ = guest;
  const response = symbols.llhttp_alloc(RESPONSE);
  const text = "HTTP/1.1 404 Gone\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  symbols.llhttp_execute(response, bytes(text));
  assertEquals(log.filter(([name]) => name === "status" || name === "body"), [
    ["status", "Gone"],
    ["body", "hello"],
  ]);
  assertEquals(symbols.llhttp_status_name(symbols.llhttp_get_status_code(response)), "NOT_FOUND");
  log.length = 0;
  const request = symbols.llhttp_alloc(REQUEST);
  for (const chunk of ["GET /a HT", "TP/1.1\r\nA: b", "c\r\n\r\n"]) {
    symbols.llhttp_execute(request, bytes(chunk));
  }
  const values = log.filter(([name]) => name === "value").map(([, text]) => text);
  assertEquals(values.join(""), "bc");
});

Deno.test("undici's llhttp: an error has the guest's name, its reason and its place", async () => {
  const { guest, symbols } = await loadParser("plain");
  using _ = guest;
  const parser = symbols.llhttp_alloc(REQUEST);
  const request = "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n";
  const error = assertThrows(
    () => symbols.llhttp_execute(parser, bytes(request)),
    GuestError,
    'Cannot complete "llhttp_execute": Invalid header token (the guest returned 10, ' +
      'name is "HPE_INVALID_HEADER_TOKEN", offset is 19)',
  );
  assertEquals(error.details, {
    name: "HPE_INVALID_HEADER_TOKEN",
    offset: request.indexOf(" H", 9),
  });
  assertEquals(guest.state, "ready");
});

Deno.test("undici's llhttp: a callback pauses, and an upgrade leaves the rest to the caller", async () => {
  const { guest, symbols, log, answers } = await loadParser("plain");
  using _ = guest;
  const { llhttp_alloc, llhttp_execute, llhttp_resume } = symbols;
  answers.headers = PAUSED;
  const paused = llhttp_alloc(REQUEST);
  const request = "GET /p HTTP/1.1\r\n\r\n";
  assertEquals(llhttp_execute(paused, bytes(request)).errno, PAUSED);
  assertEquals(log.at(-1)?.[0], "headers");
  llhttp_resume(paused);
  assertEquals(llhttp_execute(paused, new Uint8Array()).errno, OK);
  assertEquals(log.at(-1)?.[0], "complete");
  delete answers.headers;
  const upgraded = "GET /p HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: ws\r\n\r\n";
  assertEquals(llhttp_execute(llhttp_alloc(REQUEST), bytes(`${upgraded}XYZ`)), {
    errno: PAUSED_UPGRADE,
    offset: upgraded.length,
  });
  answers.url = -1;
  const error = assertThrows(
    () => llhttp_execute(llhttp_alloc(REQUEST), bytes(request)),
    GuestError,
  );
  assertEquals(error.details.name, "HPE_USER");
});
