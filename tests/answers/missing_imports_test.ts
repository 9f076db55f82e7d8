import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError } from "../../mod.ts";
import { leb } from "../binary/_build.ts";
import { missingAdvice } from "../_errors.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// Guests that need other JavaScript, or that are not whole programs: the error names their kind,
// and what to do.

/** Makes a module that imports functions without parameters and results, by module and name. */
function importing(...names: readonly (readonly [module: string, name: string])[]): Uint8Array {
  const imports = names.map(([module, name]) => `(import "${module}" "${name}" (func))`);
  return assemble(`(module ${imports.join("\n")} (memory (export "memory") 1))`);
}

/** Adds a custom section of two bytes to `bytes`. */
function withSection(bytes: Uint8Array, name: string): Uint8Array {
  const utf8 = [...new TextEncoder().encode(name)];
  const contents = [...leb(utf8.length), ...utf8, 2, 0];
  return Uint8Array.from([...bytes, 0, ...leb(contents.length), ...contents]);
}

const LIBRARY = "It is a dynamic library: link it as a program of its own, without -shared and " +
  "-sSIDE_MODULE";
const OBJECT =
  "It is an object file: link it first, such as with `wasm-ld --no-entry --export-all`";
const UNPROCESSED =
  "It was compiled with the crate wasm-bindgen and was not processed by its tool: " +
  "run `wasm-pack build` or `wasm-bindgen`, and import the JavaScript that it writes";
const BINDGEN =
  "It was made by wasm-bindgen to be used with the JavaScript that it wrote: import " +
  "that instead";
const GO =
  "It was compiled by Go to be used with its wasm_exec.js (gojs): run it with that, or compile it " +
  "with `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared` and //go:wasmexport";
const TINYGO =
  "It was compiled by TinyGo to be used with its wasm_exec.js (gojs): run it with that, or " +
  "compile it with `tinygo build -target=wasip1 -buildmode=c-shared`";
const EXTISM = "It is a plug-in for Extism, whose input and output pass through functions of the " +
  "host: load it with the package @extism/extism";
const LOG = missingAdvice("{ env: { log: (...args) => console.log(args) } }");
const WAPC = "It is a waPC guest, which fetches its input by __guest_request when __guest_call " +
  "calls it: load it with the package @wapc/host";
const COMPONENT =
  "It is a core module of a component: make JavaScript of the whole component with " +
  "`jco transpile`, and import that";
const SWIFT =
  "It was compiled by Swift to be used with JavaScriptKit: load it with the JavaScript " +
  "of that package";
const COMPILED = "It was compiled to be used with the JavaScript that its compiler wrote: import " +
  "that instead";
const STANDALONE = "link it with `emcc -sSTANDALONE_WASM --no-entry -o guest.wasm`";
const EMSCRIPTEN = "It was compiled by Emscripten to be used with the JavaScript that it wrote: " +
  `import that instead, or ${STANDALONE}`;
const MINIFIED = "It looks like Emscripten's output with shortened names, to be used with the " +
  `JavaScript that it wrote: import that instead, or ${STANDALONE}, which keeps names`;

