import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { load, WasmFormatError } from "../../mod.ts";
import { Body, findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { BoundedBody } from "../../src/limits/bounded_body.ts";
import { PLAIN } from "../../src/limits/find_segments.ts";
import { findSections } from "../../src/limits/rewrite.ts";
import { assemble } from "../_wat.ts";
import { npmSamples, ownSamples } from "../binary/_samples.ts";

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
  Deno.test(`a guest that ${what} is refused, as without limits`, async () => {
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

/** Walks a body in large steps; returns the number of its operators. */
function count(body: BoundedBody): number {
  let count = 0;
  while (!body.isAtEnd) {
    body.nextOther();
    count += body.passed + 1;
  }
  return count;
}

Deno.test("large steps pass as many operators as single ones, in all functions of our guests and of npm packages", async () => {
  let compared = 0;
  for (const { name, bytes } of [...await ownSamples(), ...await npmSamples()]) {
    const code = WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>) &&
      findSections(bytes).get(10);
    if (!code) continue;
    const info = readModule(bytes), ranges = findBodies(code);
    const large = new BoundedBody(bytes, info, PLAIN), single = new Body(bytes);
    const own = info.functions.slice(info.functions.length - ranges.length);
    for (const [index, range] of ranges.entries()) {
      large.enter(range, own[index]!.parameters.length);
      single.enter(range);
      let expected = 0;
      for (; !single.isAtEnd; expected++) single.next();
      assertEquals([name, index, count(large), large.position], [name, index, expected, range.end]);
      compared++;
    }
  }
  assert(compared > 5000, `${compared} functions`);
});

const MANY_LOCALS = 200;

/** Returns a cursor at the first operator of a function with many parameters. */
function enter(code: readonly number[], after: readonly number[] = []): BoundedBody {
  const info = readModule(assemble("(module (memory 1) (memory 1))"));
  const body = new BoundedBody(Uint8Array.of(0, ...code, ...after), info, PLAIN);
  body.enter({ start: 0, end: code.length + 1 }, MANY_LOCALS);
  return body;
}

for (const code of [[0x01, 0x41, 0x05], [0x20, 0x00], [0x28, 0x02, 0x00], [0x1a, 0x41, 0x00]]) {
  Deno.test(`a body that ends after [${code}] is refused for its missing end`, () => {
    const { message } = assertThrows(() => count(enter(code, [0x01])), WasmFormatError);
    const offset = `0x${code.length + 1}`;
    assertEquals(
      message,
      `Cannot read operator at offset ${offset}: the function body ends, expected \`end\``,
    );
  });
}

Deno.test("a body that ends within a plain operator is refused at that", () => {
  const { message } = assertThrows(() => count(enter([0x01, 0x41, 0x80], [0x01])), WasmFormatError);
  assertEquals(
    message,
    "Cannot read operator at offset 0x2: it reaches past the end of the function body",
  );
});

/** Operators whose next bytes are at the bounds: an index, an alignment, or another operator. */
const AT_BOUNDS: readonly (readonly [name: string, bytes: number[], passed: number])[] = [
  ["the highest index of one byte", [0x20, 0x7f], 1],
  ["the lowest index of two bytes", [0x20, 0x80, 0x01], 0],
  ["the highest alignment without a memory", [0x28, 0x3f, 0x00], 1],
  ["an alignment with a memory", [0x28, 0x40, 0x01, 0x00], 0],
  ["an integer of ten bytes", [0x42, ...Array(9).fill(0xff), 0x7f], 1],
  ["an address of five bytes", [0x36, 0x02, 0xff, 0xff, 0xff, 0xff, 0x0f], 1],
  ["an operator before a prefix", [0x1a, 0xfc, 0x00], 1],
];

for (const [name, code, passed] of AT_BOUNDS) {
  Deno.test(`large steps pass ${passed} operators at ${name}`, () => {
    const body = enter([...code, 0x0b]);
    body.nextOther();
    assertEquals(body.passed, passed);
    while (!body.isAtEnd) body.next();
    assertEquals(body.position, code.length + 2);
  });
}
