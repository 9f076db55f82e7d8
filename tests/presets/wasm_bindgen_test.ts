import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { load, LoadError, wasmBindgen } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const live = { name: "live_allocations", parameters: [], result: "u32" } as const;

Deno.test("wasm-bindgen's bytes cross as its strings do", async () => {
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
  // What every guest imports is provided: __wbindgen_throw.
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
