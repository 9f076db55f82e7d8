import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { load, WasmFormatError } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { BoundedBody } from "../../src/limits/bounded_body.ts";
import { assemble } from "../_wat.ts";

/**
 * Functions that refer to items that only a rewritten module has; each has a loop, so that all of
 * these are added.
 */
const NAMING: readonly (readonly [what: string, code: string, fields?: string])[] = [
  ["reads the counter", "(drop (global.get 0))"],
  ["writes the counter", "(global.set 0 (i64.const 0x7fffffffffff))"],
  [
    "writes the counter behind 200 globals",
    "(global.set 200 (i64.const 0x7fffffffffff))",
    "(global i64 (i64.const 0))".repeat(200),
  ],
  ["writes the local that has the counter", "(local.set 0 (i64.const 0x7fffffffffff))"],
  ["adds to the local that has the counter", "(drop (local.tee 0 (i64.const 0x7fffffffffff)))"],
  ["asks for more units itself", "(call 1)"],
  ["takes units itself", "(drop (call 1 (i32.const 0) (i32.const 0)))"],
  ["leaves for a function that is appended", "(return_call 1)"],
  ["reads the table", "(drop (table.get 0 (i32.const 0)))"],
  ["writes the table", "(table.set 0 (i32.const 0) (ref.null func))"],
  ["asks for the size of the table", "(drop (table.size 0))"],
  ["copies from the table", "(table.copy 0 0 (i32.const 0) (i32.const 0) (i32.const 0))"],
  ["calls the host through the table", "(drop (call_indirect (result i32) (i32.const 0)))"],
  [
    "calls a type that is appended",
    "(drop (call_indirect (type 1) (i32.const 0) (i32.const 0) (i32.const 0)))",
    "(table 1 funcref)",
  ],
];

for (const [what, code, fields = ""] of NAMING) {
  Deno.test(`a guest that ${what} is refused, as it is without limits`, async () => {
    const bytes = assemble(`(module (memory 1) ${fields}
      (func (export "f") ${code} (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 9)))))`);
    const { message } = await assertRejects(() => load(bytes), Error);
    assert(message.includes("failed: "), message);
    for (const limits of [{ fuel: 1000 }, { deadline: 1000 }]) {
      assertEquals((await assertRejects(() => load(bytes, { limits }), Error)).message, message);
    }
  });
}

/** Bodies that name a type: a local, a block, a cast and the elements of an array. */
const TYPED: readonly (readonly [what: string, body: (type: number) => number[]])[] = [
  ["a local", (type) => [1, 1, 0x63, type, 0x0b]],
  ["a block", (type) => [0, 0x02, type, 0x0b, 0x0b]],
  ["a cast", (type) => [0, 0x20, 0, 0xfb, 0x16, type, 0x1a, 0x0b]],
  ["an array", (type) => [0, 0x41, 0, 0x41, 0, 0xfb, 6, type, 0x1a, 0x0b]],
  ["the second of two arrays", (type) => [0, 0xfb, 0x11, 0, type, 0x0b]],
];

for (const [what, write] of TYPED) {
  Deno.test(`the type of ${what} has to be one that the guest has`, () => {
    const info = readModule(assemble("(module (type (func)) (func (param i32)))"));
    const walk = (type: number) => {
      const bytes = Uint8Array.from(write(type)), body = new BoundedBody(bytes, info);
      body.enter({ start: 0, end: bytes.length }, 1);
      while (!body.isAtEnd) body.next();
    };
    walk(1);
    assertThrows(() => walk(2), WasmFormatError, "index is 2, expected below 2");
  });
}
