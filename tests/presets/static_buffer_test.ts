import { assertEquals, assertStrictEquals } from "@std/assert";
import { load, staticBuffer } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { STATIC_BUFFER } from "../../src/presets/static_buffer.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { evaluate, optionsIn } from "../conventions/_evaluate.ts";

Deno.test("text goes into the buffer and comes out of it, wherever its address comes from", () => {
  const placeOf = (pointer: string | number) => {
    const { place, results } = staticBuffer({ pointer });
    return [place, results[0]!.text.pointer];
  };
  assertEquals(placeOf("get_buffer"), [
    { kind: "buffer", pointer: "get_buffer" },
    { export: "get_buffer" },
  ]);
  assertEquals(placeOf(1024), [{ kind: "buffer", pointer: 1024 }, 1024]);
});

Deno.test("a negative length is the guest's error code", () => {
  assertEquals(staticBuffer({ pointer: "b" }).results[0]!.status, {
    value: "result",
    fails: "negative",
  });
});

/** Finds the buffers of a guest with an echo. */
function suggest(getters: string): string[] {
  const bytes = assemble(`(module (memory (export "memory") 1) ${getters}
    (func (export "echo") (param i32) (result i32)
      (i32.store8 (i32.const 64) (i32.const 65)) (local.get 0)))`);
  return STATIC_BUFFER.suggest!(readModule(bytes)).map(({ convention }) => convention.expression);
}

const getter = (name: string, address = 64) =>
  `(func (export "${name}") (result i32) (i32.const ${address}))`;

Deno.test("the most specific name is the buffer's, and a name for a number is not", () => {
  assertEquals(suggest(getter("get_buffer") + getter("text") + getter("version")), [
    'staticBuffer({ pointer: "get_buffer" })',
  ]);
  assertEquals(suggest(getter("version") + getter("buffer_size")), []);
});

Deno.test("a getter counts before the symbol of the same name, which may hold the address", () => {
  const global = '(global (export "buffer") i32 (i32.const 64))';
  assertEquals(suggest(getter("get_buffer") + global), ['staticBuffer({ pointer: "get_buffer" })']);
  assertEquals(suggest(global), ['staticBuffer({ pointer: "buffer" })']);
});

Deno.test("if there is an input and an output, the result is in the output", () => {
  const [option, ...more] = suggest(getter("get_input_ptr") + getter("get_output_ptr", 128));
  assertEquals([option?.includes('pointer: { export: "get_output_ptr" }'), more], [true, []]);
});

Deno.test("a function that makes a buffer when it is called is not taken for a getter", () => {
  const make = `(global $next (mut i32) (i32.const 64)) (func (export "make_buffer") (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 8))) (global.get $next))`;
  assertEquals(suggest(make), []);
});

Deno.test("in a guest with an allocator, a symbol with room for only a pointer is not taken for a buffer", () => {
  const symbol = (name: string, address: number) =>
    `(global (export "${name}") i32 (i32.const ${address}))`;
  const alloc = '(func (export "alloc") (param i32) (result i32) (i32.const 128))';
  const next = symbol("bump_pointer", 64);
  const found = ['staticBuffer({ pointer: "bump_pointer" })'];
  const rows: [fields: string, options: string[]][] = [
    [symbol("__data_end", 72), []],
    [symbol("__data_end", 73), found],
    ['(data (i32.const 60) "12345678")', []],
    ['(data (i32.const 60) "1234567890123")', found],
  ];
  for (const [fields, options] of rows) {
    assertEquals(suggest(alloc + next + fields), options);
    assertEquals(suggest(next + fields), found);
  }
});

Deno.test("each of two buffers can be chosen by the option that the error shows", async () => {
  using unsettled = await load(guestPath("c/two_buffers"));
  const [code, message] = guestErrorOf(() => unsettled.passString("Hello there, "));
  assertStrictEquals(code, "ambiguous-convention");
  const [first, second, ...rest] = optionsIn(message);
  assertEquals([first, second, rest], [
    'staticBuffer({ pointer: "get_first_buffer" })',
    'staticBuffer({ pointer: "get_second_buffer" })',
    [],
  ]);
  using settled = await load(guestPath("c/two_buffers"), { convention: evaluate(first!) });
  assertStrictEquals(settled.passString("Hello there, "), "Hello there, WASM is cool!");
});

Deno.test("a requested buffer is not taken for a static one", async () => {
  using guest = await load(guestPath("c/requested_clear"));
  const before = guest.memory.readBytes(0, guest.memory.size);
  assertEquals(guestErrorOf(() => guest.passString("Bob", "greet")), [
    "null-pointer",
    'Cannot write into the guest\'s buffer: "input" is a null pointer, expected an address; ' +
    "a buffer has to be asked for first where it is handed out",
  ]);
  assertEquals(guest.memory.readBytes(0, guest.memory.size), before);
});