const ROWS: readonly [name: string, guest: Uint8Array, advice: string | undefined][] = [
  ["clang's object file", await guestBytes("c/object_file"), OBJECT],
  ["clang's dynamic library", await guestBytes("c/dynamic_library"), LIBRARY],
  [
    "an older dynamic library",
    withSection(importing(["GOT.mem", "buffer"], ["GOT.func", "upper"]), "dylink"),
    LIBRARY,
  ],
  ["Go's guest", importing(["gojs", "runtime.wasmExit"], ["gojs", "syscall/js.valueGet"]), GO],
  ["an older Go's guest", importing(["go", "debug"], ["go", "runtime.nanotime1"]), GO],
  [
    "TinyGo's guest",
    assemble(`(module
      (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
      (import "gojs" "syscall/js.finalizeRef" (func (param i64)))
      (memory (export "memory") 1))`),
    TINYGO,
  ],
  ["an Extism plug-in", importing(["extism:host/env", "input_length"]), EXTISM],
  ["an Extism plug-in with functions", importing(["extism:host/user", "kv_read"]), EXTISM],
  ["an older Extism plug-in", importing(["env", "extism_input_length"]), EXTISM],
  ["a waPC guest", importing(["wapc", "__guest_request"], ["wapc", "__host_call"]), WAPC],
  [
    "what cargo makes",
    withSection(
      importing(["__wbindgen_placeholder__", "__wbindgen_throw"]),
      "__wasm_bindgen_unstable",
    ),
    UNPROCESSED,
  ],
  [
    "output of wasm-bindgen for Node",
    importing(["__wbindgen_placeholder__", "__wbindgen_throw"]),
    BINDGEN,
  ],
  ["output of wasm-pack", importing(["./guest_bg.js", "__wbg_log_1d3ae0273d8f4f8a"]), BINDGEN],
  ["output of wasm-bindgen for pages", importing(["wbg", "__wbindgen_throw"]), BINDGEN],
  ["a component's core module", importing(["wasi:cli/stdout@0.2.3", "get-stdout"]), COMPONENT],
  ["a component's own interface", importing(["docs:adder/host", "log"]), COMPONENT],
  ["a component's plain functions", importing(["$root", "log"]), COMPONENT],
  ["a component's resources", importing(["[export]a:b/c", "[resource-new]d"]), COMPONENT],
  ["Swift's guest", importing(["javascript_kit", "swjs_get_prop"]), SWIFT],
  ["Kotlin's guest", importing(["js_code", "kotlin.captureStackTrace"]), COMPILED],
  ["Dart's guest", importing(["dart2wasm", "_1"]), COMPILED],
  ["Java's guest", importing(["teavmMath", "sin"]), COMPILED],
  [
    "Emscripten's guest",
    importing(["env", "invoke_vi"], ["env", "__syscall_openat"], ["env", "log"]),
    EMSCRIPTEN,
  ],
  ["Emscripten's guest with bindings", importing(["env", "_emval_decref"]), EMSCRIPTEN],
  ["Emscripten's guest with short names", importing(["a", "a"], ["a", "b"], ["a", "Z"]), MINIFIED],
  ["a guest of nobody in particular", importing(["env", "log"], ["host", "now"]), LOG],
  [
    "a guest of two modules with short names",
    importing(["a", "a"], ["b", "b"]),
    LOG.replace("env: { log", "a: { a"),
  ],
];

for (const [name, guest, advice] of ROWS) {
  Deno.test(`the error for missing imports recognises ${name}`, async () => {
    for (const source of [guest, await WebAssembly.compile(guest as BufferSource)]) {
      const error = await assertRejects(() => load(source as Uint8Array), LoadError);
      const lines = error.message.split("\n");
      assertEquals(
        [error.code, lines[0], lines.at(-1)],
        ["imports", "Cannot satisfy the guest's imports:", advice],
      );
    }
  });
}

Deno.test("the first lines name the missing imports, and the problems contain no advice", async () => {
  const error = await assertRejects(() => load(importing(["wapc", "__host_call"])), LoadError);
  const problem = 'import[0] "wapc.__host_call" () -> (): missing';
  assertEquals(error.problems, [problem]);
  assertEquals(error.message, `Cannot satisfy the guest's imports:\n${problem}\n${WAPC}`);
});

Deno.test("a missing import that is not Emscripten's is not taken for one of its", async () => {
  const guest = assemble(`(module
    (import "env" "emscripten_get_now" (func (result f64)))
    (import "env" "log" (func (param i32)))
    (memory (export "memory") 1))`);
  const error = await assertRejects(() => load(guest), LoadError);
  assertEquals(
    error.message,
    `Cannot satisfy the guest's imports:\nimport[1] "env.log" (i32) -> (): missing\n${LOG}`,
  );
});

Deno.test("an import that does not fit does not lead to advice about the guest's origin", async () => {
  const imports = { gojs: { "runtime.wasmExit": 5 } };
  const error = await assertRejects(
    () => load(importing(["gojs", "runtime.wasmExit"]), { imports }),
    LoadError,
  );
  assertEquals(
    error.message,
    "Cannot satisfy the guest's imports:\n" +
      'import[0] "gojs.runtime.wasmExit" () -> (): it is 5, expected a function',
  );
});

Deno.test("an object file without imports is recognised, too", async () => {
  using guest = await load(withSection(importing(), "linking"));
  assertEquals(
    await outcome(() => guest.passString("x")),
    new Thrown(
      "GuestError",
      "no-convention",
      "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
        "exported functions are none, expected a linked program, such as by " +
        "`wasm-ld --no-entry --export-all`: it is an object file",
    ),
  );
});
