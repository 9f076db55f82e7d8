import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, type Guest, GuestError, load } from "../mod.ts";
import { type GuestStream, textStream, transformStream } from "../src/stream.ts";
import { guestErrorOf } from "./_errors.ts";
import { guestPath } from "./_guests.ts";
import { deflateWith, expandWith, ROT13, rot13, ROT13_TEXT } from "./_stream_guests.ts";

const encoder = new TextEncoder();

const FILTER = { init: "init", final: "final" } as const;

const convention = allocator({ allocate: "malloc", free: "free" });

/** Returns a stream of chunks. */
const streamOf = <T>(...chunks: T[]): ReadableStream<T> => ReadableStream.from(chunks);

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function textOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return new TextDecoder().decode(await bytesOf(stream));
}

// deno-lint-ignore no-explicit-any
function ask(guest: Guest<any>, name: string, ...args: number[]): number {
  return (guest.exports[name] as (...args: number[]) => number)(...args);
}

Deno.test("bytes go through an export, in chunks of any size, and init and final are called once", async () => {
  using guest = await load(guestPath("c/stream_rot13"));
  for (const lengths of [[], [0], [1], [64], [65], [200, 0, 3], [1, 1, 1]]) {
    const chunks = lengths.map((length) =>
      encoder.encode("Hello, World! ".repeat(20).slice(0, length))
    );
    const all = new TextDecoder().decode(await new Blob(chunks).bytes());
    const begun = ask(guest, "times_begun"), ended = ask(guest, "times_ended");
    const turned = streamOf(...chunks).pipeThrough(transformStream(guest, "update", FILTER));
    assertEquals(await textOf(turned), `${rot13(all)}[${all.length}]`);
    assertEquals([ask(guest, "times_begun") - begun, ask(guest, "times_ended") - ended], [1, 1]);
  }
});

Deno.test("without init and final only the export is called", async () => {
  using guest = await load(guestPath("c/stream_rot13"));
  const stream = streamOf(encoder.encode("abc")).pipeThrough(transformStream(guest, "update"));
  assertEquals(await textOf(stream), "nop");
  assertEquals([ask(guest, "times_begun"), ask(guest, "times_ended")], [0, 0]);
});

/** Texts with every width of character, and chunks that end within a pair of surrogates. */
const TEXTS: readonly (readonly string[])[] = [
  [],
  [""],
  ["é".repeat(100)],
  ["x" + "漢".repeat(100), "🚀".repeat(50)],
  ["a\ud83d", "\ude80b"],
  ["\ud83d", "", "\ude80"],
];

Deno.test("text is split within no character, neither between chunks nor in one", async () => {
  // The guest returns an error for a chunk that begins or ends within a character.
  using guest = await load(guestPath("c/stream_rot13_text"), { symbols: { turn: ROT13_TEXT } });
  for (const chunks of TEXTS) {
    const text = chunks.join(""), { length } = encoder.encode(text);
    for (const stream of [textStream(guest, "update", FILTER), textStream(guest, "turn")]) {
      const found = await Array.fromAsync(streamOf(...chunks).pipeThrough(stream));
      assertEquals(found.join(""), `${rot13(text)}[${length}]`);
      assert(found.every((part) => part.isWellFormed() && part !== ""));
    }
  }
});

Deno.test("half a pair of surrogates at the end is refused, as in a call", async () => {
  using guest = await load(guestPath("c/stream_rot13_text"));
  const stream = streamOf("a", "\ud83d").pipeThrough(textStream(guest, "update", FILTER));
  await assertRejects(() => Array.fromAsync(stream), TypeError, "lone surrogate 0xd83d at index 0");
  assertStrictEquals(guest.state, "ready");
});

Deno.test("a symbol with handles takes several streams at a time, and gives each handle back", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention,
    symbols: { deflate: deflateWith(100) },
  });
  const data = [1, 2, 3].map((seed) =>
    Uint8Array.from({ length: 300_000 }, (_, index) => index * seed % 251)
  );
  const inflated = await Promise.all(data.map((bytes) =>
    bytesOf(
      new Blob([bytes]).stream()
        .pipeThrough(transformStream(guest, "deflate", { arguments: [1] }))
        .pipeThrough(new DecompressionStream("deflate")),
    )
  ));
  assertEquals(inflated, data);
  assertEquals(ask(guest, "live_allocations"), 0);
});

