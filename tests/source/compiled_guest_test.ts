import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { compile, type CompiledGuest, load, LoadError, type Source } from "../../mod.ts";
import { describeModule } from "../../src/source/compiled_guest.ts";
import { assemble } from "../_wat.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";

const BYTES = await guestBytes("c/echo_length");

/** Loads a compiled guest in a worker, and returns what that reports. */
async function askWorker(compiled: CompiledGuest): Promise<unknown> {
  const worker = new Worker(new URL("_compiled_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(compiled);
    });
  } finally {
    worker.terminate();
  }
}

for (
  const [name, make] of [
    ["a path", () => guestPath("c/echo_length")],
    ["a URL", () => guestUrl("c/echo_length")],
    ["bytes", () => BYTES],
    ["a buffer", () => BYTES.slice().buffer],
    ["a view", () => new DataView(BYTES.slice().buffer)],
    ["a response", () => new Response(BYTES)],
    ["a blob", () => new Blob([BYTES])],
    ["a promise of bytes", () => Promise.resolve(BYTES)],
  ] as [name: string, make: () => Parameters<typeof compile>[0]][]
) {
  Deno.test(`compile() takes ${name}, and load() makes guests of the value`, async () => {
    const compiled = await compile(make());
    assertEquals(compiled.bytes, BYTES);
    using first = await load(compiled);
    using second = await load(compiled);
    assertStrictEquals(first.module, compiled.module);
    assertStrictEquals(second.info, first.info);
    assertEquals(first.passString("a") + second.passString("b"), "ab");
  });
}

/** Guests with different requirements: a memory with limits, text in UTF-16, references, WASI. */
const GUESTS = [
  ["c/echo_length", "echo"],
  ["assemblyscript/strings", "echo"],
  ["wat/js_strings", "echo"],
] as const;

for (const [name, symbol] of GUESTS) {
  Deno.test(`a clone of ${name} makes the same guest as its bytes, without options`, async () => {
    const bytes = await guestBytes(name);
    const compiled = await compile(bytes);
    const clone = structuredClone(compiled);
    assert(clone.module !== compiled.module, "the clone is the module itself");
    using guest = await load(clone);
    using plain = await load(bytes);
    assertEquals(guest.info, plain.info);
    assertEquals(`${guest.convention}`, `${plain.convention}`);
    assertEquals(guest.passString("Grüße 🌍", symbol), "Grüße 🌍");
  });
}

Deno.test("a clone knows the limits of the memory that its guest imports", async () => {
  const clone = structuredClone(await compile(guestPath("c/passing_data")));
  using guest = await load(clone);
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
});

Deno.test("a worker makes a guest of what postMessage gives it", async () => {
  const compiled = await compile(guestPath("c/echo_length"));
  using guest = await load(compiled);
  assertEquals(await askWorker(compiled), [
    "Grüße",
    `${guest.convention}`,
    guest.info!.exports.length,
    guest.memory.size,
  ]);
});

Deno.test("a clone is read once, and its next guests share the result", async () => {
  const clone = structuredClone(await compile(BYTES));
  using first = await load(clone);
  using second = await load(clone);
  using third = await load(clone.module);
  assertStrictEquals(second.info, first.info);
  assertStrictEquals(third.info, first.info);
});

Deno.test("a module with the bytes that it was compiled from is a compiled guest", async () => {
  const { module } = await WebAssembly.instantiate(BYTES);
  using guest = await load({ module, bytes: BYTES });
  assertEquals(guest.passString("x"), "x");
});

Deno.test("the bytes are read before compile() returns, and copied before load() does", async () => {
  const bytes = BYTES.slice();
  const compiling = compile(bytes);
  bytes.fill(0);
  const compiled = await compiling;
  assertEquals(compiled.bytes, BYTES);
  const later = BYTES.slice();
  const { bytes: kept } = await compile(Promise.resolve(later));
  later.fill(0);
  assertEquals(kept, BYTES);
  const clone = structuredClone(compiled);
  using guest = await load(clone);
  clone.bytes.fill(0);
  assertEquals(guest.passString("x"), "x");
});

