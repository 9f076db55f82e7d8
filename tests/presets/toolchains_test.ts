import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { canonicalAbi, jsStrings, load, LoadError, wasmBindgen } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const GREETER = "example:text/greeter@1.0.0#";
const live = { name: "live_allocations", parameters: [], result: "u32" } as const;

for (const encoding of ["utf-8", "utf-16"] as const) {
  Deno.test(`a component's core module in ${encoding}: strings, lists and numbers by their names`, async () => {
    using guest = await load(guestPath(`c/canonical_${encoding.replace("-", "")}`), {
      convention: canonicalAbi({ encoding }),
      symbols: {
        repeat: { name: `${GREETER}repeat`, parameters: ["string", "u32"], result: "string" },
        lengthOf: { name: `${GREETER}length-of`, parameters: ["string"], result: "u32" },
        add: { name: `${GREETER}add`, parameters: ["u32", "u32"], result: "u32" },
        reverse: { name: `${GREETER}reverse`, parameters: ["bytes"], result: "bytes" },
        live,
      },
    });
    const { repeat, lengthOf, add, reverse, live: count } = guest.symbols;
    assertEquals([repeat("ø🚀", 2), repeat("a", 0), add(2, 4294967294)], ["ø🚀ø🚀", "", 0]);
    // A string's length counts code units: six in UTF-8, three in UTF-16.
    assertStrictEquals(lengthOf("ø🚀"), encoding === "utf-8" ? 6 : 3);
    assertEquals([reverse(Uint8Array.of(1, 2, 3)), count()], [Uint8Array.of(3, 2, 1), 0]);
    assertEquals([reverse(new Uint8Array()), count()], [new Uint8Array(), 0]);
  });
}

Deno.test("latin1+utf16 is latin1 wherever that carries the text, and tells which it is", async () => {
  using guest = await load(guestPath("c/canonical_latin1_utf16"), {
    convention: canonicalAbi({ encoding: "latin1+utf16" }),
    symbols: { live },
  });
  const texts = ["", "abc", "\x80\xff", "\u0100", "aé漢", "\ud800", "x".repeat(1000) + "漢"];
  for (const text of texts) {
    assertStrictEquals(guest.passString(text, "example:text/greeter#greet"), `Hello, ${text}!`);
    assertStrictEquals(guest.passString(text, "example:text/greeter#widen"), text);
    assertStrictEquals(guest.symbols.live(), 0);
  }
});

Deno.test("a post-return function is called where there is one, also after a failure", async () => {
  /**
   * `make` returns a text, `fail` an error's text with status 1; results without a post-return are
   * counted.
   */
  const module = assemble(`(module
    (memory (export "memory") 1)
    (data (i32.const 16) "\\20\\00\\00\\00\\02\\00\\00\\00")
    (data (i32.const 32) "ok")
    (data (i32.const 64) "\\01\\00\\00\\00\\60\\00\\00\\00\\03\\00\\00\\00")
    (data (i32.const 96) "bad")
    (global $open (mut i32) (i32.const 0))
    (func (export "open") (result i32) (global.get $open))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 128))
    (func (export "make") (param i32 i32) (result i32)
      (global.set $open (i32.add (global.get $open) (i32.const 1)))
      (i32.const 16))
    (func (export "cabi_post_make") (param i32)
      (global.set $open (i32.sub (global.get $open) (i32.const 1))))
    (func (export "fail") (param i32 i32) (result i32)
      (global.set $open (i32.add (global.get $open) (i32.const 1)))
      (i32.const 64))
    (func (export "cabi_post_fail") (param i32)
      (global.set $open (i32.sub (global.get $open) (i32.const 1))))
    (func (export "borrow") (param i32 i32) (result i32) (i32.const 16)))`);
  using guest = await load(module, {
    symbols: {
      open: { parameters: [], result: "u32" },
      fail: {
        parameters: ["string"],
        result: {
          type: "string",
          pointer: { load: "u32", at: "result", offset: 4 },
          length: { load: "u32", at: "result", offset: 8 },
        },
        status: {
          value: { load: "u8", at: "result" },
          fails: "nonzero",
          message: {
            pointer: { load: "u32", at: "result", offset: 4 },
            length: { load: "u32", at: "result", offset: 8 },
          },
        },
      },
    },
  });
  const { open, fail } = guest.symbols;
  assertEquals([guest.passString("", "make"), open()], ["ok", 0]);
  assertEquals([guest.passString("", "borrow"), open()], ["ok", 0]);
  assertEquals([guestErrorOf(() => fail("a")), open()], [
    ["guest-error", 'Cannot complete "fail": bad (the guest returned 1)'],
    0,
  ]);
});