Deno.test("a stream whose symbol returns a number at the end ends with that number", async () => {
  using guest = await load(guestPath("c/chunked_number"), {
    symbols: {
      crc: {
        parameters: ["bytes"],
        result: "u32",
        chunked: { init: "init", update: "update", final: "final" },
      },
    },
  });
  const stream = streamOf(encoder.encode("1234"), encoder.encode("56789"))
    .pipeThrough(transformStream(guest, "crc"));
  // The check value of CRC-32/ISO-HDLC, https://reveng.sourceforge.io/crc-catalogue/all.htm
  assertEquals(await Array.fromAsync(stream), [0xcbf43926]);
});

Deno.test("the guest is called only while its output is read", async () => {
  using guest = await load(guestPath("c/stream_expand"), {
    convention,
    symbols: { expand: expandWith(1000) },
  });
  // 255 bytes come out for each 2, so that this becomes 127.5 MB.
  const bomb = new Uint8Array(1_000_000).fill(255);
  const { readable, writable } = transformStream(guest, "expand");
  const writer = writable.getWriter(), reader = readable.getReader();
  const written = writer.write(bomb);
  let size = 0;
  for (let count = 0; count < 10; count++) {
    const { value } = await reader.read();
    assert(value!.length >= 65536 && value!.length < 70_000, `${value!.length} bytes`);
    size += value!.length;
  }
  assert(size < 700_000);
  await reader.cancel("enough");
  await assertRejects(
    () => written.catch((error) => Promise.reject(new Error(error))),
    Error,
    "enough",
  );
  assertEquals([guest.state, ask(guest, "live_allocations")], ["ready", 0]);
});

Deno.test("1 GiB goes through in constant memory", async () => {
  using guest = await load(guestPath("c/stream_rot13_large"));
  const chunk = new Uint8Array(65536).fill(97);
  let left = 16_384;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(chunk);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  const begin = performance.now();
  let size = 0, most = 0, first = 0;
  for await (const part of source.pipeThrough(transformStream(guest, "update", FILTER))) {
    size += part.length;
    if (size % (16 << 20) >= 65536) continue;
    const { external, heapUsed } = Deno.memoryUsage();
    if (first === 0 && size > 64 << 20) first = external + heapUsed;
    most = Math.max(most, external + heapUsed);
  }
  assertEquals(size, 2 ** 30 + "[1073741824]".length);
  // The garbage collector may run late, but never leaves a tenth of all the data.
  assert(most < first + (96 << 20), `${most - first} bytes more`);
  assert(performance.now() - begin < 120_000, `${performance.now() - begin} ms`);
});

/** How a stream is ended, and the state of the guest afterwards. */
const ERRORS: readonly [name: string, bytes: readonly number[], message: string, state: string][] =
  [
    [
      "the guest's own error",
      [97, 0xfe],
      'Cannot complete "update": the guest returned -1',
      "ready",
    ],
    ["a trap", [97, 0xff], 'Cannot complete "update": ', "poisoned"],
  ];

for (const [name, bytes, message, state] of ERRORS) {
  Deno.test(`${name} ends both ends, and the guest is ${state}`, async () => {
    using guest = await load(guestPath("c/stream_rot13"));
    let reason: unknown;
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(Uint8Array.from(bytes)),
      cancel: (given) => {
        reason = given;
      },
    });
    const stream = source.pipeThrough(transformStream(guest, "update", FILTER));
    const error = await assertRejects(() => Array.fromAsync(stream), Error, message);
    await new Promise((resolve) => setTimeout(resolve));
    assertStrictEquals(reason, error);
    assertStrictEquals(guest.state, state as typeof guest.state);
    if (state === "poisoned") guest.reset();
    const next = streamOf(encoder.encode("abc"))
      .pipeThrough(transformStream(guest, "update", FILTER));
    assertEquals(await textOf(next), "nop[3]");
  });
}

Deno.test("an error of the source or the sink ends the stream, and gives the handle back", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention,
    symbols: { deflate: deflateWith(10) },
  });
  const deflate = () => transformStream(guest, "deflate", { arguments: [0] });
  const failure = new Error("the source");
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new Uint8Array(1000));
    },
    pull: () => Promise.reject(failure),
  });
  const read = await Array.fromAsync(source.pipeThrough(deflate())).catch((error) => error);
  assertStrictEquals(read, failure);
  assertEquals(ask(guest, "live_allocations"), 0);

  const broken = new Error("the sink");
  const sink = new WritableStream({ write: () => Promise.reject(broken) });
  const piped = await streamOf(crypto.getRandomValues(new Uint8Array(60_000)))
    .pipeThrough(deflate()).pipeTo(sink).catch((error) => error);
  assertStrictEquals(piped, broken);
  assertEquals([ask(guest, "live_allocations"), guest.state], [0, "ready"]);
});