const module = () => new WebAssembly.Module(BYTES);

const other = await guestBytes("c/passing_data");

/** Values that are not what `compile` makes, and the errors of `load`. */
const FORGED: [name: string, make: () => unknown, message: string][] = [
  [
    "another value for the module",
    () => ({ module: {}, bytes: BYTES }),
    "TypeError: Cannot load a compiled guest: its property module is an object of class Object, expected a " +
    "WebAssembly.Module, as compile() returns it",
  ],
  [
    "no bytes",
    () => ({ module: module() }),
    "TypeError: Cannot load a compiled guest: its property bytes is undefined, expected the bytes that the " +
    "module was compiled from",
  ],
  [
    "another value for the source",
    () => ({ module: module(), bytes: BYTES, source: 1 }),
    "TypeError: Cannot load a compiled guest: its property source is 1, expected a string",
  ],
  [
    "the bytes of another module",
    () => ({ module: module(), bytes: other }),
    "TypeError: Cannot load a compiled guest: its bytes are those of another module (export 0 is " +
    'memory "memory" of the module and function "get_buffer_pointer" of the bytes), expected the ' +
    "bytes that the module was compiled from",
  ],
  [
    "bytes that are not a module",
    () => ({ module: module(), bytes: new TextEncoder().encode("(module)"), source: "a.wat" }),
    "WasmFormatError: Cannot read module at offset 0x0: it is WebAssembly text (WAT), expected a",
  ],
  [
    "bytes that are cut off",
    () => ({ module: module(), bytes: BYTES.subarray(0, 40) }),
    "WasmFormatError: ",
  ],
];

for (const [name, make, message] of FORGED) {
  Deno.test(`a compiled guest with ${name} is refused, and the module stays unknown`, async () => {
    const forged = make() as { module: unknown };
    const error = await load(forged as Source).then(() => "none", String);
    assertEquals(error.slice(0, message.length), message);
    if (!(forged.module instanceof WebAssembly.Module)) return;
    using guest = await load(forged.module);
    assertEquals(guest.info, undefined);
  });
}

Deno.test("a compiled guest is named after its source in errors", async () => {
  // The engine does not instantiate it, because its data lies outside its memory.
  const bytes = assemble('(module (memory 1) (data (i32.const 65536) "x"))');
  const rows = [[undefined, "a compiled module"], ["bytes", "bytes"], ["a.wasm", '"a.wasm"']];
  for (const [source, name] of rows) {
    const { module } = structuredClone(await compile(bytes));
    const given = { module, bytes, ...(source !== undefined && { source }) };
    const error = await assertRejects(() => load(given), LoadError);
    assertEquals(error.message.split(": ")[0], `Cannot instantiate ${name}`);
  }
});

Deno.test("compile() refuses a compiled module, and a value that is not a source", async () => {
  const compiled = await compile(BYTES);
  for (const given of [compiled, compiled.module]) {
    const error = await assertRejects(() => compile(given as never), TypeError);
    assertEquals(
      error.message,
      `Cannot compile an object of class ${given === compiled ? "Object" : "Module"}: it is ` +
        "already compiled, expected a path, a URL, bytes, a Response or a Blob",
    );
  }
  await assertRejects(() => compile(1 as never), TypeError, "the source is 1");
  await assertRejects(() => compile("no/such.wasm"), LoadError, "it does not exist");
});

Deno.test("a module alone shows its imports and exports, and no types", () => {
  const { info, imports, exported, bytes } = describeModule(new WebAssembly.Module(other));
  assertEquals([info, bytes, imports.length, exported.length], [undefined, undefined, 1, 2]);
  assertEquals(imports[0]?.type, undefined);
});
