import { assertEquals, assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { noConvention } from "../../src/detect/no_convention.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { evaluate } from "../conventions/_evaluate.ts";

/** The advice on who frees results, after the options that leave it open. */
const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

/** Guests without a detected convention, and the error's suggestions. */
const UNKNOWN: [guest: string, advice: string, option: string][] = [
  [
    "c/allocator_create_buffer",
    'convention: allocator({ allocate: "create_buffer", free: "destroy_buffer", ' +
    `resultsFreedBy: "host" }) (${WHO_FREES})`,
    'allocator({ allocate: "create_buffer", free: "destroy_buffer", result: "packedPointerHigh" })',
  ],
  [
    "c/allocator_minified",
    'convention: allocator({ allocate: "…", free: "…" }) (by type "b" could allocate and ' +
    '"fail_after", "grow_at", "c" could free)',
    'allocator({ allocate: "b", free: "c", result: "packedPointerHigh" })',
  ],
  [
    "c/allocator_realloc",
    'convention: allocator({ allocate: "…", free: "…" }) (by type "reallocate" could allocate ' +
    'and "fail_after", "grow_at", "free" could free)',
    'allocator({ allocate: "reallocate", free: "free", result: "packedPointerHigh" })',
  ],
  [
    "c/allocator_realloc_alone",
    'convention: allocator({ allocate: "…", free: "…" }) (by type "canonical_realloc" could ' +
    'allocate and "fail_after", "grow_at" could free)',
    'allocator({ allocate: "canonical_realloc", result: "packedPointerHigh" })',
  ],
];

for (const [guest, advice, option] of UNKNOWN) {
  Deno.test(`${guest}: nothing is detected, and the error leads to the option`, async () => {
    using unknown = await load(guestPath(guest));
    const [code, message] = guestErrorOf(() => unknown.passString("Bob", "greet"));
    const functions = Object.keys(unknown.exports).filter((name) => name !== "memory");
    assertEquals([code, message], [
      "no-convention",
      "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
      `exported functions are ${functions.map((name) => `"${name}"`).join(", ")}, expected an ` +
      `option such as ${advice} or convention: inPlace({ pointer: "reserve", byteLength: 65536 }) ` +
      "(memory that is added, for a guest that has no allocator of its own) or convention: " +
      'cString(), symbols: { live_allocations: { parameters: [], result: "string" } } ' +
      'if "live_allocations" returns a text',
    ]);
    using said = await load(guestPath(guest), { convention: evaluate(option) });
    assertStrictEquals(said.passString("Bob", "greet"), "Hello, Bob!");
  });
}

Deno.test("the error for AssemblyScript without its runtime says how to compile it", async () => {
  using guest = await load(guestPath("assemblyscript/strings_without_runtime"));
  assertEquals(guestErrorOf(() => guest.passString("Bob", "greet")), [
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
    'exported functions are "greet", "echo", "repeat", "join", "units", "echoOrNull", "version", ' +
    "expected AssemblyScript's --exportRuntime when it is compiled; without it texts come back " +
    "at most, with convention: assemblyScript()",
  ]);
  using said = await load(guestPath("assemblyscript/strings_without_runtime"), {
    convention: evaluate("assemblyScript()"),
    symbols: { version: { parameters: [], result: "string" } },
  });
  assertStrictEquals(said.symbols.version(), "1.0.0");
});

/** The advice for a module. */
function adviceOf(text: string): string | undefined {
  return noConvention(readModule(assemble(`(module ${text})`))).parts.expected;
}

const MEMORY = '(memory (export "memory") 1)';

/** Guests, and the advice for each. */
const ADVICE: readonly (readonly [name: string, text: string, advice: string])[] = [
  [
    "a guest without memory",
    '(func (export "add") (param i32 i64) (result f64) (f64.const 0))',
    "a memory that it exports or imports: it has none, so it takes only numbers, as in symbols: " +
    '{ add: { parameters: ["i32", "i64"], result: "f64" } }',
  ],
  [
    "a guest without memory that takes references",
    '(func (export "use") (param externref))',
    "a memory that it exports or imports: it has none, so it takes only numbers",
  ],
  [
    "a guest that only gives texts",
    `${MEMORY} (func (export "name") (result i32) (i32.const 0))`,
    'convention: cString(), symbols: { name: { parameters: [], result: "string" } } if ' +
    '"name" returns a text',
  ],
  [
    "a guest that gives the length of its text, too",
    `${MEMORY} (func (export "name") (result i32) (i32.const 0))
      (func (export "name_length") (result i32) (i32.const 0))`,
    'symbols: { name: { parameters: [], result: { type: "string", pointer: "result", length: ' +
    '{ export: "name_length" } } } } if "name" returns a text',
  ],
  [
    "a guest of C strings that lets its stack be moved",
    `${MEMORY} (global (export "__stack_pointer") (mut i32) (i32.const 65536))
      (func (export "measure") (param i32) (result i32) (i32.load (local.get 0)))`,
    "convention: cString(), which puts texts on its stack, if they fit there",
  ],
  [
    "a guest of pointers and lengths without an allocator",
    `${MEMORY} (func (export "hash") (param i32 i32) (result f64) (f64.load (local.get 0)))`,
    'an option such as convention: inPlace({ pointer: "reserve", byteLength: 65536 }) (memory ' +
    "that is added, for a guest that has no allocator of its own)",
  ],
  [
    "a plug-in for Extism",
    `(import "extism:host/env" "input_length" (func (result i64))) ${MEMORY}
      (func (export "count_vowels") (result i32) (i32.const 0))`,
    "the package @extism/extism: it is a plug-in for Extism",
  ],
  [
    "a waPC guest",
    `(import "wapc" "__guest_request" (func (param i32 i32))) ${MEMORY}
      (func (export "__guest_call") (param i32 i32) (result i32) (i32.const 1))`,
    "the package @wapc/host: it is a waPC guest",
  ],
  [
    "Go's guest",
    `(import "gojs" "runtime.wasmExit" (func (param i32))) ${MEMORY}
      (func (export "run") (param i32 i32))`,
    "Go's wasm_exec.js, for which it was compiled",
  ],
  [
    "a guest that shows nothing",
    `${MEMORY} (func (export "run") (param f64))`,
    'an option such as convention: staticBuffer({ pointer: "…" }) or convention: allocator({ ' +
    'allocate: "…" })',
  ],
];

for (const [name, text, advice] of ADVICE) {
  Deno.test(`advice for ${name}`, () => assertEquals(adviceOf(text), advice));
}
