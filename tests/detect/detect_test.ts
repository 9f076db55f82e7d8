import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { load } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { readModule } from "../../src/binary/module.ts";
import { detectConvention } from "../../src/detect/detect.ts";
import { noConvention } from "../../src/detect/no_convention.ts";
import { build, type Part, section } from "../binary/_build.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** The detected conventions, each as the option for it, and the reasons. */
function detected(bytes: Uint8Array): [option: string, reason: string] {
  const info = readModule(bytes);
  const found = detectConvention(info) ?? noConvention(info);
  return found instanceof Problem
    ? [found.parts.code, found.message]
    : [found.convention.expression, found.reason];
}

const takesNothing = (name: string) =>
  `${JSON.stringify(name)} takes nothing and returns a pointer`;

/** The static buffers of the fixtures. */
const GUESTS: [guest: string, pointer: string, reason: string][] = [
  ["c/passing_data", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["c/passing_data_symbol", "buffer", 'global "buffer" names a buffer'],
  ["c/passing_data_getter_and_symbol", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["c/echo_pointer", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["c/memory_64_own", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["c/two_transforms", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["c/bounds_next_symbol", "buffer", 'global "buffer" names a buffer'],
  ["c/startup_command", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["wat/value_globals", "BUFFER", 'global "BUFFER" names a buffer'],
  ["wat/value_globals_mutable", "BUFFER", 'global "BUFFER" names a buffer'],
  ["wat/odd_signatures", "get_buffer_pointer", takesNothing("get_buffer_pointer")],
  ["assemblyscript/static_buffer", "BUFFER", 'global "BUFFER" names a buffer'],
  ["assemblyscript/static_array", "BUFFER", 'global "BUFFER" names a buffer'],
];

for (const [guest, pointer, reason] of GUESTS) {
  Deno.test(`${guest} has a static buffer: ${reason}`, async () => {
    assertEquals(detected(await guestBytes(guest)), [
      `staticBuffer({ pointer: ${JSON.stringify(pointer)} })`,
      reason,
    ]);
  });
}

/**
 * Makes a module that exports getters `() -> i32`, globals, and `transform (i32) -> i32`; every
 * function traps.
 */
function moduleOf(getters: readonly string[], globals: readonly string[] = []): Uint8Array {
  const functions: Part[] = getters.map((name, index) => [name, 0, index]);
  return build(
    section(1, 2, [0x60, 0, 1, 0x7f], [0x60, 1, 0x7f, 1, 0x7f]),
    section(3, getters.length + 1, getters.map(() => 0), 1),
    section(5, 1, 0, 1),
    section(6, globals.length, globals.map(() => [0x7f, 0, 0x41, 16, 0x0b])),
    section(
      7,
      getters.length + globals.length + 2,
      functions,
      globals.map((name, index) => [name, 3, index]),
      ["transform", 0, getters.length],
      ["memory", 2, 0],
    ),
    section(
      10,
      getters.length + 1,
      Array.from({ length: getters.length + 1 }, () => [3, 0, 0, 0x0b]),
    ),
  );
}

/** Names of buffers, in the spellings of several toolchains. */
const NAMES: [getters: string[], globals: string[], pointer: string][] = [
  [["get_buffer_pointer"], [], "get_buffer_pointer"],
  [["getBufferPointer"], [], "getBufferPointer"],
  [["buffer"], [], "buffer"],
  [["get_ptr"], [], "get_ptr"],
  [["inputPtr"], [], "inputPtr"],
  [["input_address"], [], "input_address"],
  [["BUFFER_ADDR"], [], "BUFFER_ADDR"],
  [["get_text"], [], "get_text"],
  [["scratch"], [], "scratch"],
  [[], ["buffer"], "buffer"],
  [[], ["inputBuffer"], "inputBuffer"],
  [["get_buffer"], ["buffer"], "get_buffer"],
  [["get_buffer", "get_buffer_size"], [], "get_buffer"],
  [["get_buffer", "get_buffer_len", "bufferCapacity"], ["MAX_BUFFER_SIZE"], "get_buffer"],
  [["get_buffer", "get_data"], [], "get_buffer"],
  [["get_buffer", "get_error_pointer"], [], "get_buffer"],
];

for (const [getters, globals, pointer] of NAMES) {
  Deno.test(`${pointer} is the buffer among ${[...getters, ...globals].join(", ")}`, () => {
    assertStrictEquals(
      detected(moduleOf(getters, globals))[0],
      `staticBuffer({ pointer: ${JSON.stringify(pointer)} })`,
    );
  });
}

/** The option for a guest that writes its result to another buffer than its argument's. */
const outputOption = (output: string) =>
  'staticBuffer({ pointer: "get_input_buffer", result: { results: ["n"], ' +
  `text: { pointer: { export: "${output}" }, length: "result" }, ` +
  'status: { value: "result", fails: "negative" } } })';

Deno.test("a result is read from the buffer that is named for output", async () => {
  // The input is at 16, the output at 32; `transform` makes the first byte an "A".
  const bytes = build(
    section(1, 2, [0x60, 0, 1, 0x7f], [0x60, 1, 0x7f, 1, 0x7f]),
    section(3, 3, 0, 0, 1),
    section(5, 1, 0, 1),
    section(
      7,
      4,
      ["memory", 2, 0],
      ["get_input_buffer", 0, 0],
      ["get_output_buffer", 0, 1],
      ["transform", 0, 2],
    ),
    section(
      10,
      3,
      [4, 0, 0x41, 16, 0x0b],
      [4, 0, 0x41, 32, 0x0b],
      [
        ...[22, 0, 0x41, 32, 0x41, 16, 0x20, 0, 0xfc, 10, 0, 0],
        ...[0x41, 32, 0x41, 0xc1, 0, 0x3a, 0, 0, 0x20, 0, 0x0b],
      ],
    ),
  );
  assertEquals(detected(bytes), [
    outputOption("get_output_buffer"),
    '"get_input_buffer" takes nothing and returns a pointer, and "get_output_buffer" gives the ' +
    "address of the output",
  ]);
  using guest = await load(bytes);
  assertStrictEquals(guest.passString("abc"), "Abc");
  assertStrictEquals(guest.memory.readCString(16), "abc");
});

Deno.test("one of two output buffers has to be chosen", async () => {
  const getters = ["get_input_buffer", "get_output_buffer", "result_ptr", "last_error_ptr"];
  const module = `(module (memory (export "memory") 1)
    ${
    getters.map((name, index) =>
      `(func (export "${name}") (result i32) (i32.const ${64 * (index + 1)}))`
    ).join(" ")
  }
    (func (export "transform") (param i32) (result i32) (local.get 0)))`;
  using guest = await load(assemble(module));
  const [code, message] = guestErrorOf(() => guest.passString("abc"));
  assertStrictEquals(code, "ambiguous-convention");
  for (const output of ["get_output_buffer", "result_ptr"]) {
    assertStringIncludes(message, `convention: ${outputOption(output)}`);
  }
  assertStrictEquals(message.includes("last_error_ptr"), false);
});

Deno.test("an export without a buffer's name is not one, and the error lists the exports", () => {
  assertEquals(detected(moduleOf(["version", "get_size"], ["__heap_base", "TABLE"])), [
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
    'exported functions are "version", "get_size", "transform", expected an option such as ' +
    'convention: staticBuffer({ pointer: "…" }) (by type "TABLE" could return the pointer) or ' +
    'convention: allocator({ allocate: "…", free: "…" }) (by type "transform" could allocate) or ' +
    'convention: inPlace({ pointer: "reserve", byteLength: 65536, pass: ["pointer"], ' +
    'result: "terminated" }) (memory that is added, for a guest that has no allocator of its ' +
    'own) or convention: cString(), symbols: { version: { parameters: [], result: "string" ' +
    '} } if "version" returns a text',
  ]);
});

Deno.test("two buffers that fit equally well are an error with the option for each", async () => {
  const option = (name: string) =>
    `convention: staticBuffer({ pointer: "${name}" }) (${takesNothing(name)})`;
  using guest = await load(await guestBytes("c/two_buffers"));
  assertEquals(guestErrorOf(() => guest.passString("x")), [
    "ambiguous-convention",
    "Cannot tell how the guest passes text: 2 conventions fit, expected one of the options " +
    `${option("get_first_buffer")} or ${option("get_second_buffer")}`,
  ]);
});

Deno.test("nothing of the guest is called until the first pass", async () => {
  using guest = await load(moduleOf(["get_buffer", "get_buffer_size"]));
  assertStrictEquals(guest.state, "ready");
  assertStrictEquals(guest.convention.reason, takesNothing("get_buffer"));
  assertEquals(guest.convention.capacity, {
    kind: "exact",
    byteLength: undefined,
    reason: '"get_buffer_size" returns it',
  });
  assertEquals(guestErrorOf(() => guest.passString("x")), [
    "trap",
    'Cannot complete "transform": the guest trapped: unreachable',
  ]);
});

Deno.test("a guest without a convention can be loaded, and passing a text explains why it cannot", async () => {
  using guest = await load(moduleOf(["version"]));
  for (const use of [() => guest.passString("x"), () => guest.convention]) {
    assertStrictEquals(guestErrorOf(use)[0], "no-convention");
  }
});
