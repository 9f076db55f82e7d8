import { assertEquals, assertThrows, fail } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { Body, type BodyRange, findBodies } from "../../src/binary/body.ts";
import { OPERATORS } from "../../src/binary/operators.ts";
import { HEADER_BYTES, Reader } from "../../src/binary/reader.ts";
import { assembleWith } from "../_binaryen.ts";
import { npmSamples, ownSamples } from "./_samples.ts";

/** Returns the bodies of a module. */
function bodiesOf(bytes: Uint8Array): BodyRange[] {
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section size"), "section");
    if (id === 10) return findBodies(section);
  }
  return [];
}

/** Returns a cursor at the first operator of a body. */
function enter(bytes: Uint8Array, range: BodyRange): Body {
  const body = new Body(bytes);
  body.enter(range);
  return body;
}

const OPENS = /^(?:block|loop|if|try|try_table)$/, CLOSES = /^(?:end|delegate)$/;

/** Walks a body, whose blocks have to be balanced; returns the number of its operators. */
function walk(bytes: Uint8Array, range: BodyRange, name: string): number {
  const body = enter(bytes, range);
  let depth = 1, count = 0;
  while (!body.isAtEnd) {
    const operator = OPERATORS[body.next()]!;
    if (OPENS.test(operator.name)) depth++;
    if (CLOSES.test(operator.name)) depth--;
    if (depth === 0 && !body.isAtEnd) fail(`${name}: the body at ${range.start} ends early`);
    count++;
  }
  assertEquals([name, depth, body.position], [name, 0, range.end]);
  return count;
}

Deno.test("every function of our guests and of npm packages is walked to its end", async () => {
  let count = 0;
  for (const { name, bytes } of [...await ownSamples(), ...await npmSamples()]) {
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) continue;
    for (const range of bodiesOf(bytes)) count += walk(bytes, range, name);
  }
  if (count < 500_000) fail(`${count} operators were walked`);
});

