import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { adopt, type AdoptOptions, compile, load, LoadError, staticBuffer } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const BYTES = await guestBytes("c/traps");

const MODULE = new WebAssembly.Module(BYTES);

const instantiate = () => new WebAssembly.Instance(MODULE);

const known = await load(BYTES);

/** The source of an instance, in every form. */
const SOURCES: [name: string, source: AdoptOptions["source"]][] = [
  ["its path", guestPath("c/traps")],
  ["its bytes", BYTES],
  ["its module, which Passage has compiled", known.module],
  ["a compiled guest", await compile(BYTES)],
  ["its module and its bytes", { module: MODULE, bytes: BYTES }],
];

for (const [name, source] of SOURCES) {
  Deno.test(`an instance is adopted with ${name}, and text passes without further options`, async () => {
    const instance = instantiate();
    using guest = await adopt(instance, { source });
    assertStrictEquals(guest.instance, instance);
    assertStrictEquals(guest.exports, instance.exports);
    assertEquals(guest.info, known.info);
    for (let call = 0; call < 120; call++) {
      assertEquals(guest.passString("x", "transform"), "xWASM is cool!");
    }
    assertEquals(guest.state, "ready");
  });
}

Deno.test("an adopted guest has symbols, is poisoned by a trap, and cannot be reset", async () => {
  using guest = await adopt(instantiate(), {
    source: BYTES,
    symbols: { transform: { parameters: ["string"], result: "string" } },
  });
  const { transform } = guest.symbols;
  assertEquals(transform("a"), "aWASM is cool!");
  assertEquals(guestErrorOf(() => guest.passString("x", "trap_divide"))[0], "trap");
  assertEquals(guest.state, "poisoned");
  assertEquals(guestErrorOf(() => transform("a"))[0], "poisoned");
  assertEquals(guestErrorOf(() => guest.reset()), [
    "adopted",
    "Cannot reset the guest: it was adopted, expected a guest that load() instantiates",
  ]);
  guest.close();
  assertEquals(guest.state, "disposed");
});

Deno.test("without its source, an instance is adopted with a convention that leaves nothing open", async () => {
  const pass = ["byteLength"] as const;
  using guest = await adopt(instantiate(), {
    convention: staticBuffer({ pointer: "get_buffer_pointer", pass }),
  });
  assertEquals(guest.passString("x", "transform"), "xWASM is cool!");
  assertEquals(guest.info, undefined);
  const error = assertThrows(() => guest.module, TypeError);
  assertEquals(
    error.message,
    "Cannot return the guest's module: an instance does not show it, expected the option source of " +
      "adopt()",
  );
  using bare = await adopt(instantiate());
  assertEquals(guestErrorOf(() => bare.passString("x", "transform")), [
    "no-convention",
    "Cannot tell how the guest passes text: the types of an instance are unknown, expected the " +
    "option convention",
  ]);
});

Deno.test("adopt() calls no export of the guest, neither _initialize nor a getter", async () => {
  const bytes = assemble(`(module
    (memory (export "memory") 1)
    (global $count (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $count (i32.add (global.get $count) (i32.const 1))))
    (func (export "count") (result i32) (global.get $count)))`);
  const { instance } = await WebAssembly.instantiate(bytes);
  using guest = await adopt(instance, {
    source: bytes,
    symbols: { count: { parameters: [], result: "u32" } },
  });
  assertEquals(guest.symbols.count(), 0);
  using loaded = await load(bytes, { symbols: { count: { parameters: [], result: "u32" } } });
  assertEquals(loaded.symbols.count(), 1);
});

const IMPORTING = await guestBytes("c/passing_data");

Deno.test("a memory that the instance imports is an option, and its absence is an error", async () => {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256 });
  const { instance } = await WebAssembly.instantiate(IMPORTING, { env: { memory } });
  using guest = await adopt(instance, { source: IMPORTING, memory });
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
  const error = await assertRejects(() => adopt(instance, { source: IMPORTING }), LoadError);
  assertEquals([error.code, error.message], [
    "memory",
    'Cannot find the guest\'s memory: it imports "env.memory", and an instance does not show its ' +
    "imports, expected the option memory",
  ]);
});

Deno.test("among several memories the option memoryName chooses", async () => {
  const bytes = assemble(`(module
    (memory (export "a") 1) (memory (export "b") 2))`);
  const { instance } = await WebAssembly.instantiate(bytes);
  using guest = await adopt(instance, { memoryName: "b" });
  assertEquals(guest.memory.size, 2 * 65536);
  await assertRejects(() => adopt(instance), LoadError, 'it has "a", "b"');
});

/** Wrong uses of `adopt`, and the errors. */
const REFUSED: [name: string, instance: () => unknown, options: unknown, message: string][] = [
  [
    "a module",
    () => MODULE,
    {},
    "Cannot adopt an object of class Module: expected a WebAssembly.Instance",
  ],
  [
    "the result of WebAssembly.instantiate",
    () => ({ module: MODULE, instance: instantiate() }),
    {},
    "Cannot adopt an object of class Object: expected a WebAssembly.Instance, such as the instance " +
    "of this object",
  ],
  [
    "the source of another guest",
    instantiate,
    { source: IMPORTING },
    'Cannot adopt the instance: it lacks function "add_wasm_is_cool", which its source exports, ' +
    "expected the source that it was made of",
  ],
  [
    "another memory than it exports",
    instantiate,
    { source: BYTES, memory: new WebAssembly.Memory({ initial: 1 }) },
    'Cannot adopt the instance: the option memory is another one than it exports as "memory", ' +
    "expected no such option",
  ],
  [
    "options of load()",
    instantiate,
    { imports: {}, missing: "trap", wasi: {}, memory: { initial: 1 }, bytes: BYTES },
    `Cannot adopt the instance:
option imports is unknown, expected it where the instance is made: its imports are linked already
option missing is unknown, expected it where the instance is made: its imports are linked already
option wasi is unknown, expected it where the instance is made: its imports are linked already
option bytes is unknown, did you mean "source"?
option memory is an object of class Object, expected the WebAssembly.Memory that the instance imports`,
  ],
];

for (const [name, make, options, message] of REFUSED) {
  Deno.test(`adopt() refuses ${name}`, async () => {
    const error = await assertRejects(() => adopt(make() as never, options as never), TypeError);
    assertEquals(error.message, message);
  });
}

Deno.test("a source with fewer exports than the instance is refused", async () => {
  const one = assemble('(module (func (export "f")))');
  const two = assemble('(module (func (export "f")) (func (export "g")))');
  const { instance } = await WebAssembly.instantiate(two);
  const error = await assertRejects(() => adopt(instance, { source: one }), TypeError);
  assert(error.message.includes('it exports function "g", which its source lacks'), error.message);
});

Deno.test("the types of an adopted guest's symbols follow from the declarations", async () => {
  using guest = await adopt(instantiate(), {
    source: BYTES,
    symbols: { transform: { parameters: ["string"], result: "string" } },
  });
  const text: string = guest.symbols.transform("a");
  assertEquals(text, "aWASM is cool!");
  // @ts-expect-error: it takes one text
  assertThrows(() => guest.symbols.transform(1), TypeError);
  // @ts-expect-error: it is not declared
  assertEquals(guest.symbols.other, undefined);
});
