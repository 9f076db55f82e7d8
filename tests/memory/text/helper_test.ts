import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createFastUtf16, UTF16_MODULE } from "../../../src/memory/text/fast_utf16.ts";
import {
  createUtf8Helper,
  staging,
  UTF8_DECODE_MODULE,
  UTF8_ENCODE_MODULE,
} from "../../../src/memory/text/helper.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { checkHelper } from "../../../testdata/helper.ts";
import { createSource, type TestSource } from "./_source.ts";

Deno.test("a memory with 32-bit pointers has helpers, a shared or a 64-bit one has none", () => {
  const plain = createUtf8(createSource());
  for (const create of [createUtf8Helper, (of: TestSource) => createFastUtf16(of, plain)]) {
    assert(create(createSource()) !== undefined);
    assertStrictEquals(create(createSource({ shared: true })), undefined);
    assertStrictEquals(create(createSource({ address: "i64" })), undefined);
  }
});

Deno.test("an engine without the builtins has no helpers", async () => {
  const { Module } = WebAssembly;
  const fresh = `../../../src/memory/text/helper.ts?without-builtins`;
  const { createUtf8Helper } = await import(fresh);
  WebAssembly.Module = class extends Module {
    constructor(bytes: BufferSource) {
      super(bytes);
    }
  } as typeof Module;
  try {
    assertStrictEquals(createUtf8Helper(createSource()), undefined);
  } finally {
    WebAssembly.Module = Module;
  }
});

Deno.test("a module is compiled once, at the first use", async () => {
  const { Module } = WebAssembly;
  let compiled = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct(target, args) {
      compiled++;
      return Reflect.construct(target, args);
    },
  });
  try {
    const fresh = `../../../src/memory/text/helper.ts?compiled-once`;
    const helpers = await import(fresh);
    assertStrictEquals(compiled, 0);
    for (let times = 0; times < 3; times++) helpers.createUtf8Helper(createSource());
    assertStrictEquals(compiled, 2);
  } finally {
    WebAssembly.Module = Module;
  }
});

Deno.test("the staging memory is one page, and grows by as many as text wants", () => {
  const { memory } = staging();
  assertStrictEquals(staging().memory, memory);
  // Its first bytes are not for staged text.
  const start = 33_808;
  const rows = [[0, 1], [31_728, 1], [31_729, 2], [31_728, 2], [200_000, 4]] as const;
  for (const [byteLength, pages] of rows) {
    const view = staging().reserve(byteLength);
    assertEquals(
      [view.byteOffset, view.byteLength, view.buffer === memory.buffer],
      [start, pages * 65536 - start, true],
    );
  }
});

Deno.test("the staging memory can grow to the maximum size of a staged text", () => {
  const source = createSource({ pages: 20 });
  for (const unit of ["a", "é", "漢", "🚀"]) {
    for (const byteLength of [270_000, 400_000, 600_000]) {
      const text = unit.repeat(Math.floor(byteLength / new TextEncoder().encode(unit).length));
      const codec = createUtf8(source, { helper: true });
      const bytes = new TextEncoder().encode(text);
      assertStrictEquals(codec.write(text, 0, codec.byteLength(text)), bytes.length);
      assertEquals(source.bytes().slice(0, bytes.length), bytes);
    }
  }
});

Deno.test("the helpers agree with their sources byte by byte", async () => {
  assertEquals(await checkHelper(), []);
});

Deno.test("the helpers import only memories, a number and the engine's builtins for strings", () => {
  const builtin = (name: string) => `wasm:js-string ${name} function`;
  const into = builtin("intoCharCodeArray"), from = builtin("fromCharCodeArray");
  const substring = builtin("substring");
  const guest = "passage guest memory", staging = "passage staging memory";
  const lone = "passage lone global";
  const rows: [base64: string, imports: string[]][] = [
    [UTF8_ENCODE_MODULE, [into, substring, lone, staging, guest]],
    [UTF8_DECODE_MODULE, [from, lone, guest]],
    [UTF16_MODULE, [into, from, substring, guest, staging]],
  ];
  for (const [base64, expected] of rows) {
    const module = new WebAssembly.Module(Uint8Array.fromBase64(base64));
    const imports = WebAssembly.Module.imports(module);
    assertEquals(imports.map(({ module, name, kind }) => `${module} ${name} ${kind}`), expected);
  }
});