/** Operators of each form, as the specification encodes them, with the indices that are read. */
const ROWS: [
  name: string,
  bytes: number[],
  found?: { index?: number; second?: number; labels?: number[]; highestType?: number },
][] = [
  ["nop", [0x01]],
  ["block of no type", [0x02, 0x40], { highestType: -1 }],
  ["block of a value type", [0x02, 0x7f]],
  ["block of a type index", [0x02, 0x85, 0x01], { highestType: 133 }],
  ["block of a small type index", [0x02, 0x3f], { highestType: 63 }],
  ["block of a reference to a type", [0x02, 0x63, 0x85, 0x01], { highestType: 133 }],
  ["loop of an abstract reference", [0x03, 0x64, 0x70], { highestType: -1 }],
  ["br", [0x0c, 0x81, 0x01], { index: 129 }],
  ["br_table", [0x0e, 2, 5, 6, 7], { labels: [5, 6, 7] }],
  ["br_table of the default alone", [0x0e, 0, 3], { labels: [3] }],
  ["call", [0x10, 0x80, 0x80, 0x04], { index: 65536 }],
  ["call with a long index", [0x10, 0x83, 0x80, 0x80, 0x80, 0x00], { index: 3 }],
  ["call_indirect", [0x11, 4, 1], { index: 4, second: 1 }],
  ["select of a type", [0x1c, 1, 0x7d]],
  ["select of types", [0x1c, 2, 0x63, 2, 0x64, 1], { highestType: 2 }],
  [
    "try_table",
    [0x1f, 0x40, 4, 0, 7, 1, 1, 7, 2, 2, 3, 3, 4],
    { labels: [1, 2, 3, 4] },
  ],
  ["local.get", [0x20, 9], { index: 9 }],
  ["i32.load", [0x28, 2, 0x90, 0x01], { index: 0 }],
  ["i32.load of another memory", [0x28, 0x42, 3, 8], { index: 3 }],
  ["i64.store with an offset of 64 bits", [0x37, 3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ["memory.grow", [0x40, 1], { index: 1 }],
  ["i32.const", [0x41, 0x80, 0x80, 0x80, 0x80, 0x78]],
  ["i64.const", [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]],
  ["f32.const", [0x43, 0x0b, 0x0b, 0x0b, 0x0b]],
  ["f64.const", [0x44, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ["ref.null", [0xd0, 0x70]],
  ["ref.null of a type", [0xd0, 0x80, 0x01]],
  ["suspend", [0xe2, 3], { index: 3 }],
  ["resume", [0xe3, 1, 2, 0, 4, 5, 1, 6], { index: 1, labels: [5] }],
  ["resume_throw", [0xe4, 1, 2, 1, 0, 4, 5], { index: 1, second: 2, labels: [5] }],
  ["struct.get", [0xfb, 2, 1, 0], { index: 1, second: 0 }],
  ["array.new_fixed", [0xfb, 8, 1, 0x80, 0x01], { index: 1, second: 128 }],
  ["ref.test", [0xfb, 0x14, 0x6d]],
  ["br_on_cast", [0xfb, 0x18, 3, 2, 0x6e, 0x80, 0x01], { labels: [2], highestType: 128 }],
  ["i32.trunc_sat_f32_s", [0xfc, 0]],
  ["a prefix with a long opcode", [0xfc, 0x80, 0x00]],
  ["memory.init", [0xfc, 8, 2, 1], { index: 2, second: 1 }],
  ["memory.copy", [0xfc, 10, 0, 1], { index: 0, second: 1 }],
  ["v128.const", [0xfd, 12, ...Array(16).fill(0x0b)]],
  ["i8x16.shuffle", [0xfd, 13, ...Array(16).fill(31)]],
  ["i8x16.extract_lane_s", [0xfd, 21, 15]],
  ["v128.load8_lane", [0xfd, 84, 0, 0x80, 0x01, 15]],
  ["i32x4.add", [0xfd, 0xae, 0x01]],
  ["i8x16.relaxed_swizzle", [0xfd, 0x80, 0x02]],
  ["memory.atomic.wait32", [0xfe, 1, 2, 0], { index: 0 }],
  ["atomic.fence", [0xfe, 3, 0]],
];

for (const [name, bytes, found = {}] of ROWS) {
  Deno.test(`${name} is stepped over, with its immediates`, () => {
    const body = enter(Uint8Array.of(0, ...bytes, 0x0b), { start: 0, end: bytes.length + 2 });
    body.next();
    const { start, position, index, second, labels, highestType } = body;
    assertEquals([start, position], [1, 1 + bytes.length]);
    const all = { index, second, labels, highestType };
    assertEquals({ ...all, ...found }, all);
    assertEquals(OPERATORS[body.next()]?.name, "end");
    assertEquals(body.isAtEnd, true);
  });
}

Deno.test("locals are stepped over", () => {
  const bytes = Uint8Array.of(3, 0x80, 0x01, 0x7f, 1, 0x63, 0x80, 0x01, 2, 0x64, 0x70, 0x0b);
  const body = enter(bytes, { start: 0, end: bytes.length });
  assertEquals([body.groups, body.locals, body.highestType], [3, 131, 128]);
  assertEquals(OPERATORS[body.next()]?.name, "end");
  assertEquals(body.isAtEnd, true);
});

const FAULTS: [bytes: number[], message: string, offset: number][] = [
  [
    [0, 0x01, 0xff, 0x0b],
    "Cannot read operator at offset 0x2: opcode is 0xff, expected one of WebAssembly 3.0",
    2,
  ],
  [
    [0, 0xfc, 0x12, 0x0b],
    "Cannot read operator at offset 0x1: opcode is 0xfc 0x12, expected one of WebAssembly 3.0",
    1,
  ],
  [
    [0, 0xfd, 0x80, 0x04, 0x0b],
    "Cannot read operator at offset 0x1: opcode is 0xfd 0x200, expected one of WebAssembly 3.0",
    1,
  ],
  [
    [0, 0x44, 0, 0, 0x0b],
    "Cannot read operator at offset 0x1: it reaches past the end of the function body",
    1,
  ],
  [
    [0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f],
    "Cannot read operator at offset 0x1: it reaches past the end of the function body",
    1,
  ],
  [
    [0, 0x28, 0x40, 0x01],
    "Cannot read operator at offset 0x1: it reaches past the end of the function body",
    1,
  ],
  [
    [0, 0xfc],
    "Cannot read operator at offset 0x1: it reaches past the end of the function body",
    1,
  ],
  [
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    "Cannot read locals at offset 0x0: it reaches past the end of the function body",
    0,
  ],
];

for (const [bytes, message, offset] of FAULTS) {
  Deno.test(`[${bytes}] is refused with its offset`, () => {
    const whole = Uint8Array.from(bytes), range = { start: 0, end: bytes.length };
    const error = assertThrows(() => walk(whole, range, ""), WasmFormatError);
    assertEquals([error.message, error.offset], [message, offset]);
  });
}

/** A module for each proposal, in the text format. */
const PROPOSALS: [name: string, text: string][] = [
  [
    "tail calls",
    `(type $v (func)) (table 1 funcref) (elem declare func $f)
     (func $f (return_call $f))
     (func (return_call_indirect (type $v) (i32.const 0)))
     (func (return_call_ref $v (ref.func $f)))`,
  ],
  [
    "function references",
    `(type $v (func)) (func $f (param (ref null $v))
       (call_ref $v (ref.as_non_null (local.get 0)))
       (block $b (drop (br_on_null $b (local.get 0)))))`,
  ],
  [
    "exceptions",
    `(tag $e (param i32))
     (func (result i32) (block $h (result i32)
       (try_table (catch $e $h) (throw $e (i32.const 1))) (i32.const 2)))
     (func (block $h (result exnref) (try_table (catch_all_ref $h)) (return)) (throw_ref))`,
  ],
  [
    "legacy exceptions",
    `(tag $e) (func (try (do (throw $e)) (catch $e (rethrow 0)) (catch_all)))
     (func (try $t (do (try (do) (delegate $t))) (catch_all)))`,
  ],
  [
    "objects",
    `(type $s (struct (field (mut i32)))) (type $a (array (mut i8))) (data $d "abc")
     (func (param $r anyref) (result i32)
       (struct.set $s 0 (struct.new $s (i32.const 1)) (i32.const 2))
       (array.copy $a $a (array.new $a (i32.const 1) (i32.const 2)) (i32.const 0)
         (array.new_data $a $d (i32.const 0) (i32.const 1)) (i32.const 0) (i32.const 1))
       (block $b (result (ref $s)) (drop (br_on_cast $b anyref (ref $s) (local.get $r)))
         (return (i31.get_s (ref.i31 (i32.const 3)))))
       (struct.get $s 0))`,
  ],
  [
    "memories of 64 bits, and several",
    `(memory $a i64 1) (memory $b 1)
     (func (drop (i32.load $a offset=0x100000000 (i64.const 0)))
       (i32.store $b (i32.const 0) (i32.const 1))
       (memory.copy $b $b (i32.const 0) (i32.const 0) (i32.const 1))
       (memory.fill $a (i64.const 0) (i32.const 0) (i64.const 1)) (drop (memory.size $a)))`,
  ],
  [
    "threads",
    `(memory 1 1 shared) (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0)
       (i64.const 0))) (drop (i64.atomic.rmw32.add_u (i32.const 0) (i64.const 1)))
       (atomic.fence))`,
  ],
  [
    "relaxed vectors",
    `(memory 1) (func (result v128) (v128.store8_lane 3 (i32.const 0) (v128.const i32x4 1 2 3 4))
       (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.load (i32.const 0))
         (f32x4.relaxed_madd (v128.load (i32.const 0)) (v128.load (i32.const 0))
           (v128.load (i32.const 0)))))`,
  ],
  [
    "bulk memory and tables",
    `(memory 1) (table $t 2 funcref) (elem $e funcref (ref.null func)) (data $d "abc")
     (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d)
       (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e)
       (table.fill $t (i32.const 0) (ref.null func) (i32.const 1))
       (drop (table.grow $t (ref.null func) (i32.const 1))))`,
  ],
];

for (const [name, text] of PROPOSALS) {
  Deno.test(`functions with ${name} are valid and walked to their ends`, () => {
    const bytes = assembleWith(`(module ${text})`);
    assertEquals(WebAssembly.validate(bytes), true);
    for (const range of bodiesOf(bytes)) walk(bytes, range, name);
  });
}
