import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { WasmFormatError } from "../../../mod.ts";
import { inspect } from "../../../src/cli/inspect/inspect.ts";
import type { Inspection } from "../../../src/cli/inspect/inspection.ts";
import { assemble } from "../../_wat.ts";
import { BUFFER_GUEST, readGuest, sourceOf } from "./_guests.ts";

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The component model's magic: version 0xd, layer 1. */
const COMPONENT = Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]);

Deno.test("an inspection is JSON with everything that the text shows", async () => {
  const inspection = await inspect(await readGuest("wat/no_memory"), "no_memory.wasm");
  const { convention, ...rest } = inspection;
  const expected: Omit<Inspection, "convention"> = {
    version: 1,
    source: "no_memory.wasm",
    byteLength: 60,
    kind: "module",
    is: "a WebAssembly module",
    producers: [],
    // Two types in 5 + 4 bytes, two bodies of 7 and 4 bytes, and names of 3 and 6 bytes.
    sections: [
      { name: "type", custom: false, offset: 8, byteLength: 13 },
      { name: "function", custom: false, offset: 21, byteLength: 5 },
      { name: "export", custom: false, offset: 26, byteLength: 18 },
      { name: "code", custom: false, offset: 44, byteLength: 16 },
    ],
    imports: [],
    exports: [
      { name: "add", kind: "function", type: "(i32, i32) -> i32" },
      { name: "answer", kind: "function", type: "() -> i32" },
    ],
    memories: [],
    start: false,
    load: 'using guest = await load("no_memory.wasm");',
    functions: [
      {
        name: "add",
        type: "(i32, i32) -> i32",
        role: "numbers",
        declaration: { parameters: ["i32", "i32"], result: "i32" },
        line: "guest.symbols.add(0, 0)",
        needs: 'symbols: { add: { parameters: ["i32", "i32"], result: "i32" } }',
        steps: [
          { step: "check", text: "check that argument 0 is an i32", argument: 0, type: "i32" },
          { step: "check", text: "check that argument 1 is an i32", argument: 1, type: "i32" },
          {
            step: "call",
            text: 'call "add" with argument 0 and argument 1',
            export: "add",
          },
          { step: "read", text: "take the result as an i32", type: "i32", value: "result" },
        ],
      },
      {
        name: "answer",
        type: "() -> i32",
        role: "numbers",
        declaration: { parameters: [], result: "i32" },
        line: "guest.symbols.answer()",
        needs: 'symbols: { answer: { parameters: [], result: "i32" } }',
        steps: [
          { step: "call", text: 'call "answer"', export: "answer" },
          { step: "read", text: "take the result as an i32", type: "i32", value: "result" },
        ],
      },
    ],
  };
  assertEquals(JSON.parse(JSON.stringify(rest)), JSON.parse(JSON.stringify(expected)));
  assertEquals(convention?.problem?.code, "no-convention");
  assertStringIncludes(convention?.problem?.settledBy ?? "", "a memory that it exports or imports");
});

const KINDS: readonly (readonly [kind: string, is: string, bytes: Uint8Array<ArrayBuffer>])[] = [
  ["gzip", "gzipped", await gzip(BUFFER_GUEST)],
  ["text format", "WebAssembly text (WAT)", utf8("(module)")],
  ["html", "an HTML or XML page", utf8("<!doctype html>")],
  ["component", "a component", COMPONENT],
  ["empty", "empty", new Uint8Array()],
  ["truncated", "cut off after 4 bytes", BUFFER_GUEST.slice(0, 4)],
  ["native", "a native program or library (ELF)", utf8("\x7fELF and more")],
  ["unknown", "of no known kind", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
  ["unknown", "of no known kind", Uint8Array.of(0, 0x61, 0x73, 0x6d, 9, 0, 0, 0)],
];

for (const [kind, is, bytes] of KINDS) {
  Deno.test(`a file is identified: ${is}`, async () => {
    const inspection = await inspect(sourceOf(bytes), "file");
    assertEquals([inspection.kind, inspection.is, inspection.functions], [kind, is, []]);
  });
}

Deno.test("object files and dynamic libraries are reported as such", async () => {
  const object = await inspect(await readGuest("c/object_file"), "object.wasm");
  assertEquals([object.kind, object.load], ["object file", undefined]);
  const library = await inspect(await readGuest("c/dynamic_library"), "library.wasm");
  assertEquals(library.kind, "dynamic library");
  assertStringIncludes(library.hint ?? "", "link it into a program");
});

Deno.test("the sections of a component are listed", async () => {
  const bytes = Uint8Array.of(...COMPONENT, 1, 8, ...BUFFER_GUEST.subarray(0, 8), 0, 3, 2, 97, 98);
  const { sections } = await inspect(sourceOf(bytes), "component.wasm");
  assertEquals(sections, [
    { name: "core module", custom: false, offset: 8, byteLength: 10 },
    { name: "ab", custom: true, offset: 18, byteLength: 5 },
  ]);
});

Deno.test("no code of the guest runs: neither its start function nor its initialisation", async () => {
  const started = await inspect(await readGuest("wat/trap_in_start"), "start.wasm");
  assertEquals([started.problem, started.start], [undefined, true]);
  const { problem } = await inspect(await readGuest("wat/trap_in_initialize"), "initialize.wasm");
  assertEquals(problem, undefined);
});

Deno.test("a module that cannot be instantiated is shown as far as it can be read", async () => {
  const bytes = assemble(`(module (memory 1) (data (i32.const 65536) "x")
    (func (export "run") (param i32)))`);
  const { problem, exports, functions, kind } = await inspect(sourceOf(bytes), "guest.wasm");
  assertEquals([kind, problem?.code, functions], ["module", "instantiation", []]);
  assertEquals(exports, [{ name: "run", kind: "function", type: "(i32) -> ()" }]);
});

Deno.test("a malformed module is an error with its offset", async () => {
  const bytes = BUFFER_GUEST.slice(0, -1);
  await assertRejects(() => inspect(sourceOf(bytes), "guest.wasm"), WasmFormatError);
});
