import { assertEquals } from "@std/assert";
import { cString, type GuestError, hostFunction, load, type LoadOptions } from "../../mod.ts";
import { loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

// Start functions run while the engine makes the instance, so only an imported memory is known.

/** Imports of a guest that starts by calling the host with strings. */
function starting(lines: string[], size = (text: string, count: number) => text.length * count) {
  const imports = {
    env: {
      log: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
        lines.push(line);
      }),
      size: hostFunction({ parameters: ["string", "i32"], result: "i32" }, size),
      answer: hostFunction({ parameters: ["string"], result: "string" }, (text) => `${text}?`),
    },
  };
  const symbols = { answered: { parameters: [], result: "string" } } as const;
  return { imports, symbols };
}

for (const name of ["starting_imported_memory", "starting_exported"]) {
  Deno.test(`${name}: its start calls host functions with strings`, async () => {
    const lines: string[] = [];
    using guest = await load(guestUrl(`assemblyscript/${name}`), starting(lines));
    assertEquals([lines, guest.symbols.answered()], [["starting"], "30"]);
    guest.reset();
    assertEquals([lines, guest.symbols.answered()], [["starting", "starting"], "30"]);
  });
}

Deno.test("a memory that the caller supplied is known as well", async () => {
  const lines: string[] = [];
  const memory = new WebAssembly.Memory({ initial: 1 });
  using guest = await load(guestUrl("assemblyscript/starting_imported_memory"), {
    ...starting(lines),
    memory,
  });
  assertEquals([lines, guest.symbols.answered()], [["starting"], "30"]);
});

const OWN = "the guest is still being instantiated, and its memory is not known yet, expected a " +
  "guest that imports its memory (asc --importMemory, wasm-ld --import-memory), or exports what " +
  "starts it (asc --exportStart _initialize)";

const EXPORTS = "the guest is still being instantiated, and its exports are not known yet, " +
  "expected a guest that exports what starts it, as _initialize";

/** Guests whose start function cannot get a text, and the reason. */
const REFUSED: [what: string, name: string, size: number, reason: string][] = [
  ["a memory of its own", "starting", 1, `Cannot call import "env.log": ${OWN}`],
  [
    "an answer that its allocator would place",
    "starting_imported_memory",
    -1,
    `Cannot call import "env.answer": ${EXPORTS}`,
  ],
];

for (const [what, name, size, reason] of REFUSED) {
  Deno.test(`the error for ${what} says how to build it differently`, async () => {
    const error = await loadErrorOf(() =>
      load(guestUrl(`assemblyscript/${name}`), starting([], () => size))
    );
    assertEquals([error.code, (error.cause as GuestError).code], ["instantiation", "busy"]);
    assertEquals((error.cause as GuestError).message, reason);
    assertEquals(error.message.endsWith(reason), true);
  });
}

Deno.test("a text can be returned if load() itself calls the export that starts the guest", async () => {
  const guest = assemble(`(module
    (import "env" "answer" (func $answer (result i32)))
    (memory (export "memory") 1)
    (global $got (mut i32) (i32.const 0))
    (func (export "malloc") (param i32) (result i32) (i32.const 64))
    (func (export "free") (param i32))
    (func (export "_initialize") (global.set $got (call $answer)))
    (func (export "first") (result i32) (i32.load8_u (global.get $got))))`);
  const answer = hostFunction({ parameters: [], result: "string" }, () => "A");
  using loaded = await load(guest, {
    convention: cString({ allocate: "malloc", free: "free" }),
    imports: { env: { answer } },
  });
  assertEquals((loaded.exports.first as () => number)(), 65);
});

/** A guest whose start function logs a text, with memories to be inserted. */
const logging = (memories: string, start = "(call $log (i32.const 16) (i32.const 2))") =>
  assemble(`(module
    (import "env" "log" (func $log (param i32 i32)))
    ${memories}
    (data (i32.const 16) "hi")
    (start $start)
    (func $start ${start}))`);

const TEXT = { type: "string", encoding: "utf-8", pass: ["pointer", "byteLength"] } as const;

/** Memories of a guest, and whether the start function's text is known to be in the first one. */
const MEMORIES: [memories: string, options: LoadOptions, known: boolean][] = [
  [`(import "env" "memory" (memory 1))`, {}, true],
  [`(import "env" "memory" (memory 1)) (export "memory" (memory 0))`, {}, true],
  [`(import "env" "memory" (memory 1)) (memory (export "own") 1)`, {}, false],
  [
    `(import "env" "memory" (memory 1)) (memory (export "own") 1)`,
    { memoryName: "env.memory" },
    true,
  ],
  [`(memory (export "memory") 1)`, { memoryName: "memory" }, false],
  [`(memory (export "memory") 1)`, {}, false],
  [`(import "env" "a" (memory 1)) (import "env" "b" (memory 1))`, {}, false],
];

for (const [memories, options, known] of MEMORIES) {
  Deno.test(`${memories} ${options.memoryName ?? ""}: ${known ? "known" : "unknown"}`, async () => {
    const lines: string[] = [];
    const log = hostFunction({ parameters: [TEXT], result: "void" }, (line) => {
      lines.push(line);
    });
    const loading = load(logging(memories), { ...options, imports: { env: { log } } });
    const error = await loading.then(() => undefined, (error) => error.cause as GuestError);
    assertEquals(lines, known ? ["hi"] : []);
    assertEquals(error?.code, known ? undefined : "busy");
  });
}

Deno.test("WASI serves a start function whose memory is known", async () => {
  const guest = assemble(`(module
    (import "wasi_snapshot_preview1" "fd_write"
      (func $write (param i32 i32 i32 i32) (result i32)))
    (import "env" "memory" (memory 1))
    (export "memory" (memory 0))
    (data (i32.const 16) "hi\\n")
    (data (i32.const 0) "\\10\\00\\00\\00\\03\\00\\00\\00")
    (start $start)
    (func $start (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))`);
  using loaded = await load(guest, { wasi: { stdout: "capture" } });
  assertEquals(loaded.wasi?.stdout, "hi\n");
});