Deno.test("an abort ends the stream at once, even if nobody reads", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention,
    symbols: { deflate: deflateWith(10) },
  });
  const { readable, writable } = transformStream(guest, "deflate", { arguments: [0] });
  const writer = writable.getWriter();
  const written = writer.write(new Uint8Array(1000)).catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 1));
  const reason = new Error("stop");
  await writer.abort(reason);
  assertStrictEquals(await written, reason);
  assertStrictEquals(await readable.getReader().read().catch((error) => error), reason);
  assertEquals(ask(guest, "live_allocations"), 0);

  const controller = new AbortController();
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (source) => source.enqueue(new Uint8Array(1000)),
  });
  const stream = transformStream(guest, "deflate", { arguments: [0] });
  const reader = endless.pipeThrough(stream, { signal: controller.signal }).getReader();
  await reader.read();
  controller.abort(reason);
  const last = await (async () => {
    for (let count = 0; count < 100; count++) await reader.read();
  })().catch((error) => error);
  assertStrictEquals(last, reason);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(ask(guest, "live_allocations"), 0);
});

Deno.test("a guest with one state takes one stream at a time, and the next one after that", async () => {
  using guest = await load(guestPath("c/stream_rot13"), { symbols: { turn: ROT13 } });
  const first = transformStream(guest, "update", FILTER);
  const writer = first.writable.getWriter(), reader = first.readable.getReader();
  const [, { value }] = await Promise.all([writer.write(encoder.encode("a")), reader.read()]);
  assertEquals(value, encoder.encode("n"));
  const second = streamOf(encoder.encode("b"))
    .pipeThrough(transformStream(guest, "update", FILTER));
  const busy =
    'Cannot call "update": it is in the middle of other input, for which the guest has ' +
    "one state, expected the end of that, a guest for each, or exports with a handle";
  assertEquals((await assertRejects(() => textOf(second), Error)).message, busy);
  assertEquals(guestErrorOf(() => guest.symbols.turn(encoder.encode("c"))), ["busy", busy]);
  const [, last] = await Promise.all([writer.close(), reader.read()]);
  assertEquals(last.value, encoder.encode("[1]"));
  assertEquals(guest.symbols.turn(encoder.encode("c")), encoder.encode("p[1]"));
});

Deno.test("a stream does not continue after the guest was reset", async () => {
  using guest = await load(guestPath("c/stream_rot13"));
  const { readable, writable } = transformStream(guest, "update", FILTER);
  const writer = writable.getWriter(), reader = readable.getReader();
  await Promise.all([writer.write(encoder.encode("a")), reader.read()]);
  guest.reset();
  const message = 'Cannot go on with the stream of "update": the guest was reset or restored, ' +
    "expected a new stream";
  const read = reader.read().catch((error) => error);
  await assertRejects(() => writer.write(encoder.encode("a")), Error, message);
  assertEquals((await read).message, message);
  const next = streamOf(encoder.encode("b")).pipeThrough(transformStream(guest, "update", FILTER));
  assertEquals(await textOf(next), "o[1]");
});

Deno.test("a chunk of another type is refused", async () => {
  using guest = await load(guestPath("c/stream_rot13"));
  const text = streamOf("abc" as never).pipeThrough(transformStream(guest, "update"));
  await assertRejects(
    () => Array.fromAsync(text),
    TypeError,
    'Cannot pass argument 0 to "update": it is "abc", expected a Uint8Array',
  );
});

Deno.test("a chunk that takes more than limits.input is refused", async () => {
  using guest = await load(guestPath("c/stream_rot13"), { limits: { input: 100 } });
  // The guest's buffer has 64 bytes.
  const streams = [
    streamOf("a".repeat(100), "b".repeat(101)).pipeThrough(textStream(guest, "update")),
    streamOf(new Uint8Array(100), new Uint8Array(101))
      .pipeThrough(transformStream(guest, "update")),
  ];
  for (const turned of streams) {
    const error = await assertRejects(() => Array.fromAsync<unknown>(turned), GuestError);
    assertEquals([error.code, error.message, guest.state], [
      "input-too-large",
      'Cannot pass arguments to "update": it takes at least 101 bytes, expected at most 100 or a ' +
      "higher limits: { input }",
      "ready",
    ]);
  }
});

