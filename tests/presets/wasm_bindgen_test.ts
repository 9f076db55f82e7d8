import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { load, LoadError, wasmBindgen } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const live = { name: "live_allocations", parameters: [], result: "u32" } as const;

Deno.test("bytes are passed to wasm-bindgen's guests like strings", async () => {
  using guest = await load(guestPath("c/bindgen_new"), {
    symbols: { echo: { parameters: ["bytes"], result: "bytes" }, live },
  });
  assertEquals([guest.symbols.echo(Uint8Array.of(0, 255)), guest.symbols.live()], [
    Uint8Array.of(0, 255),
    0,
  ]);
});

Deno.test("wasm-bindgen's allocator can be set by hand", async () => {
  using guest = await load(guestPath("c/bindgen_renamed"), {
    convention: wasmBindgen({
      allocate: { export: "__wbindgen_export_0", pass: ["byteLength", "align"] },
      free: { export: "__wbindgen_export_2", pass: ["pointer", "byteLength", "align"] },
    }),
  });
  assertStrictEquals(guest.passString("Bob", "greet"), "Hello, Bob!");
});

Deno.test("exports that need wasm-bindgen's JavaScript are refused by name, with that advice", async () => {
  const error = await assertRejects(() => load(guestPath("c/bindgen_glue")), LoadError);
  assertStrictEquals(error.code, "imports");
  // The import that every guest has is provided: __wbindgen_throw.
  assertEquals(error.message.split("\n").slice(1), [
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

/**
 * The code that wasm-bindgen generates for `fn doubled(numbers: &[f64]) -> Vec<f64>`, whose
 * JavaScript passes `numbers.length`, and frees `length * 8` bytes of what comes back.
 */
const DOUBLED = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (global $size (export "size") (mut i32) (i32.const 0))
  (global $align (export "align") (mut i32) (i32.const 0))
  (global $freed (export "freed") (mut i32) (i32.const 0))
  (func $malloc (export "__wbindgen_malloc") (param $size i32) (param $align i32) (result i32)
    (if (i32.ne (local.get $align) (i32.const 8)) (then unreachable))
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size))))
  (func $free (export "__wbindgen_free") (param i32 i32 i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 1)))
    (global.set $size (local.get 1))
    (global.set $align (local.get 2)))
  (func (export "doubled") (param $from i32) (param $count i32) (result i32 i32)
    (local $to i32) (local $at i32)
    (local.set $to (call $malloc (i32.mul (local.get $count) (i32.const 8)) (i32.const 8)))
    (loop $next
      (if (i32.lt_u (local.get $at) (i32.mul (local.get $count) (i32.const 8))) (then
        (f64.store (i32.add (local.get $to) (local.get $at))
          (f64.mul (f64.load (i32.add (local.get $from) (local.get $at))) (f64.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next))))
    (local.get $to) (local.get $count)))`);

Deno.test("the length of wasm-bindgen's slices is a number of elements", async () => {
  const numbers = { type: "array", element: "f64" } as const;
  using guest = await load(DOUBLED, {
    symbols: { doubled: { parameters: [numbers], result: numbers } },
  });
  const { size, align, freed } = guest.exports as Record<string, WebAssembly.Global>;
  for (let call = 1; call <= 120; call++) {
    assertEquals(guest.symbols.doubled([1.5, call, -3]), Float64Array.of(3, 2 * call, -6));
    // The guest frees its argument itself, and the host the result.
    assertEquals([freed!.value, size!.value, align!.value], [call, 3 * 8, 8]);
  }
});