Deno.test("wasm-bindgen's bytes cross as its strings do", async () => {
  using guest = await load(guestPath("c/bindgen_new"), {
    symbols: { echo: { parameters: ["bytes"], result: "bytes" }, live },
  });
  assertEquals([guest.symbols.echo(Uint8Array.of(0, 255)), guest.symbols.live()], [
    Uint8Array.of(0, 255),
    0,
  ]);
});

Deno.test("what needs wasm-bindgen's JavaScript is refused by name, with that advice", async () => {
  const error = await assertRejects(() => load(guestPath("c/bindgen_glue")), LoadError);
  assertStrictEquals(error.code, "imports");
  assertEquals(error.message.split("\n").slice(-3), [
    'import[0] "wbg.__wbindgen_throw" (i32, i32) -> (): missing',
    'import[1] "wbg.__wbg_log_1d3ae0273d8f4f8a" (i32) -> (): missing',
    "It was made by wasm-bindgen to be used with the JavaScript that it wrote: import that instead",
  ]);
});

Deno.test("two allocators under wasm-bindgen's hidden names are an error with an option for each", async () => {
  const module = assemble(`(module
    (memory (export "memory") 1)
    (func (export "__wbindgen_export_0") (param i32 i32) (result i32) (i32.const 16))
    (func (export "__wbindgen_export_1") (param i32 i32 i32))
    (func (export "__wbindgen_export_2") (param i32 i32 i32)))`);
  using guest = await load(module);
  const option = (free: string) =>
    `convention: wasmBindgen({ allocate: "__wbindgen_export_0", free: "${free}" }) ` +
    `("__wbindgen_export_0" and "${free}" have the types of its allocator)`;
  assertEquals(guestErrorOf(() => guest.convention), [
    "ambiguous-convention",
    "Cannot tell how the guest passes text: 2 conventions fit, expected one of the options " +
    `${option("__wbindgen_export_1")} or ${option("__wbindgen_export_2")}`,
  ]);
});

Deno.test("an abort of another type does not tell of AssemblyScript", async () => {
  using guest = await load(
    assemble(`(module (import "env" "abort" (func)) (memory (export "memory") 1)
      (func (export "f") (param i32) (result i32) (local.get 0)))`),
    { imports: { env: { abort: () => {} } } },
  );
  assertEquals(guestErrorOf(() => guest.convention), [
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is recognised, and its " +
    'exported functions are "f", expected an option such as ' +
    'convention: allocator({ allocate: "…", free: "…" }) (by type "f" could allocate) or ' +
    'convention: inPlace({ pointer: "reserve", byteLength: 65536, pass: ["pointer"], ' +
    'result: "terminated" }) (memory that is added, for a guest that has no allocator of its own)',
  ]);
});

/** Toolchains' names on functions of other types, which do not count. */
const OTHER_TYPES = [
  '(func (export "__new") (param i32) (result i32) (i32.const 0))' +
  '(func (export "__pin")) (func (export "__unpin"))',
  '(func (export "__wbindgen_malloc") (result i32) (i32.const 0))',
  '(func (export "cabi_realloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "malloc") (param f64) (result i32) (i32.const 0))',
  '(func (export "malloc_usable_size") (param i32) (result i32) (i32.const 0))',
  '(func (export "alloc") (param i32 i64) (result i32) (i32.const 0))',
  '(func (export "calloc") (param i32 i32) (result i32) (i32.const 0))',
  '(func (export "realloc") (param i32 i32) (result i32) (i32.const 0))',
];