Deno.test("everything that is wrong with a stream is reported when it is made", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention,
    symbols: {
      deflate: deflateWith(10),
      level: { name: "create", parameters: ["u32"], result: "u32" },
    },
  });
  const make = transformStream as (...args: unknown[]) => unknown;
  const rows: [args: unknown[], ...lines: string[]][] = [
    [
      [{}, "deflate"],
      "Cannot make a stream: it is an object of class Object, expected a guest of load()",
    ],
    [[guest, "deflated"], 'did you mean "deflate"?'],
    [
      [guest, "deflate", 5],
      'Cannot make a stream of "deflate": the options are 5, expected an object',
    ],
    [
      [guest, "deflate", { init: "create", argument: [] }],
      'option argument is unknown, did you mean "arguments"?',
      'option init is set, expected it in the symbol\'s "chunked"',
    ],
    [
      [guest, "update", { init: "creat", arguments: [1] }],
      'option init is "creat", which is not an exported function, did you mean "create"?',
      "option arguments is set for an export, expected a declared symbol",
    ],
  ];
  for (const [args, ...lines] of rows) {
    const { message } = assertThrows(() => make(...args), TypeError);
    for (const line of lines) assert(message.includes(line), `${message}\n\n${line}`);
  }
  assertThrows(
    () => textStream(guest, "deflate"),
    TypeError,
    "the symbol is not one of text, expected transformStream()",
  );
  const few = streamOf(Uint8Array.of(1)).pipeThrough(
    make(guest, "deflate") as GuestStream<Uint8Array, never>,
  );
  await assertRejects(
    () => Array.fromAsync(few),
    TypeError,
    'Cannot make a stream of "deflate": option arguments has 0, expected 1',
  );
});

Deno.test("the types of chunks and arguments are those of the symbol", async () => {
  using guest = await load(guestPath("c/stream_deflate"), {
    convention,
    symbols: { deflate: deflateWith(10) },
  });
  const stream = transformStream(guest, "deflate", { arguments: [1] });
  const output: ReadableStream<Uint8Array<ArrayBuffer>> = stream.readable;
  // @ts-expect-error: the level is a number
  transformStream(guest, "deflate", { arguments: ["1"] });
  // @ts-expect-error: it takes bytes
  const input: WritableStream<string> = stream.writable;
  assert(output instanceof ReadableStream && input instanceof WritableStream);
  using text = await load(guestPath("c/stream_rot13_text"), { symbols: { turn: ROT13_TEXT } });
  const turned: GuestStream<string, string> = transformStream(text, "turn");
  assert(turned.readable instanceof ReadableStream);
});

Deno.test("chunks are passed as the guest's convention says: UTF-16, packed pointers", async () => {
  using objects = await load(guestPath("assemblyscript/strings"));
  // UTF-16 carries lone surrogates, and a pair that two chunks share stays one.
  const halves = streamOf("Grü", "ße \ud83d", "\ude80", "x\ud83d");
  const echoed = await Array.fromAsync(halves.pipeThrough(textStream(objects, "echo")));
  assertEquals(echoed, ["Grü", "ße ", "🚀", "x", "\ud83d"]);
  using packed = await load(guestPath("rust/packed"), {
    convention: allocator({
      allocate: "alloc",
      free: "dealloc",
      result: "packedPointerHigh",
      resultsFreedBy: "host",
    }),
    symbols: { same: { name: "echo", parameters: ["string"], result: "string" } },
  });
  const same = streamOf("abc", "déf").pipeThrough(transformStream(packed, "same"));
  assertEquals(await Array.fromAsync(same), ["abc", "déf"]);
});

Deno.test("a buffer whose size nobody states cannot be filled by chunks", async () => {
  using guest = await load(guestPath("c/passing_data"));
  const stream = streamOf("abc").pipeThrough(textStream(guest, "add_wasm_is_cool"));
  await assertRejects(
    () => Array.fromAsync(stream),
    Error,
    'how many bytes the guest\'s buffer "get_buffer_pointer" holds is not known',
  );
  assertStrictEquals(guest.state, "ready");
});
