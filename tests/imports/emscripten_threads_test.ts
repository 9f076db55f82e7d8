import { assertEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const SYMBOLS = {
  add: { parameters: ["i32"], result: "i32" },
  add_own: { parameters: ["i32"], result: "i32" },
  spawn: { parameters: [], result: "i32" },
} as const;

Deno.test("a guest with threads runs on the caller's thread, and cannot start another one", async () => {
  using guest = await load(guestUrl("emscripten_js/threads"), { symbols: SYMBOLS });
  assertEquals([guest.symbols.add(2), guest.symbols.add(3)], [2, 5]);
  assertEquals([guest.symbols.add_own(1), guest.symbols.add_own(1)], [8, 9]);
  assertEquals(guest.symbols.spawn(), 6); // EAGAIN
  assertEquals(guest.symbols.add(1), 6);
  guest.reset();
  assertEquals([guest.symbols.add(1), guest.symbols.add_own(0)], [1, 7]);
});

/** Imports of other versions, and what they return. */
const PROVIDED = assemble(`(module
  (import "env" "memory" (memory 1 1 shared))
  (import "env" "__clock_gettime" (func $clock (param i32 i32) (result i32)))
  (import "env" "_emscripten_init_main_thread_js" (func $start (param i32)))
  (import "env" "_emscripten_thread_mailbox_await" (func $await (param i32)))
  (import "env" "emscripten_webgl_create_context" (func $context (param i32 i32) (result i32)))
  (import "env" "emscripten_unwind_to_js_event_loop" (func $unwind))
  (import "env" "exit" (func $exit (param i32)))
  (global $got (export "got") (mut i32) (i32.const 0))
  (func (export "_emscripten_thread_init") (param i32 i32 i32 i32 i32 i32)
    (global.set $got (i32.add (local.get 4) (i32.add (local.get 0) (local.get 5)))))
  (func (export "_emscripten_tls_init")
    (global.set $got (i32.add (global.get $got) (i32.const 1000000))))
  (func (export "_initialize") (call $start (i32.const 3)) (call $await (i32.const 3)))
  (func (export "clock") (param i32) (result i32) (call $clock (local.get 0) (i32.const 8)))
  (func (export "context") (result i32) (call $context (i32.const 0) (i32.const 0)))
  (func (export "unwind") (call $unwind))
  (func (export "exit") (param i32) (call $exit (local.get 0))))`);

Deno.test("the names of newer versions are known, with the size of stacks", async () => {
  using guest = await load(PROVIDED);
  const call = (name: string, ...args: number[]) =>
    (guest.exports[name] as (...args: number[]) => number)(...args);
  assertEquals((guest.exports.got as WebAssembly.Global).value, 1065539);
  assertEquals([call("clock", 0), call("context")], [0, 0]);
  const seconds = guest.memory.read("u32", 8) as number;
  assertEquals(Math.abs(seconds - Date.now() / 1000) < 5, true);
  assertEquals((guest.memory.read("u32", 12) as number) < 1e9, true);
  assertEquals(guestErrorOf(() => call("exit", 3)), [
    "exited",
    "Cannot continue: the guest exited with code 3, expected reset() first",
  ]);
  assertEquals(guest.state, "exited");
  guest.reset();
  assertEquals(guestErrorOf(() => call("unwind"))[0], "abort");
});

Deno.test("a guest that cannot start its main thread is refused", async () => {
  const guest = assemble(`(module
    (import "env" "__emscripten_init_main_thread_js" (func (param i32)))
    (import "env" "__pthread_create_js" (func (param i64))))`);
  const { problems } = await loadErrorOf(() => load(guest));
  assertEquals(problems, [
    'import[0] "env.__emscripten_init_main_thread_js" (i32) -> (): Cannot start the guest\'s main ' +
    'thread: it exports no "_emscripten_thread_init", expected ' +
    "-sEXPORTED_FUNCTIONS=__emscripten_thread_init when it is linked",
    'import[1] "env.__pthread_create_js" (i64) -> (): missing',
  ]);
});

Deno.test("an older version, which takes no stack size, is started without profiling", async () => {
  using guest = await load(assemble(`(module
    (import "env" "__emscripten_init_main_thread_js" (func $start (param i32)))
    (global $profiles (export "profiles") (mut i32) (i32.const -1))
    (func (export "_emscripten_thread_init") (param i32 i32 i32 i32 i32)
      (global.set $profiles (local.get 4)))
    (func (export "_initialize") (call $start (i32.const 3))))`));
  assertEquals((guest.exports.profiles as WebAssembly.Global).value, 0);
});