for (const functions of OTHER_TYPES) {
  Deno.test(`the type counts before the name: ${functions}`, async () => {
    using guest = await load(assemble(`(module (memory (export "memory") 1) ${functions})`));
    assertStrictEquals(guestErrorOf(() => guest.convention)[0], "no-convention");
  });
}

/** An export that frees one kind of object does not free blocks. */
const COUNTERPARTS: [functions: string[], option: string][] = [
  [["alloc", "free_string"], 'allocator({ allocate: "alloc" })'],
  [["alloc_string", "free_string"], 'allocator({ allocate: "alloc_string", free: "free_string" })'],
  [["alloc", "free_buffer"], 'allocator({ allocate: "alloc", free: "free_buffer" })'],
  [["wasmAlloc", "wasmFree"], 'allocator({ allocate: "wasmAlloc", free: "wasmFree" })'],
  [["_malloc", "_free"], 'allocator({ allocate: "_malloc", free: "_free" })'],
  [["alloc", "release", "dealloc"], 'allocator({ allocate: "alloc", free: "dealloc" })'],
  [["xalloc", "release", "dealloc"], 'allocator({ allocate: "xalloc" })'],
];

for (const [[allocate, ...frees], option] of COUNTERPARTS) {
  Deno.test(`${allocate} with ${frees.join(" and ")}: ${option}`, async () => {
    const free = frees.map((name) => `(func (export "${name}") (param i32))`).join("");
    using guest = await load(assemble(`(module (memory (export "memory") 1)
      (func (export "${allocate}") (param i32) (result i32) (i32.const 16)) ${free}
      (func (export "use") (param i32 i32)))`));
    assertStrictEquals(`${guest.convention}`, `convention: ${option}`);
  });
}

Deno.test("references cross as they are: text, null where declared, anything as externref", async () => {
  using guest = await load(guestPath("wat/js_strings"), {
    symbols: {
      repeat: { parameters: ["string", "i32"], result: "string" },
      units: { parameters: ["string"], result: "i32" },
      any: { name: "echo", parameters: ["externref"], result: "externref" },
      text: { name: "echo", parameters: ["externref"], result: "string" },
      orNull: {
        name: "echo",
        parameters: [{ type: "string", nullable: true }],
        result: { type: "string", nullable: true },
      },
    },
  });
  const { repeat, units, any, text, orNull } = guest.symbols;
  assertEquals([repeat("\ud800", 2), units("a🚀")], ["\ud800\ud800", 3]);
  const object = {};
  assertStrictEquals(any(object), object);
  assertEquals([orNull(null), orNull("a")], [null, "a"]);
  assertEquals(guestErrorOf(() => text(1)), [
    "invalid-text",
    'Cannot lift the result of "echo": it is 1, expected a string',
  ]);
  assertEquals(guestErrorOf(() => text(null)), [
    "null-pointer",
    'Cannot lift the result of "echo": it is null, expected a string',
  ]);
  const error = assertThrows(() => units(1 as never), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot pass argument 0 to "units": it is 1, expected a string',
  );
  assertThrows(() => guest.passString(1 as never, "echo"), TypeError, "expected a string");
});

Deno.test("a guest that takes references is taken for one of strings only by default", async () => {
  using guest = await load(guestPath("wat/js_strings"), { convention: jsStrings() });
  assertStrictEquals(guest.passString("\ud800", "greet"), "Hello, \ud800!");
  using plain = await load(assemble(`(module
    (func (export "same") (param externref) (result externref) (local.get 0)))`));
  assertEquals([`${plain.convention}`, plain.convention.reason], [
    "convention: jsStrings()",
    '"same" takes and returns externref',
  ]);
  assertStrictEquals(plain.passString("\udc00"), "\udc00");
});

Deno.test("wasm-bindgen's allocator can be said by hand", async () => {
  using guest = await load(guestPath("c/bindgen_renamed"), {
    convention: wasmBindgen({
      allocate: { export: "__wbindgen_export_0", pass: ["byteLength", "align"] },
      free: { export: "__wbindgen_export_2", pass: ["pointer", "byteLength", "align"] },
    }),
  });
  assertStrictEquals(guest.passString("Bob", "greet"), "Hello, Bob!");
});
